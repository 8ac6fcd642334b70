package database

import (
	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/identity/internal/model"
)

// RoleBinding is the repository of role bindings.
type RoleBinding struct {
	*database.Store[model.RoleBinding]
}

// NewRoleBinding makes the repository of role bindings in db.
func NewRoleBinding(db *database.DB) *RoleBinding {
	return &RoleBinding{Store: database.NewStore[model.RoleBinding](db, model.RoleBindingSchema())}
}
