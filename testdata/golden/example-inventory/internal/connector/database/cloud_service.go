package database

import (
	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/inventory/internal/model"
)

// CloudService is the repository of cloud services.
type CloudService struct {
	*database.Store[model.CloudService]
}

// NewCloudService makes the repository of cloud services in db.
func NewCloudService(db *database.DB) *CloudService {
	return &CloudService{Store: database.NewStore[model.CloudService](db, model.CloudServiceSchema())}
}
