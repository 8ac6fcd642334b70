package generator_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/bufbuild/protocompile/linker"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/cloudforet-io/spacegen/generator/protofile"
)

const identityPackage = "spaceone.api.identity.v2"

// identityDiffers are the lines of testdata/identity_v2.txt that the starter identity
// answers otherwise, each with the reason, and those that it has beside them.
var identityDiffers = map[string]string{
	"rpc Token.revoke RevokeTokenRequest google.protobuf.Empty /identity/v2/token/revoke": "signing out ends the session, which is ours",
	"field RevokeTokenRequest.refresh_token 1 string":                                     "its request",
}

// The starter identity has the names and the numbers of the public API, of which
// testdata/identity_v2.txt was made, for the services that it serves: whoever calls the
// original can call it.
func TestIdentityHasTheNumbersOfThePublicAPI(t *testing.T) {
	starter, err := newGenerator(t).Starter("identity")
	require.NoError(t, err)
	sources := starter.Own.Protos
	query, err := os.ReadFile("../testdata/golden/example-identity/proto/spaceone/api/core/v2/query.proto")
	require.NoError(t, err)
	sources["spaceone/api/core/v2/query.proto"] = query
	files, err := protofile.Compile(t.Context(), sources)
	require.NoError(t, err)
	text, err := os.ReadFile("testdata/identity_v2.txt")
	require.NoError(t, err)
	public, ours := strings.Split(strings.TrimSpace(string(text)), "\n"), describe(files, identityPackage)
	require.Greater(t, len(public), 500)
	for _, line := range public {
		if !slices.Contains(ours, line) && identityDiffers[line] == "" {
			assert.Fail(t, "missing: "+line)
		}
	}
	for _, line := range ours {
		if !slices.Contains(public, line) && identityDiffers[line] == "" {
			assert.Fail(t, "not of the public API: "+line)
		}
	}
	for line := range identityDiffers {
		assert.NotEqual(t, slices.Contains(public, line), slices.Contains(ours, line), "no difference any more: %s", line)
	}
}

// describe gives a line for each method, field and value of an enum in a package.
func describe(files linker.Files, pkg protoreflect.FullName) (lines []string) {
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	short := func(d protoreflect.Descriptor) string {
		return strings.TrimPrefix(string(d.FullName()), string(pkg)+".")
	}
	enums := func(enums protoreflect.EnumDescriptors) {
		for i := range enums.Len() {
			for k := range enums.Get(i).Values().Len() {
				value := enums.Get(i).Values().Get(k)
				add("value %s.%s %d", short(enums.Get(i)), value.Name(), value.Number())
			}
		}
	}
	var messages func(protoreflect.MessageDescriptors)
	messages = func(all protoreflect.MessageDescriptors) {
		for i := range all.Len() {
			m := all.Get(i)
			for k := range m.Fields().Len() {
				f := m.Fields().Get(k)
				kind := f.Kind().String()
				switch {
				case f.Message() != nil:
					kind = short(f.Message())
				case f.Enum() != nil:
					kind = short(f.Enum())
				}
				if f.IsList() {
					kind = "repeated " + kind
				}
				if one := f.ContainingOneof(); one != nil {
					kind += " oneof " + string(one.Name())
				}
				add("field %s.%s %d %s", short(m), f.Name(), f.Number(), kind)
			}
			enums(m.Enums())
			messages(m.Messages())
		}
	}
	for _, file := range files {
		if file.Package() != pkg {
			continue
		}
		for i := range file.Services().Len() {
			s := file.Services().Get(i)
			for k := range s.Methods().Len() {
				m := s.Methods().Get(k)
				add("%s", strings.TrimSpace(fmt.Sprintf("rpc %s.%s %s %s %s", s.Name(), m.Name(), short(m.Input()), short(m.Output()), post(m))))
			}
		}
		enums(file.Enums())
		messages(file.Messages())
	}
	slices.Sort(lines)
	return lines
}

// post is the path of a method by REST; empty if it has none. The options were compiled
// with a descriptor of google/api of their own, so that they are read anew.
func post(m protoreflect.MethodDescriptor) string {
	options := new(descriptorpb.MethodOptions)
	text, err := proto.Marshal(m.Options())
	if err != nil || proto.Unmarshal(text, options) != nil {
		return ""
	}
	rule, _ := proto.GetExtension(options, annotations.E_Http).(*annotations.HttpRule) //nolint:errcheck // none is none
	return rule.GetPost()
}
