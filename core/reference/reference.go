// Package reference keeps resources and what refers to them in step: nothing refers to
// what was deleted, unless that was agreed.
package reference

import (
	"context"
	"fmt"
	"slices"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// An Action is what is done with what refers to a resource that is deleted.
type Action string

// The actions.
const (
	Restrict Action = "restrict" // nothing is deleted that is referred to
	Cascade  Action = "cascade"  // it is deleted, too
	Keep     Action = "keep"     // it stays as it is
)

// A Link is a field by which resources of one kind refer to those of another.
type Link struct {
	From, Key, To string // order, customer_id, customer
	OnDelete      Action
}

// A Keeper is what is asked of the resources of one kind, within a transaction. What a
// resource belongs to, the keeper knows.
type Keeper struct {
	ID string // the key of their identifiers
	// Lock lets nobody else refer to a resource, or change it, until the transaction ends.
	Lock func(ctx context.Context, id string) error
	// Each calls do with the identifiers of all whose key holds a value.
	Each   func(ctx context.Context, key, value string, do func(id string) error) error
	Delete func(ctx context.Context, id string) error
}

// A Graph is the kinds of resources, by name, and the links between them.
type Graph struct {
	Keepers map[string]Keeper
	Links   []Link
}

// A resource is one of the graph.
type resource struct{ kind, id string }

// Delete deletes a resource, and before it all that goes with it. It is ERROR_REFERENCED,
// and nothing is deleted, if something refers to any of these that restricts that and does
// not go as well.
func (g Graph) Delete(ctx context.Context, kind, id string) error {
	order, goes, err := g.reach(ctx, resource{kind, id})
	if err != nil {
		return err
	}
	for _, one := range order {
		if err := g.unrestricted(ctx, one, goes); err != nil {
			return err
		}
	}
	for _, one := range slices.Backward(order) {
		if err := g.Keepers[one.kind].Delete(ctx, one.id); err != nil {
			return fmt.Errorf("delete %s %s: %w", one.kind, one.id, err)
		}
	}
	return nil
}

// reach locks a resource and all that goes with it, and gives them in an order, each after
// one that it refers to, and as a set.
func (g Graph) reach(ctx context.Context, first resource) (order []resource, goes map[resource]bool, err error) {
	order, goes = []resource{first}, map[resource]bool{first: true}
	for i := 0; i < len(order); i++ {
		one := order[i]
		if err := g.Keepers[one.kind].Lock(ctx, one.id); err != nil {
			return nil, nil, err
		}
		for _, link := range g.Links {
			if link.To != one.kind || link.OnDelete != Cascade {
				continue
			}
			err := g.Keepers[link.From].Each(ctx, link.Key, one.id, func(id string) error {
				if next := (resource{link.From, id}); !goes[next] {
					goes[next] = true
					order = append(order, next)
				}
				return nil
			})
			if err != nil {
				return nil, nil, fmt.Errorf("find what refers to %s %s: %w", one.kind, one.id, err)
			}
		}
	}
	return order, goes, nil
}

// unrestricted refuses to delete a resource that something refers to which stays.
func (g Graph) unrestricted(ctx context.Context, one resource, goes map[resource]bool) error {
	for _, link := range g.Links {
		if link.To != one.kind || link.OnDelete != Restrict {
			continue
		}
		err := g.Keepers[link.From].Each(ctx, link.Key, one.id, func(id string) error {
			if goes[resource{link.From, id}] {
				return nil
			}
			return apierror.Referenced(g.Keepers[one.kind].ID, one.id, link.From+" "+id)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Check turns what a manager says of a resource that a field refers to into what callers
// are told of the field: ERROR_NOT_FOUND names it.
func Check(key, id string, err error) error {
	if err != nil && apierror.From(err).Code == "ERROR_NOT_FOUND" {
		return apierror.NotFound(key, id)
	}
	return err
}
