package database

import (
	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/inventory/internal/model"
)

// Region is the repository of regions.
type Region struct {
	*database.Store[model.Region]
}

// NewRegion makes the repository of regions in db.
func NewRegion(db *database.DB) *Region {
	return &Region{Store: database.NewStore[model.Region](db, model.RegionSchema())}
}
