package resourcetest

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/core/reference"
	"github.com/cloudforet-io/spacegen/core/state"
)

// A Reference is a field that holds the identifier of another resource.
type Reference struct {
	Key      string
	OnDelete reference.Action
	Self     bool // it leads to resources of the same kind
	// Expand is the name under which get and list show it, and Resource that of its kind;
	// empty: they do not.
	Expand, Resource string
	// Move brings it into another workspace.
	Move func(ctx context.Context, id, workspaceID string) error
	// New makes a resource to refer to.
	New func(ctx context.Context, domainID, workspaceID string) (id string, err error)
	// Delete deletes it, as its service does.
	Delete func(ctx context.Context, id string) error
}

// sample is a request for a resource of a domain that refers to what is there.
func (s serviceTest) sample(t *testing.T, domain string, n int) proto.Message {
	t.Helper()
	req := s.Sample(n).ProtoReflect()
	for _, r := range s.References {
		if !r.Self { // which would be one more in every list
			req.Set(s.keyOf(t, req, r), protoreflect.ValueOfString(s.referent(t, r, domain)))
		}
	}
	return req.Interface()
}

func (s serviceTest) referent(t *testing.T, r Reference, domain string) string {
	t.Helper()
	id, err := r.New(t.Context(), domain, workspace)
	require.NoError(t, err)
	return id
}

func (s serviceTest) keyOf(t *testing.T, req protoreflect.Message, r Reference) protoreflect.FieldDescriptor {
	t.Helper()
	f := field(req, r.Key)
	require.NotNil(t, f, "%s has no %s", req.Descriptor().FullName(), r.Key)
	return f
}

// ruled reports whether a field changes by rules of its own.
func (s serviceTest) ruled(name string) bool {
	return slices.Contains(s.Immutable, name) || slices.ContainsFunc(s.States, func(m state.Transitions) bool { return m.Key == name })
}

// keepsImmutable: what create has set no update changes, but it may say so again.
func (s serviceTest) keepsImmutable(t *testing.T) {
	for _, name := range s.Immutable {
		sample := s.sample(t, ourDomain, 1)
		stored := s.must(t, s.Create, sample)
		other := s.sample(t, ourDomain, 2).ProtoReflect()
		from := field(other, name)
		require.NotNil(t, from, "%s has no %s", other.Descriptor().FullName(), name)
		if other.Get(from).Equal(sample.ProtoReflect().Get(from)) {
			another(other, from, typeOf(s.Schema, name))
		}
		req := s.of(s.Update, s.idOf(stored))
		f := field(req, name)
		require.NotNil(t, f, "%s has no %s", req.Descriptor().FullName(), name)
		set(req, f, other.Get(from))
		_, err := s.call(ourDomain, s.Update, req.Interface())
		assertCode(t, "ERROR_INVALID_PARAMETER", err, "another %s", name)
		set(req, f, sample.ProtoReflect().Get(from))
		s.must(t, s.Update, req.Interface())
		assert.True(t, stored.Get(field(stored, name)).Equal(s.must(t, s.Get, s.of(s.Get, s.idOf(stored)).Interface()).Get(field(stored, name))))
		s.must(t, s.Delete, s.of(s.Delete, s.idOf(stored)).Interface()) // what is unique may be made again
	}
}

// moves: an update brings a state into those that may follow it, and into no other.
func (s serviceTest) moves(t *testing.T) {
	for _, machine := range s.States {
		info := s.must(t, s.Create, s.sample(t, ourDomain, 1))
		f := field(info, machine.Key)
		values := f.Enum().Values()
		begins := string(values.ByNumber(info.Get(f).Enum()).Name())
		s.must(t, s.Delete, s.of(s.Delete, s.idOf(info)).Interface())
		for i := range values.Len() {
			to := values.Get(i)
			if to.Number() == 0 || string(to.Name()) == begins {
				continue
			}
			req := s.sample(t, ourDomain, 1).ProtoReflect()
			req.Set(field(req, machine.Key), protoreflect.ValueOfEnum(to.Number()))
			_, err := s.call(ourDomain, s.Create, req.Interface())
			assertCode(t, "ERROR_INVALID_PARAMETER", err, "begins as %s", to.Name())

			stored := s.must(t, s.Create, s.sample(t, ourDomain, 1))
			change := s.of(s.Update, s.idOf(stored))
			change.Set(field(change, machine.Key), protoreflect.ValueOfEnum(to.Number()))
			got, err := s.call(ourDomain, s.Update, change.Interface())
			if machine.Move(begins, string(to.Name())) == nil {
				require.NoError(t, err, "%s to %s", begins, to.Name())
				assert.Equal(t, to.Number(), got.Get(f).Enum())
			} else {
				assertCode(t, "ERROR_INVALID_TRANSITION", err, "%s to %s", begins, to.Name())
			}
			s.must(t, s.Delete, s.of(s.Delete, s.idOf(stored)).Interface())
		}
	}
}

// refers: a reference leads to something that is there for the caller, and what it leads to
// is deleted as was agreed.
func (s serviceTest) refers(t *testing.T) {
	for _, r := range s.References {
		for what, id := range map[string]string{"nothing": "none", "something of another domain": s.referent(t, r, otherDomain)} {
			req := s.sample(t, ourDomain, 1).ProtoReflect()
			req.Set(s.keyOf(t, req, r), protoreflect.ValueOfString(id))
			_, err := s.call(ourDomain, s.Create, req.Interface())
			assertCode(t, "ERROR_NOT_FOUND", err, "%s refers to %s", r.Key, what)
			assert.ErrorContains(t, err, r.Key+" = "+id)
		}
		req := s.sample(t, ourDomain, 1).ProtoReflect()
		req.Set(s.keyOf(t, req, r), protoreflect.ValueOfString(s.referent(t, r, ourDomain)))
		stored := s.must(t, s.Create, req.Interface())
		id := s.idOf(stored)
		change := s.of(s.Update, id)
		if f := field(change, r.Key); f != nil && !s.ruled(r.Key) {
			change.Set(f, protoreflect.ValueOfString("none"))
			_, err := s.call(ourDomain, s.Update, change.Interface())
			assertCode(t, "ERROR_NOT_FOUND", err, "%s is changed to nothing", r.Key)
		}
		err := r.Delete(t.Context(), req.Get(s.keyOf(t, req, r)).String())
		_, gone := s.call(ourDomain, s.Get, s.of(s.Get, id).Interface())
		switch r.OnDelete {
		case reference.Restrict:
			assertCode(t, "ERROR_REFERENCED", err, "%s", r.Key)
			assert.NoError(t, gone)
		case reference.Cascade:
			assert.NoError(t, err)
			assertCode(t, "ERROR_NOT_FOUND", gone, "%s", r.Key)
			continue
		case reference.Keep:
			assert.NoError(t, err)
			assert.NoError(t, gone)
		}
		s.must(t, s.Delete, s.of(s.Delete, id).Interface())
	}
}
