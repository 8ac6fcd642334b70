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
	// Lock gives a resource that nobody else can refer to, or change, until the transaction
	// ends.
	Lock func(ctx context.Context, id string) (Row, error)
	// Each calls do with the identifiers of all whose key holds a value.
	Each   func(ctx context.Context, key, value string, do func(id string) error) error
	Delete func(ctx context.Context, id string) error
}

// A Row is a resource that goes with another one.
type Row struct {
	before, after func(ctx context.Context) error
}

// Rules say what may be deleted, and what follows from that.
type Rules[T any] interface {
	BeforeDelete(ctx context.Context, item *T) error
	AfterDelete(ctx context.Context, item *T) error
}

// Ruled makes the Row of a resource; nil rules allow everything.
func Ruled[T any](item *T, rules Rules[T]) Row {
	if rules == nil {
		return Row{}
	}
	return Row{
		before: func(ctx context.Context) error { return rules.BeforeDelete(ctx, item) },
		after:  func(ctx context.Context) error { return rules.AfterDelete(ctx, item) },
	}
}

func (r Row) ask(ctx context.Context) error {
	if r.before == nil {
		return nil
	}
	return r.before(ctx)
}

func (r Row) tell(ctx context.Context) error {
	if r.after == nil {
		return nil
	}
	return r.after(ctx)
}

// A Graph is the kinds of resources, by name, and the links between them.
type Graph struct {
	Keepers map[string]Keeper
	Links   []Link
}

// A resource is one of the graph.
type resource struct{ kind, id string }

// Delete deletes a resource that the caller has locked, and before it all that goes with
// it, whose rules are asked while all is still there. It is ERROR_REFERENCED, and nothing is
// deleted, if something refers to any of these that restricts that and does not go as well.
func (g Graph) Delete(ctx context.Context, kind, id string) error {
	first := resource{kind, id}
	order, goes, err := g.reach(ctx, first)
	if err != nil {
		return err
	}
	for _, one := range order {
		if err := g.unrestricted(ctx, one, goes); err != nil {
			return err
		}
	}
	for _, one := range slices.Backward(order) {
		err := g.Keepers[one.kind].Delete(ctx, one.id)
		if one != first && notFound(err) {
			continue // rules have deleted it
		}
		if err != nil {
			return fmt.Errorf("delete %s %s: %w", one.kind, one.id, err)
		}
		if err := goes[one].tell(ctx); err != nil {
			return err
		}
	}
	return nil
}

// reach locks all that goes with a resource, asks its rules, and gives it with the resource
// itself: in an order, each after one that it refers to, and by itself.
func (g Graph) reach(ctx context.Context, first resource) (order []resource, goes map[resource]Row, err error) {
	next, goes := []resource{first}, map[resource]Row{first: {}}
	for i := 0; i < len(next); i++ {
		one := next[i]
		if one != first {
			row, err := g.Keepers[one.kind].Lock(ctx, one.id)
			if notFound(err) {
				delete(goes, one) // somebody was faster, or rules have deleted it
				continue
			}
			if err != nil {
				return nil, nil, err
			}
			if err := row.ask(ctx); err != nil {
				return nil, nil, err
			}
			goes[one] = row
		}
		order = append(order, one)
		for _, link := range g.Links {
			if link.To != one.kind || link.OnDelete != Cascade {
				continue
			}
			err := g.Keepers[link.From].Each(ctx, link.Key, one.id, func(id string) error {
				found := resource{link.From, id}
				if _, known := goes[found]; !known {
					goes[found] = Row{}
					next = append(next, found)
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
func (g Graph) unrestricted(ctx context.Context, one resource, goes map[resource]Row) error {
	for _, link := range g.Links {
		if link.To != one.kind || link.OnDelete != Restrict {
			continue
		}
		err := g.Keepers[link.From].Each(ctx, link.Key, one.id, func(id string) error {
			if _, known := goes[resource{link.From, id}]; known {
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
	if notFound(err) {
		return apierror.NotFound(key, id)
	}
	return err
}

func notFound(err error) bool { return err != nil && apierror.From(err).Code == "ERROR_NOT_FOUND" }
