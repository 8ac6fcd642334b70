package resourcetest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/cloudforet-io/spacegen/core/apirecordtest"
)

func (r recordTest) refuses(t *testing.T) {
	for _, path := range r.Create.Required {
		req := r.Create.Sample(1)
		at, name := req, path
		if item, inner, deeper := strings.Cut(path, "."); deeper {
			at, name = within(t, req, item), inner
		}
		without(t, at, name)
		r.refused(t, "ERROR_REQUIRED_PARAMETER", path, r.methods.Create, req)
	}
	if len(r.Update.Required)+len(r.Update.Kept) == 0 {
		return
	}
	created, id := r.keep(t, 1)
	for _, name := range r.Update.Required {
		change, _ := r.change(t, id, 2)
		without(t, change, name)
		r.refused(t, "ERROR_REQUIRED_PARAMETER", name, r.methods.Update, change)
	}
	for _, name := range r.Update.Kept {
		change, source := r.change(t, id, 2)
		r.mask(t, change, name)
		without(t, source, name)
		r.refused(t, "ERROR_REQUIRED_PARAMETER", name, r.methods.Update, change)
	}
	assertSame(t, created, r.get(t, id))
}

func (r recordTest) drops(t *testing.T) {
	req := r.Create.Sample(1)
	created := r.must(t, r.methods.Create, req)
	apirecordtest.AssertDropped(t, created.Interface(), within(t, req, r.Create.Item), names(r.Create.OutputOnly)...)
	if len(r.Update.OutputOnly) > 0 {
		change, source := r.change(t, r.idOf(created), 2)
		updated := r.must(t, r.methods.Update, change)
		apirecordtest.AssertDropped(t, updated.Interface(), source, names(r.Update.OutputOnly)...)
	}
}

func (r recordTest) fixes(t *testing.T) {
	created, id := r.keep(t, 1)
	for _, name := range r.Update.Immutable {
		change, source := r.change(t, id, 2)
		apirecordtest.With(source, known(t, source.ProtoReflect(), name).Name(), 2)
		r.refused(t, "ERROR_INVALID_PARAMETER", name, r.methods.Update, change)
	}
	assertSame(t, created, r.get(t, id))
}

func (r recordTest) keepsUnique(t *testing.T) {
	r.create(t, 1)
	for _, name := range r.Create.Unique {
		req := r.Create.Sample(2)
		r.asFirst(t, within(t, req, r.Create.Item), name)
		r.refusedTaken(t, name, r.methods.Create, req)
	}
	if len(r.Update.Unique) > 0 {
		created, id := r.keep(t, 2)
		for _, name := range r.Update.Unique {
			change, source := r.change(t, id, 3)
			r.asFirst(t, source, name)
			r.refusedTaken(t, name, r.methods.Update, change)
		}
		assertSame(t, created, r.get(t, id))
	}
	if !r.Place {
		_, err := r.call(otherDomain, r.methods.Create, r.Create.Sample(1))
		assert.NoError(t, err, "each domain has values of its own")
	}
}

// masks: of what a change holds, a mask chooses.
func (r recordTest) masks(t *testing.T) {
	created, id := r.keep(t, 1)
	change, source := r.change(t, id, 2)
	r.mask(t, change, r.Update.Masked)
	r.must(t, r.methods.Update, change)
	got := r.get(t, id)
	assert.Equal(t, text(source.ProtoReflect(), r.Update.Masked), text(got, r.Update.Masked))
	apirecordtest.AssertHolds(t, got.Interface(), created.Interface(), protoreflect.Name(r.Update.Masked), "updated_at", "update_time")
}

func (r recordTest) mask(t *testing.T, change proto.Message, names ...string) {
	t.Helper()
	m := change.ProtoReflect()
	m.Set(known(t, m, r.Update.Mask), protoreflect.ValueOfMessage((&fieldmaskpb.FieldMask{Paths: names}).ProtoReflect()))
}

func (r recordTest) tags(t *testing.T) {
	_, err := r.call(r.domain(), r.methods.Tag, r.tagging(t, 3))
	assertCode(t, "ERROR_REQUIRED_PARAMETER", err)
	var made []protoreflect.Message
	var ids []string
	for n := range uint8(2) {
		created, id := r.keep(t, n)
		made, ids = append(made, created), append(ids, id)
	}
	r.must(t, r.methods.Tag, r.tagging(t, 3, ids...))
	for _, created := range made {
		got := r.get(t, r.idOf(created))
		apirecordtest.AssertHolds(t, got.Interface(), r.tagging(t, 3))
		assert.False(t, proto.Equal(created.Interface(), got.Interface()), "%v is as it was", got.Interface())
	}
}

// within is the message in a field of another; without a field, the message itself.
func within(t *testing.T, m proto.Message, name string) proto.Message {
	t.Helper()
	if name == "" {
		return m
	}
	return m.ProtoReflect().Mutable(known(t, m.ProtoReflect(), name)).Message().Interface()
}

// without takes out of a message a field that it has.
func without(t *testing.T, m proto.Message, name string) {
	t.Helper()
	f := known(t, m.ProtoReflect(), name)
	require.True(t, m.ProtoReflect().Has(f), "%s: the sample does not set it", name)
	m.ProtoReflect().Clear(f)
}

// asFirst gives a field the value that the first resource has.
func (r recordTest) asFirst(t *testing.T, m proto.Message, name string) {
	t.Helper()
	first := within(t, r.Create.Sample(1), r.Create.Item).ProtoReflect()
	to, f := known(t, m.ProtoReflect(), name), known(t, first, name)
	require.True(t, first.Has(f), "%s: the sample does not set it", name)
	if !alike(to, f) { // an update may have it in a wrapper
		apirecordtest.With(m, to.Name(), 1)
		return
	}
	set(m.ProtoReflect(), to, first.Get(f))
}

// known is field, of a message that has it.
func known(t *testing.T, m protoreflect.Message, name string) protoreflect.FieldDescriptor {
	t.Helper()
	f := field(m, name)
	require.NotNil(t, f, "%s has no field %q", m.Descriptor().FullName(), name)
	return f
}

func names(texts []string) []protoreflect.Name {
	var all []protoreflect.Name
	for _, text := range texts {
		all = append(all, protoreflect.Name(text))
	}
	return all
}
