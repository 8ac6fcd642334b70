package database

import (
	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/plugin/internal/model"
)

// Supervisor is the repository of supervisors.
type Supervisor struct {
	*database.Store[model.Supervisor]
}

// NewSupervisor makes the repository of supervisors in db.
func NewSupervisor(db *database.DB) *Supervisor {
	return &Supervisor{Store: database.NewStore[model.Supervisor](db, model.SupervisorSchema())}
}
