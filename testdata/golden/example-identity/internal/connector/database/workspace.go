package database

import (
	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/identity/internal/model"
)

// Workspace is the repository of workspaces.
type Workspace struct {
	*database.Store[model.Workspace]
}

// NewWorkspace makes the repository of workspaces in db.
func NewWorkspace(db *database.DB) *Workspace {
	return &Workspace{Store: database.NewStore[model.Workspace](db, model.WorkspaceSchema())}
}
