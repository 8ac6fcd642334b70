package database

import (
	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/identity/internal/model"
)

// UserGroup is the repository of user groups.
type UserGroup struct {
	*database.Store[model.UserGroup]
}

// NewUserGroup makes the repository of user groups in db.
func NewUserGroup(db *database.DB) *UserGroup {
	return &UserGroup{Store: database.NewStore[model.UserGroup](db, model.UserGroupSchema())}
}
