package database

import (
	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/cost-analysis/internal/model"
)

// Policy is the repository of policies.
type Policy struct {
	*database.Store[model.Policy]
}

// NewPolicy makes the repository of policies in db.
func NewPolicy(db *database.DB) *Policy {
	return &Policy{Store: database.NewStore[model.Policy](db, model.PolicySchema())}
}
