package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/rule"

	"github.com/cloudforet-io/inventory/internal/model"
)

// RegionRules are what holds for regions beyond spacegen.yaml: checks across
// fields, fields that follow from others, what follows from a change. This file is yours:
// spacegen made it once, and leaves it alone. Delete the methods that you do not need.
//
// All of them run within the call, in its database transaction: an error ends the call,
// and nothing is stored. Tell the caller why by an error of apierror, such as Invalid.
type RegionRules struct {
	rule.None[model.Region] // the rules that are not written

	means Means // managers and other services, to ask them
}

// NewRegionRules makes the rules of regions.
func NewRegionRules(means Means) *RegionRules { return &RegionRules{means: means} }

// BeforeCreate refuses a region that must not be stored, or fills in what follows from
// its other fields. It has no identifier yet.
func (r *RegionRules) BeforeCreate(ctx context.Context, item *model.Region) error {
	return nil
}

// AfterCreate does what follows from a new region. What leaves the service must wait for
// the commit: register it by OnSuccess of pipeline.TransactionFrom(ctx), or put a task.
func (r *RegionRules) AfterCreate(ctx context.Context, item *model.Region) error {
	return nil
}

// BeforeUpdate compares a region as it was with what it is about to be, and refuses that or
// fills in the rest. Whatever it sets in item is stored.
func (r *RegionRules) BeforeUpdate(ctx context.Context, was, item *model.Region) error {
	return nil
}

// AfterUpdate does what follows from a change, as AfterCreate does.
func (r *RegionRules) AfterUpdate(ctx context.Context, was, item *model.Region) error {
	return nil
}

// BeforeDelete refuses to delete a region that is still needed.
func (r *RegionRules) BeforeDelete(ctx context.Context, item *model.Region) error {
	return nil
}

// AfterDelete does what follows from a deletion, as AfterCreate does.
func (r *RegionRules) AfterDelete(ctx context.Context, item *model.Region) error {
	return nil
}
