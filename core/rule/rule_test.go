package rule_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/rule"
)

type order struct{ total int }

// limited are rules with one method of their own.
type limited struct{ rule.None[order] }

func (limited) BeforeCreate(_ context.Context, item *order) error {
	if item.total > 10 {
		return apierror.Invalid("total", "it is too much")
	}
	return nil
}

func TestRulesNeedOnlyWhatTheySay(t *testing.T) {
	rules := rule.Of[order](limited{})
	item := &order{total: 11}
	assert.Equal(t, "ERROR_INVALID_PARAMETER", apierror.From(rules.BeforeCreate(t.Context(), item)).Code)
	assert.NoError(t, rules.BeforeCreate(t.Context(), &order{total: 10}))
	assert.NoError(t, rules.AfterCreate(t.Context(), item))
	assert.NoError(t, rules.BeforeUpdate(t.Context(), item, item))
	assert.NoError(t, rules.AfterUpdate(t.Context(), item, item))
	assert.NoError(t, rules.BeforeDelete(t.Context(), item))
	assert.NoError(t, rules.AfterDelete(t.Context(), item))
}

// asked notes what it is asked, and about what.
type asked struct{ notes *[]string }

func (a asked) note(what string, items ...*order) error {
	for _, item := range items {
		what += fmt.Sprint(" ", item.total)
	}
	*a.notes = append(*a.notes, what)
	return nil
}

func (a asked) BeforeCreate(_ context.Context, item *order) error {
	return a.note("before create", item)
}
func (a asked) AfterCreate(_ context.Context, item *order) error { return a.note("after create", item) }
func (a asked) BeforeUpdate(_ context.Context, was, item *order) error {
	return a.note("before update", was, item)
}
func (a asked) AfterUpdate(_ context.Context, was, item *order) error {
	return a.note("after update", was, item)
}
func (a asked) BeforeDelete(_ context.Context, item *order) error {
	return a.note("before delete", item)
}
func (a asked) AfterDelete(_ context.Context, item *order) error { return a.note("after delete", item) }

func TestASetIsAskedWhatItsRulesAre(t *testing.T) {
	var notes []string
	for _, rules := range []rule.Rules[order]{rule.Of[order](asked{&notes}), {}} {
		for _, err := range []error{
			rules.BeforeCreate(t.Context(), &order{1}), rules.AfterCreate(t.Context(), &order{2}),
			rules.BeforeUpdate(t.Context(), &order{3}, &order{4}), rules.AfterUpdate(t.Context(), &order{5}, &order{6}),
			rules.BeforeDelete(t.Context(), &order{7}), rules.AfterDelete(t.Context(), &order{8}),
		} {
			assert.NoError(t, err)
		}
		assert.Equal(t, []string{"before create 1", "after create 2", "before update 3 4", "after update 5 6", "before delete 7", "after delete 8"}, notes)
	}
}
