package database

import (
	"context"
	"fmt"

	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/identity/internal/model"
)

// Domain is the repository of domains.
type Domain struct {
	*database.Store[model.Domain]
	db *database.DB
}

// NewDomain makes the repository of domains in db.
func NewDomain(db *database.DB) *Domain {
	return &Domain{Store: database.NewStore[model.Domain](db, model.DomainSchema()), db: db}
}

// CreateWith stores a new domain and its first user: both, or neither.
func (d *Domain) CreateWith(ctx context.Context, item *model.Domain, first *model.User) error {
	return d.db.InTx(ctx, func(ctx context.Context) error {
		if err := d.Create(ctx, item); err != nil {
			return err
		}
		return NewUser(d.db).Create(ctx, first)
	})
}

// Root gives the platform's first domain; nil if there is none yet.
func (d *Domain) Root(ctx context.Context) (*model.Domain, error) {
	var found []model.Domain
	if err := d.db.Conn(ctx).NewSelect().Model(&found).Where("is_root").Limit(1).Scan(ctx); err != nil {
		return nil, fmt.Errorf("look for the first domain: %w", err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	return &found[0], nil
}

// Empty removes all that belongs to a domain.
func (d *Domain) Empty(ctx context.Context, domainID string) error {
	for _, kind := range []any{(*model.Session)(nil), (*model.App)(nil), (*model.User)(nil)} {
		if _, err := d.db.Conn(ctx).NewDelete().Model(kind).Where("domain_id = ?", domainID).Exec(ctx); err != nil {
			return fmt.Errorf("empty a domain: %w", err)
		}
	}
	return nil
}
