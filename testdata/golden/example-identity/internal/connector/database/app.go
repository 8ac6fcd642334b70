package database

import (
	"context"
	"fmt"
	"time"

	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/identity/internal/model"
)

// App is the repository of apps.
type App struct {
	*database.Store[model.App]
	db *database.DB
}

// NewApp makes the repository of apps in db.
func NewApp(db *database.DB) *App {
	return &App{Store: database.NewStore[model.App](db, model.AppSchema()), db: db}
}

// Seen keeps when an app called. It is no change that others have to know of, so that
// they may go on with what they read.
func (a *App) Seen(ctx context.Context, appID string, at time.Time) error {
	_, err := a.db.Conn(ctx).NewUpdate().Model((*model.App)(nil)).
		Set("last_accessed_at = ?", at.Format(time.RFC3339)).Where("app_id = ?", appID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep when an app called: %w", err)
	}
	return nil
}
