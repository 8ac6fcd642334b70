package apirecordtest

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// AssertHolds fails unless an answer holds every value that the request set in a
// field of the same name and type, but for those that only answers or only
// requests have.
func AssertHolds(t *testing.T, answer, request proto.Message, except ...protoreflect.Name) {
	t.Helper()
	req, res := request.ProtoReflect(), answer.ProtoReflect()
	req.Range(func(f protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		other := res.Descriptor().Fields().ByName(f.Name())
		if slices.Contains(except, f.Name()) || other == nil || !alike(f, other) ||
			behaves(f, annotations.FieldBehavior_OUTPUT_ONLY, annotations.FieldBehavior_INPUT_ONLY) {
			return true
		}
		assert.True(t, value.Equal(res.Get(other)), "%s: asked for %v, got %v", f.Name(), value.String(), res.Get(other).String())
		return true
	})
}

// AssertDropped fails if an answer holds the value that the request set in a field
// that only answers have.
func AssertDropped(t *testing.T, answer, request proto.Message, names ...protoreflect.Name) {
	t.Helper()
	req, res := request.ProtoReflect(), answer.ProtoReflect()
	for _, name := range names {
		f, other := req.Descriptor().Fields().ByName(name), res.Descriptor().Fields().ByName(name)
		assert.True(t, req.Has(f), "%s: the request does not set it", name)
		if alike(f, other) {
			assert.False(t, req.Get(f).Equal(res.Get(other)), "%s: the answer has the caller's %v", name, req.Get(f).String())
		}
	}
}

// alike reports whether two fields are of one type.
func alike(f, other protoreflect.FieldDescriptor) bool {
	return other.Kind() == f.Kind() && other.Cardinality() == f.Cardinality() &&
		(f.Message() == nil || f.Message().FullName() == other.Message().FullName()) &&
		(f.Enum() == nil || f.Enum().FullName() == other.Enum().FullName())
}

// AssertContains fails unless a list holds something.
func AssertContains[M proto.Message](t *testing.T, list []M, wanted proto.Message) {
	t.Helper()
	assert.True(t, slices.ContainsFunc(list, func(one M) bool { return proto.Equal(one, wanted) }), "%v is not in %v", wanted, list)
}
