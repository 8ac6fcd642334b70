package validation_test

import (
	"fmt"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/validation"
)

// request makes a message of texts with these rules, called a, b, c in their order.
func request(t testing.TB, rules ...*validate.FieldRules) protoreflect.Message {
	t.Helper()
	message := &descriptorpb.DescriptorProto{Name: proto.String("Request")}
	for i, rule := range rules {
		options := new(descriptorpb.FieldOptions)
		proto.SetExtension(options, validate.E_Field, rule)
		message.Field = append(message.Field, &descriptorpb.FieldDescriptorProto{
			Name: proto.String(string(rune('a' + i))), Number: proto.Int32(int32(i + 1)), Options: options,
			Type: descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(), Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
		})
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("request.proto"), Package: proto.String("test"), Syntax: proto.String("proto3"),
		Dependency: []string{"buf/validate/validate.proto"}, MessageType: []*descriptorpb.DescriptorProto{message},
	}, protoregistry.GlobalFiles)
	require.NoError(t, err)
	return dynamicpb.NewMessage(file.Messages().Get(0))
}

func text(rules *validate.StringRules) *validate.FieldRules {
	return &validate.FieldRules{Type: &validate.FieldRules_String_{String_: rules}}
}

func with(m protoreflect.Message, values ...string) proto.Message {
	m = m.New()
	for i, value := range values {
		m.Set(m.Descriptor().Fields().Get(i), protoreflect.ValueOfString(value))
	}
	return m.Interface()
}

func TestCheck(t *testing.T) {
	m := request(t,
		&validate.FieldRules{Required: proto.Bool(true), Type: text(&validate.StringRules{MaxLen: proto.Uint64(3)}).GetType()},
		text(&validate.StringRules{WellKnown: &validate.StringRules_Email{Email: true}}),
		text(&validate.StringRules{Pattern: proto.String("^[0-9]+$")}),
	)
	v, err := validation.Of(m.Interface())
	require.NoError(t, err)
	assert.NoError(t, v.Check(with(m, "abc", "a@example.com", "12")))

	fault := apierror.From(v.Check(with(m, "abcd", "nobody", "x")))
	assert.Equal(t, "ERROR_INVALID_PARAMETER", fault.Code)
	assert.Equal(t, codes.InvalidArgument, fault.Status)
	assert.Contains(t, fault.Message, "key = a, reason = must be at most 3 characters")
	var fields, rules []string
	for _, violation := range apierror.Violations(status.Convert(fault)) {
		fields, rules = append(fields, violation.Field), append(rules, violation.Rule)
	}
	assert.Equal(t, []string{"a", "b", "c"}, fields)
	assert.Equal(t, []string{"string.max_len", "string.email", "string.pattern"}, rules)

	missing := apierror.From(v.Check(with(m, "", "nobody", "1")))
	assert.Equal(t, apierror.Required("a").Error(), missing.Error())
	assert.Len(t, missing.Violations, 2, "what else is wrong is said as well")
}

// A rule that cannot be read is an error at the start, not in the first call.
func TestRulesThatCannotBeRead(t *testing.T) {
	m := request(t, text(&validate.StringRules{Pattern: proto.String("(")}))
	_, err := validation.Of(m.Interface())
	assert.ErrorContains(t, err, "read the rules of test.Request")
}

func TestNewReadsTheRulesOfAllServices(t *testing.T) {
	v, err := validation.New()
	require.NoError(t, err)
	assert.NoError(t, v.Check(request(t, text(nil)).New().Interface()))
}

func ExampleValidator_Check() {
	m := request(new(testing.T), text(&validate.StringRules{MaxLen: proto.Uint64(3)}))
	v, err := validation.Of(m.Interface())
	if err != nil {
		panic(err)
	}
	fmt.Println(v.Check(with(m, "abcd")))
	// Output: ERROR_INVALID_PARAMETER: Parameter is invalid. (key = a, reason = must be at most 3 characters)
}

func BenchmarkCheck(b *testing.B) {
	m := request(b, text(&validate.StringRules{MaxLen: proto.Uint64(3)}), text(&validate.StringRules{Pattern: proto.String("^[0-9]+$")}))
	v, err := validation.Of(m.Interface())
	require.NoError(b, err)
	sample := with(m, "abc", "12")
	for b.Loop() {
		if err := v.Check(sample); err != nil {
			b.Fatal(err)
		}
	}
}
