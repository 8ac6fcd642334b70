package database

import (
	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/identity/internal/model"
)

// Provider is the repository of providers.
type Provider struct {
	*database.Store[model.Provider]
}

// NewProvider makes the repository of providers in db.
func NewProvider(db *database.DB) *Provider {
	return &Provider{Store: database.NewStore[model.Provider](db, model.ProviderSchema())}
}
