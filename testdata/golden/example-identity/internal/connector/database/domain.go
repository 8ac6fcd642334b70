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

// Together does several things in a transaction: all of them, or none.
func (d *Domain) Together(ctx context.Context, do func(context.Context) error) error {
	return d.db.InTx(ctx, do)
}

// Root gives the platform's own domain; nil if there is none yet.
func (d *Domain) Root(ctx context.Context) (*model.Domain, error) {
	var found []model.Domain
	if err := d.db.Conn(ctx).NewSelect().Model(&found).Where("is_root").Limit(1).Scan(ctx); err != nil {
		return nil, fmt.Errorf("look for the platform's own domain: %w", err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	return &found[0], nil
}

// First gives the oldest domain beside the platform's own; nil if there is none yet.
func (d *Domain) First(ctx context.Context) (*model.Domain, error) {
	var found []model.Domain
	err := d.db.Conn(ctx).NewSelect().Model(&found).Where("NOT is_root").Order("created_at", "domain_id").Limit(1).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for the first domain: %w", err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	return &found[0], nil
}

// Dismiss removes the users of a domain.
func (d *Domain) Dismiss(ctx context.Context, domainID string) error {
	return d.remove(ctx, domainID, (*model.Session)(nil), (*model.RoleBinding)(nil), (*model.User)(nil))
}

// Empty removes all that belongs to a domain.
func (d *Domain) Empty(ctx context.Context, domainID string) error {
	return d.remove(ctx, domainID,
		(*model.Session)(nil), (*model.App)(nil), (*model.RoleBinding)(nil), (*model.Role)(nil), (*model.Project)(nil),
		(*model.ProjectGroup)(nil), (*model.UserGroup)(nil), (*model.Workspace)(nil), (*model.Provider)(nil), (*model.User)(nil),
	)
}

func (d *Domain) remove(ctx context.Context, domainID string, kinds ...any) error {
	for _, kind := range kinds {
		if _, err := d.db.Conn(ctx).NewDelete().Model(kind).Where("domain_id = ?", domainID).Exec(ctx); err != nil {
			return fmt.Errorf("remove what belongs to a domain: %w", err)
		}
	}
	return nil
}
