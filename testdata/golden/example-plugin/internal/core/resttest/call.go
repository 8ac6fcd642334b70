// Package resttest calls methods by their REST form, in tests.
package resttest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// variable is a part of a path that a field fills: {name} or {name=shelves/*}.
var variable = regexp.MustCompile(`\{([\w.]+)(?:=([^}]*))?\}`)

// Bindings are the REST forms of a method, such as acme.v1.Book.get: its
// google.api.http annotation and the additional bindings of that.
func Bindings(t *testing.T, method protoreflect.FullName) []*annotations.HttpRule {
	t.Helper()
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(method)
	require.NoError(t, err)
	rule, ok := proto.GetExtension(found.Options(), annotations.E_Http).(*annotations.HttpRule)
	require.True(t, ok && rule != nil, "%s has no REST form", method)
	return append([]*annotations.HttpRule{rule}, rule.GetAdditionalBindings()...)
}

// Call calls a method by one of its REST forms, at an address (host:port), and
// reads the answer. A field of the request that cannot stand in the path gets a
// value that can.
func Call(t *testing.T, address string, rule *annotations.HttpRule, req, res proto.Message) {
	t.Helper()
	verb, path := binding(rule)
	path = variable.ReplaceAllStringFunc(path, func(v string) string {
		parts := variable.FindStringSubmatch(v)
		return fill(t, req.ProtoReflect(), parts[1], parts[2])
	})
	var body []byte
	var err error
	switch rule.GetBody() {
	case "":
		path += query(req.ProtoReflect(), path)
	case "*":
		body, err = protojson.Marshal(req)
	default:
		f := req.ProtoReflect().Descriptor().Fields().ByName(protoreflect.Name(rule.GetBody()))
		require.NotNil(t, f, "the body of %s", path)
		body, err = protojson.Marshal(req.ProtoReflect().Get(f).Message().Interface())
	}
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(t.Context(), verb, "http://"+address+path, bytes.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close() //nolint:errcheck // it is read below
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode, "%s %s: %s", verb, path, text)
	require.NoError(t, protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(text, res))
}

func binding(rule *annotations.HttpRule) (verb, path string) {
	switch p := rule.GetPattern().(type) {
	case *annotations.HttpRule_Get:
		return http.MethodGet, p.Get
	case *annotations.HttpRule_Put:
		return http.MethodPut, p.Put
	case *annotations.HttpRule_Post:
		return http.MethodPost, p.Post
	case *annotations.HttpRule_Delete:
		return http.MethodDelete, p.Delete
	case *annotations.HttpRule_Patch:
		return http.MethodPatch, p.Patch
	default:
		return rule.GetCustom().GetKind(), rule.GetCustom().GetPath()
	}
}

// fill gives the value of a field, named by its path, as it stands in a URL.
func fill(t *testing.T, m protoreflect.Message, field, pattern string) string {
	t.Helper()
	names := strings.Split(field, ".")
	for _, name := range names[:len(names)-1] {
		m = m.Mutable(m.Descriptor().Fields().ByName(protoreflect.Name(name))).Message()
	}
	f := m.Descriptor().Fields().ByName(protoreflect.Name(names[len(names)-1]))
	require.NotNil(t, f, field)
	if pattern == "" || pattern == "*" {
		return url.PathEscape(m.Get(f).String())
	}
	shape := "^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, "[^/ ]+") + "$"
	if f.Kind() == protoreflect.StringKind && !regexp.MustCompile(shape).MatchString(m.Get(f).String()) {
		m.Set(f, protoreflect.ValueOfString(strings.ReplaceAll(pattern, "*", "1")))
	}
	return m.Get(f).String()
}

// query gives the plain fields of a request that the path does not have.
func query(m protoreflect.Message, path string) string {
	values := url.Values{}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if f.Message() == nil && !f.IsList() && !strings.Contains(path, url.PathEscape(v.String())) && !strings.Contains(path, v.String()) {
			values.Set(string(f.Name()), fmt.Sprint(v.Interface()))
		}
		return true
	})
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}
