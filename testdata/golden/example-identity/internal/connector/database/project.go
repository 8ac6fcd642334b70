package database

import (
	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/identity/internal/model"
)

// Project is the repository of projects.
type Project struct {
	*database.Store[model.Project]
}

// NewProject makes the repository of projects in db.
func NewProject(db *database.DB) *Project {
	return &Project{Store: database.NewStore[model.Project](db, model.ProjectSchema())}
}
