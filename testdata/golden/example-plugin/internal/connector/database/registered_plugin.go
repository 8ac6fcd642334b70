package database

import (
	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/plugin/internal/model"
)

// RegisteredPlugin is the repository of registered plugins.
type RegisteredPlugin struct {
	*database.Store[model.RegisteredPlugin]
}

// NewRegisteredPlugin makes the repository of registered plugins in db.
func NewRegisteredPlugin(db *database.DB) *RegisteredPlugin {
	return &RegisteredPlugin{Store: database.NewStore[model.RegisteredPlugin](db, model.RegisteredPluginSchema())}
}
