package database

import (
	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/inventory/internal/model"
)

// Collector is the repository of collectors.
type Collector struct {
	*database.Store[model.Collector]
}

// NewCollector makes the repository of collectors in db.
func NewCollector(db *database.DB) *Collector {
	return &Collector{Store: database.NewStore[model.Collector](db, model.CollectorSchema())}
}
