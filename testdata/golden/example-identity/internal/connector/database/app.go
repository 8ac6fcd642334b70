package database

import (
	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/identity/internal/model"
)

// App is the repository of apps.
type App struct {
	*database.Store[model.App]
}

// NewApp makes the repository of apps in db.
func NewApp(db *database.DB) *App {
	return &App{Store: database.NewStore[model.App](db, model.AppSchema())}
}
