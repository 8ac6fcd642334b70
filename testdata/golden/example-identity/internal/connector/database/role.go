package database

import (
	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/identity/internal/model"
)

// Role is the repository of roles.
type Role struct {
	*database.Store[model.Role]
}

// NewRole makes the repository of roles in db.
func NewRole(db *database.DB) *Role {
	return &Role{Store: database.NewStore[model.Role](db, model.RoleSchema())}
}
