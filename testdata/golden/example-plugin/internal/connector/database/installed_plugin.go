package database

import (
	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/plugin/internal/model"
)

// InstalledPlugin is the repository of installed plugins.
type InstalledPlugin struct {
	*database.Store[model.InstalledPlugin]
}

// NewInstalledPlugin makes the repository of installed plugins in db.
func NewInstalledPlugin(db *database.DB) *InstalledPlugin {
	return &InstalledPlugin{Store: database.NewStore[model.InstalledPlugin](db, model.InstalledPluginSchema())}
}
