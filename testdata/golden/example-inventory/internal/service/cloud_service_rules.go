package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/rule"

	"github.com/cloudforet-io/inventory/internal/model"
)

// CloudServiceRules are what holds for cloud services beyond spacegen.yaml: checks across
// fields, fields that follow from others, what follows from a change. This file is yours:
// spacegen made it once, and leaves it alone. Delete the methods that you do not need.
//
// All of them run within the call, in its database transaction: an error ends the call,
// and nothing is stored. Tell the caller why by an error of apierror, such as Invalid.
type CloudServiceRules struct {
	rule.None[model.CloudService] // the rules that are not written

	means Means // managers and other services, to ask them
}

// NewCloudServiceRules makes the rules of cloud services.
func NewCloudServiceRules(means Means) *CloudServiceRules { return &CloudServiceRules{means: means} }

// BeforeCreate refuses a cloud service that must not be stored, or fills in what follows from
// its other fields. It has no identifier yet.
func (r *CloudServiceRules) BeforeCreate(ctx context.Context, item *model.CloudService) error {
	return nil
}

// AfterCreate does what follows from a new cloud service. What leaves the service must wait for
// the commit: register it by OnSuccess of pipeline.TransactionFrom(ctx), or put a task.
func (r *CloudServiceRules) AfterCreate(ctx context.Context, item *model.CloudService) error {
	return nil
}

// BeforeUpdate compares a cloud service as it was with what it is about to be, and refuses that or
// fills in the rest. Whatever it sets in item is stored.
func (r *CloudServiceRules) BeforeUpdate(ctx context.Context, was, item *model.CloudService) error {
	return nil
}

// AfterUpdate does what follows from a change, as AfterCreate does.
func (r *CloudServiceRules) AfterUpdate(ctx context.Context, was, item *model.CloudService) error {
	return nil
}

// BeforeDelete refuses to delete a cloud service that is still needed.
func (r *CloudServiceRules) BeforeDelete(ctx context.Context, item *model.CloudService) error {
	return nil
}

// AfterDelete does what follows from a deletion, as AfterCreate does.
func (r *CloudServiceRules) AfterDelete(ctx context.Context, item *model.CloudService) error {
	return nil
}
