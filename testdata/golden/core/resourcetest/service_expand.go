package resourcetest

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/reference"
)

// forbids is an authorization handler that keeps callers from one kind of resources.
type forbids string

func (f forbids) Verify(_ context.Context, t *pipeline.Transaction, _ proto.Message) error {
	if t.Method.Resource == string(f) {
		return apierror.PermissionDenied()
	}
	return nil
}

// expands: get and list show what a reference leads to when they are asked to, to callers
// who may see it.
func (s serviceTest) expands(t *testing.T) {
	for _, r := range s.References {
		if r.Expand != "" {
			s.expandsOne(t, r)
		}
	}
}

func (s serviceTest) expandsOne(t *testing.T, r Reference) {
	t.Helper()
	get, list := s.Guarded(t, pipeline.Handlers{})
	referent := s.referent(t, r, ourDomain)
	var ids []string
	for n := range 2 {
		req := s.sample(t, ourDomain, n+1).ProtoReflect()
		req.Set(s.keyOf(t, req, r), protoreflect.ValueOfString(referent))
		ids = append(ids, s.idOf(s.must(t, s.Create, req.Interface())))
	}
	ours := func(req protoreflect.Message) []protoreflect.Message {
		return slices.DeleteFunc(results(s.must(t, list, req.Interface())), func(m protoreflect.Message) bool { return !slices.Contains(ids, s.idOf(m)) })
	}
	shows := func(result protoreflect.Message) {
		t.Helper()
		f := field(result, r.Expand)
		require.NotNil(t, f, "%s has no %s", result.Descriptor().FullName(), r.Expand)
		require.True(t, result.Has(f), "%s is not shown", r.Expand)
		shown := result.Get(f).Message()
		assert.Equal(t, referent, shown.Get(shown.Descriptor().Fields().ByNumber(1)).String())
	}
	naming := func(req protoreflect.Message, names ...string) protoreflect.Message {
		for _, name := range names {
			req.Mutable(field(req, "expand")).List().Append(protoreflect.ValueOfString(name))
		}
		return req
	}

	shows(s.must(t, get, naming(s.of(get, ids[0]), r.Expand).Interface()))
	plain := s.must(t, get, s.of(get, ids[0]).Interface())
	assert.False(t, plain.Has(field(plain, r.Expand)), "nobody asked for %s", r.Expand)
	for _, options := range []string{"", `"only": ["` + s.Schema.ID + `"]`, `"minimal": true`} {
		found := ours(naming(asking(t, list, options).ProtoReflect(), r.Expand, r.Expand))
		assert.Len(t, found, len(ids), options)
		for _, one := range found {
			shows(one)
		}
	}
	for what, call := range map[string]struct {
		method Method
		req    protoreflect.Message
	}{
		"get shows what nobody knows":  {get, naming(s.of(get, ids[0]), r.Expand, "nothing")},
		"list shows what nobody knows": {list, naming(list.request(), "nothing")},
		"delete shows something":       {s.Delete, naming(s.of(s.Delete, ids[0]), r.Expand)},
	} {
		_, err := s.call(ourDomain, call.method, call.req.Interface())
		assertCode(t, "ERROR_INVALID_PARAMETER", err, what)
		assert.ErrorContains(t, err, "expand", what)
	}
	if !r.Self { // who may not see these at all is refused before
		get, list := s.Guarded(t, pipeline.Handlers{Authorization: []pipeline.AuthorizationHandler{forbids(r.Resource)}})
		s.must(t, get, s.of(get, ids[0]).Interface())
		for _, call := range []struct {
			method Method
			req    protoreflect.Message
		}{{get, naming(s.of(get, ids[0]), r.Expand)}, {list, naming(list.request(), r.Expand)}} {
			_, err := s.call(ourDomain, call.method, call.req.Interface())
			assertCode(t, "ERROR_PERMISSION_DENIED", err, "%s", call.req.Descriptor().Name())
			assert.ErrorContains(t, err, "resource = "+r.Resource)
		}
	}
	hidden := func(why string) {
		t.Helper()
		plain := s.must(t, get, naming(s.of(get, ids[0]), r.Expand).Interface())
		assert.False(t, plain.Has(field(plain, r.Expand)), why)
		assert.Equal(t, referent, text(plain, r.Key))
	}
	require.NoError(t, r.Move(t.Context(), referent, "workspace-2"))
	hidden("it lies in another workspace")
	require.NoError(t, r.Move(t.Context(), referent, workspace))
	if r.OnDelete == reference.Keep {
		require.NoError(t, r.Delete(t.Context(), referent))
		hidden("it is gone")
	}
	for _, id := range ids {
		s.must(t, s.Delete, s.of(s.Delete, id).Interface())
	}
}
