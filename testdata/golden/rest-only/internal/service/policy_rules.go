package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/rule"

	"github.com/cloudforet-io/cost-analysis/internal/model"
)

// PolicyRules are what holds for policies beyond spacegen.yaml: checks across
// fields, fields that follow from others, what follows from a change. This file is yours:
// spacegen made it once, and leaves it alone. Delete the methods that you do not need.
//
// All of them run within the call, in its database transaction: an error ends the call,
// and nothing is stored. Tell the caller why by an error of apierror, such as Invalid.
type PolicyRules struct {
	rule.None[model.Policy] // the rules that are not written

	means Means // managers and other services, to ask them
}

// NewPolicyRules makes the rules of policies.
func NewPolicyRules(means Means) *PolicyRules { return &PolicyRules{means: means} }

// BeforeCreate refuses a policy that must not be stored, or fills in what follows from
// its other fields. It has no identifier yet.
func (r *PolicyRules) BeforeCreate(ctx context.Context, item *model.Policy) error {
	return nil
}

// AfterCreate does what follows from a new policy. What leaves the service must wait for
// the commit: register it by OnSuccess of pipeline.TransactionFrom(ctx), or put a task.
func (r *PolicyRules) AfterCreate(ctx context.Context, item *model.Policy) error {
	return nil
}

// BeforeUpdate compares a policy as it was with what it is about to be, and refuses that or
// fills in the rest. Whatever it sets in item is stored.
func (r *PolicyRules) BeforeUpdate(ctx context.Context, was, item *model.Policy) error {
	return nil
}

// AfterUpdate does what follows from a change, as AfterCreate does.
func (r *PolicyRules) AfterUpdate(ctx context.Context, was, item *model.Policy) error {
	return nil
}

// BeforeDelete refuses to delete a policy that is still needed.
func (r *PolicyRules) BeforeDelete(ctx context.Context, item *model.Policy) error {
	return nil
}

// AfterDelete does what follows from a deletion, as AfterCreate does.
func (r *PolicyRules) AfterDelete(ctx context.Context, item *model.Policy) error {
	return nil
}
