package database

import (
	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/identity/internal/model"
)

// User is the repository of users, and of the sessions that they have.
type User struct {
	*database.Store[model.User]
	Sessions *Session
}

// NewUser makes the repository of users in db.
func NewUser(db *database.DB) *User {
	return &User{Store: database.NewStore[model.User](db, model.UserSchema()), Sessions: NewSession(db)}
}
