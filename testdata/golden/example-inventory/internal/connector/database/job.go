package database

import (
	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/inventory/internal/model"
)

// Job is the repository of jobs.
type Job struct {
	*database.Store[model.Job]
}

// NewJob makes the repository of jobs in db.
func NewJob(db *database.DB) *Job {
	return &Job{Store: database.NewStore[model.Job](db, model.JobSchema())}
}
