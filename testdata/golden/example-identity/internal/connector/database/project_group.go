package database

import (
	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/identity/internal/model"
)

// ProjectGroup is the repository of project groups.
type ProjectGroup struct {
	*database.Store[model.ProjectGroup]
}

// NewProjectGroup makes the repository of project groups in db.
func NewProjectGroup(db *database.DB) *ProjectGroup {
	return &ProjectGroup{Store: database.NewStore[model.ProjectGroup](db, model.ProjectGroupSchema())}
}
