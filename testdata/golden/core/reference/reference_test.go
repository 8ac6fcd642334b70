package reference_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/reference"
)

// A store holds, by kind and identifier, what resources refer to by each key.
type store struct {
	rows    map[string]map[string]map[string]string
	locked  []string
	deleted []string
	rules   reference.Rules[string] // of all that go with something
}

func (s *store) graph(links ...reference.Link) reference.Graph {
	g := reference.Graph{Keepers: map[string]reference.Keeper{}, Links: links}
	for kind, rows := range s.rows {
		g.Keepers[kind] = reference.Keeper{
			ID: kind + "_id",
			Lock: func(_ context.Context, id string) (reference.Row, error) {
				if rows[id] == nil {
					return reference.Row{}, apierror.NotFound(kind+"_id", id)
				}
				s.locked = append(s.locked, id)
				return reference.Ruled(&id, s.rules), nil
			},
			Each: func(_ context.Context, key, value string, do func(string) error) error {
				var ids []string
				for id, row := range rows {
					if row[key] == value {
						ids = append(ids, id)
					}
				}
				slices.Sort(ids)
				for _, id := range ids {
					if err := do(id); err != nil {
						return err
					}
				}
				return nil
			},
			Delete: func(_ context.Context, id string) error {
				if rows[id] == nil {
					return apierror.NotFound(kind+"_id", id)
				}
				delete(rows, id)
				s.deleted = append(s.deleted, id)
				return nil
			},
		}
	}
	return g
}

// shop is a customer with two orders, one of which has lines and a refund.
func shop() *store {
	type row = map[string]string
	return &store{rows: map[string]map[string]row{
		"customer": {"c1": {}, "c2": {}},
		"order":    {"o1": {"customer_id": "c1"}, "o2": {"customer_id": "c1"}},
		"line":     {"l1": {"order_id": "o1"}, "l2": {"order_id": "o1"}},
		"refund":   {"r1": {"line_id": "l2", "order_id": "o1"}},
	}}
}

func TestDelete(t *testing.T) {
	orders := func(a reference.Action) reference.Link {
		return reference.Link{From: "order", Key: "customer_id", To: "customer", OnDelete: a}
	}
	lines := reference.Link{From: "line", Key: "order_id", To: "order", OnDelete: reference.Cascade}
	refunds := func(a reference.Action) reference.Link {
		return reference.Link{From: "refund", Key: "line_id", To: "line", OnDelete: a}
	}
	for name, tt := range map[string]struct {
		links    []reference.Link
		kind, id string
		deleted  []string
		code     string
	}{
		"nothing refers to it":        {[]reference.Link{orders(reference.Restrict)}, "customer", "c2", []string{"c2"}, ""},
		"something restricts":         {[]reference.Link{orders(reference.Restrict)}, "customer", "c1", nil, "ERROR_REFERENCED"},
		"something stays":             {[]reference.Link{orders(reference.Keep)}, "customer", "c1", []string{"c1"}, ""},
		"all go":                      {[]reference.Link{orders(reference.Cascade), lines, refunds(reference.Cascade)}, "customer", "c1", []string{"r1", "l2", "l1", "o2", "o1", "c1"}, ""},
		"the last of a row restricts": {[]reference.Link{orders(reference.Cascade), lines, refunds(reference.Restrict)}, "customer", "c1", nil, "ERROR_REFERENCED"},
		"what restricts goes itself":  {[]reference.Link{lines, refunds(reference.Restrict), {From: "refund", Key: "order_id", To: "order", OnDelete: reference.Cascade}}, "order", "o1", []string{"r1", "l2", "l1", "o1"}, ""},
		"there is no such thing":      {[]reference.Link{orders(reference.Cascade)}, "customer", "c9", nil, "ERROR_NOT_FOUND"},
	} {
		t.Run(name, func(t *testing.T) {
			s := shop()
			err := s.graph(tt.links...).Delete(t.Context(), tt.kind, tt.id)
			if tt.code != "" {
				require.Equal(t, tt.code, apierror.From(err).Code)
			} else {
				require.NoError(t, err)
			}
			assert.Equal(t, tt.deleted, s.deleted)
			assert.Subset(t, append(s.locked, tt.id), s.deleted)
			assert.NotContains(t, s.locked, tt.id, "the caller has it already")
		})
	}
}

// What refers to itself, in a ring even, goes once.
func TestDeleteInARing(t *testing.T) {
	type row = map[string]string
	s := &store{rows: map[string]map[string]row{"category": {"a": {"parent_id": "c"}, "b": {"parent_id": "a"}, "c": {"parent_id": "b"}, "d": {"parent_id": "d"}}}}
	parent := reference.Link{From: "category", Key: "parent_id", To: "category", OnDelete: reference.Cascade}
	require.NoError(t, s.graph(parent).Delete(t.Context(), "category", "a"))
	assert.Equal(t, []string{"c", "b", "a"}, s.deleted)
	parent.OnDelete = reference.Restrict
	require.NoError(t, s.graph(parent).Delete(t.Context(), "category", "d"), "only itself refers to it")
}

// told are rules that hear of what goes, and refuse, or delete, some of it.
type told struct {
	store   *store
	heard   []string
	refuse  string
	deletes map[string]string // with what, what
}

func (r *told) BeforeDelete(_ context.Context, id *string) error {
	r.heard = append(r.heard, fmt.Sprintf("before %s of %d", *id, len(r.store.deleted)))
	if *id == r.refuse {
		return apierror.Invalid("id", "it is needed")
	}
	for _, rows := range r.store.rows {
		delete(rows, r.deletes[*id])
	}
	return nil
}

func (r *told) AfterDelete(_ context.Context, id *string) error {
	r.heard = append(r.heard, "after "+*id)
	return nil
}

// The rules of what goes with something are asked before anything is deleted, and told of
// each that was.
func TestRulesOfWhatGoes(t *testing.T) {
	links := []reference.Link{
		{From: "order", Key: "customer_id", To: "customer", OnDelete: reference.Cascade},
		{From: "line", Key: "order_id", To: "order", OnDelete: reference.Cascade},
	}
	s := shop()
	rules := &told{store: s}
	s.rules = rules
	require.NoError(t, s.graph(links...).Delete(t.Context(), "customer", "c1"))
	assert.Equal(t, []string{"before o1 of 0", "before o2 of 0", "before l1 of 0", "before l2 of 0", "after l2", "after l1", "after o2", "after o1"}, rules.heard)

	s = shop()
	s.rules = &told{store: s, refuse: "l2"}
	assert.ErrorContains(t, s.graph(links...).Delete(t.Context(), "customer", "c1"), "it is needed")
	assert.Empty(t, s.deleted)

	s = shop()
	rules = &told{store: s, deletes: map[string]string{"o1": "o2", "l2": "l1"}}
	s.rules = rules
	require.NoError(t, s.graph(links...).Delete(t.Context(), "customer", "c1"))
	assert.Equal(t, []string{"l2", "o1", "c1"}, s.deleted, "what rules delete themselves is gone")
	assert.NotContains(t, rules.heard, "after l1")
}

func TestCheck(t *testing.T) {
	assert.NoError(t, reference.Check("agent_id", "c1", nil))
	assert.EqualError(t, reference.Check("agent_id", "c1", apierror.NotFound("customer_id", "c1")), apierror.NotFound("agent_id", "c1").Error())
	other := errors.New("down")
	assert.Equal(t, other, reference.Check("agent_id", "c1", other))
}
