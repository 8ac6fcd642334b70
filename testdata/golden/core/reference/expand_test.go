package reference_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/cloudforet-io/spacegen/core/reference"
)

type person struct{ id string }

type parcel struct {
	from, to         string
	sender, receiver *person
}

// expansions show people, of whom list gives some.
func expansions(list func(ids []any) ([]*person, error)) reference.Expansions[*parcel] {
	people := func(_ context.Context, ids []any) ([]*person, error) { return list(ids) }
	id := func(p *person) string { return p.id }
	return reference.Expansions[*parcel]{
		{Name: "sender", Key: "sender_id", Show: reference.Showing(func(p *parcel) string { return p.from }, people, id, func(p *parcel, it *person) { p.sender = it })},
		{Name: "receiver", Key: "receiver_id", Show: reference.Showing(func(p *parcel) string { return p.to }, people, id, func(p *parcel, it *person) { p.receiver = it })},
	}
}

func TestExpand(t *testing.T) {
	var asked [][]any
	all := expansions(func(ids []any) ([]*person, error) {
		asked = append(asked, ids)
		return []*person{{"ann"}, {"bob"}}, nil
	})
	parcels := []*parcel{{from: "ann", to: "bob"}, {from: "bob", to: "eve"}, {from: "ann"}}
	require.NoError(t, all.Show(t.Context(), []string{"sender", "receiver", "sender"}, parcels...))
	assert.Equal(t, [][]any{{"ann", "bob"}, {"bob", "eve"}}, asked, "one call for each, whatever the rows")
	assert.Equal(t, "ann", parcels[0].sender.id)
	assert.Equal(t, "bob", parcels[0].receiver.id)
	assert.Equal(t, "bob", parcels[1].sender.id)
	assert.Nil(t, parcels[1].receiver, "nobody sees eve")
	assert.Nil(t, parcels[2].receiver, "there is none")

	asked = nil
	require.NoError(t, all.Show(t.Context(), []string{"receiver"}, &parcel{from: "ann"}))
	require.NoError(t, all.Show(t.Context(), nil, parcels...))
	require.NoError(t, all.Show(t.Context(), []string{"sender"}))
	assert.Empty(t, asked, "there is nothing to show")
	down := errors.New("down")
	assert.ErrorIs(t, expansions(func([]any) ([]*person, error) { return nil, down }).Show(t.Context(), []string{"sender"}, parcels...), down)
}

func TestExpandSelects(t *testing.T) {
	all, schema := expansions(nil), query.Schema{Minimal: []string{"parcel_id", "sender_id"}}
	for name, tt := range map[string]struct {
		q     query.Query
		names []string
		only  []string
	}{
		"all fields":       {query.Query{}, []string{"sender"}, nil},
		"some":             {query.Query{Only: []string{"weight"}}, []string{"sender", "receiver"}, []string{"weight", "sender_id", "receiver_id"}},
		"one that it has":  {query.Query{Only: []string{"sender_id"}}, []string{"sender"}, []string{"sender_id"}},
		"a minimal result": {query.Query{Minimal: true}, []string{"receiver"}, []string{"parcel_id", "sender_id", "receiver_id"}},
		"nothing named":    {query.Query{Minimal: true}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, all.Select(&tt.q, schema, tt.names))
			assert.Equal(t, tt.only, tt.q.Only)
		})
	}
	assert.Equal(t, []string{"parcel_id", "sender_id"}, schema.Minimal)
	err := all.Select(new(query.Query), schema, []string{"sender", "stamp"})
	assert.EqualError(t, err, apierror.Invalid("expand", `"stamp" cannot be shown; there is sender, receiver`).Error())
	assert.Error(t, all.Know([]string{""}))
}

func TestRefused(t *testing.T) {
	assert.NoError(t, reference.Refused("Person", nil))
	err := reference.Refused("Person", apierror.PermissionDenied())
	assert.Equal(t, "ERROR_PERMISSION_DENIED", apierror.From(err).Code)
	assert.ErrorContains(t, err, "resource = Person")
	other := apierror.NotFound("person_id", "ann")
	assert.Equal(t, error(other), reference.Refused("Person", other))
}
