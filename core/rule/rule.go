// Package rule has what services ask of the rules of their resources: what holds for a
// resource beyond its fields and references.
package rule

import "context"

// Set is the rules of one kind of resource. All of them run within the call that writes,
// and in its database transaction: an error ends the call, and nothing is stored.
type Set[T any] interface {
	// BeforeCreate sees what is about to be stored, without its identifier, and may change it.
	BeforeCreate(ctx context.Context, item *T) error
	// AfterCreate sees what was stored.
	AfterCreate(ctx context.Context, item *T) error
	// BeforeUpdate sees the resource as it was and as it is about to be. What it changes in
	// item is stored as well.
	BeforeUpdate(ctx context.Context, was, item *T) error
	// AfterUpdate sees the resource as it was and as it is stored.
	AfterUpdate(ctx context.Context, was, item *T) error
	// BeforeDelete sees what is about to be deleted.
	BeforeDelete(ctx context.Context, item *T) error
	// AfterDelete sees what was deleted.
	AfterDelete(ctx context.Context, item *T) error
}

// None are rules that allow everything. Rules that embed them need no method but those
// that say something.
type None[T any] struct{}

// BeforeCreate allows it.
func (None[T]) BeforeCreate(context.Context, *T) error { return nil }

// AfterCreate does nothing.
func (None[T]) AfterCreate(context.Context, *T) error { return nil }

// BeforeUpdate allows it.
func (None[T]) BeforeUpdate(context.Context, *T, *T) error { return nil }

// AfterUpdate does nothing.
func (None[T]) AfterUpdate(context.Context, *T, *T) error { return nil }

// BeforeDelete allows it.
func (None[T]) BeforeDelete(context.Context, *T) error { return nil }

// AfterDelete does nothing.
func (None[T]) AfterDelete(context.Context, *T) error { return nil }

// Rules are what a service asks. Those that are zero allow everything.
type Rules[T any] struct{ set Set[T] }

// Of gives the rules of a set.
func Of[T any](set Set[T]) Rules[T] { return Rules[T]{set} }

func (r Rules[T]) or() Set[T] {
	if r.set == nil {
		return None[T]{}
	}
	return r.set
}

// BeforeCreate asks the set.
func (r Rules[T]) BeforeCreate(ctx context.Context, item *T) error {
	return r.or().BeforeCreate(ctx, item)
}

// AfterCreate tells the set.
func (r Rules[T]) AfterCreate(ctx context.Context, item *T) error {
	return r.or().AfterCreate(ctx, item)
}

// BeforeUpdate asks the set.
func (r Rules[T]) BeforeUpdate(ctx context.Context, was, item *T) error {
	return r.or().BeforeUpdate(ctx, was, item)
}

// AfterUpdate tells the set.
func (r Rules[T]) AfterUpdate(ctx context.Context, was, item *T) error {
	return r.or().AfterUpdate(ctx, was, item)
}

// BeforeDelete asks the set.
func (r Rules[T]) BeforeDelete(ctx context.Context, item *T) error {
	return r.or().BeforeDelete(ctx, item)
}

// AfterDelete tells the set.
func (r Rules[T]) AfterDelete(ctx context.Context, item *T) error {
	return r.or().AfterDelete(ctx, item)
}
