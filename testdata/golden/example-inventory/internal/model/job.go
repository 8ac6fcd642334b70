package model

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/uptrace/bun"
)

// Job is a job as it is stored.
type Job struct {
	bun.BaseModel `bun:"table:job"`

	JobID             string    `bun:"job_id,pk"`
	CollectorID       string    `bun:"collector_id"`
	Status            string    `bun:"status"`
	Error             string    `bun:"error"`
	CreatedCount      int64     `bun:"created_count"`
	UpdatedCount      int64     `bun:"updated_count"`
	FailureCount      int64     `bun:"failure_count"`
	Failures          []string  `bun:"failures,type:jsonb"`
	DisconnectedCount int64     `bun:"disconnected_count"`
	DeletedCount      int64     `bun:"deleted_count"`
	FinishedAt        string    `bun:"finished_at"`
	DomainID          string    `bun:"domain_id"`
	WorkspaceID       string    `bun:"workspace_id"`
	CreatedAt         time.Time `bun:"created_at"`
	UpdatedAt         time.Time `bun:"updated_at"`

	// RowVersion counts the changes of the row, as it was when it was read: 0 says
	// that it was not read. The store sets it, and holds updates to it.
	RowVersion int64 `bun:"_version"`
}

// JobSchema says what queries may ask of jobs.
func JobSchema() query.Schema {
	return query.Schema{
		Table: "job",
		ID:    "job_id",
		Fields: []query.Field{
			{Name: "job_id", Type: query.String},
			{Name: "collector_id", Type: query.String},
			{Name: "status", Type: query.Enum},
			{Name: "error", Type: query.String},
			{Name: "created_count", Type: query.Int},
			{Name: "updated_count", Type: query.Int},
			{Name: "failure_count", Type: query.Int},
			{Name: "failures", Type: query.String, Repeated: true},
			{Name: "disconnected_count", Type: query.Int},
			{Name: "deleted_count", Type: query.Int},
			{Name: "finished_at", Type: query.String},
			{Name: "domain_id", Type: query.String},
			{Name: "workspace_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
			{Name: "updated_at", Type: query.Timestamp},
		},
		Minimal: []string{"job_id"},
		Keyword: []string{"job_id"},
	}
}
