// Package resttest calls methods by their REST form in tests.
package resttest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// patience is how long an answer may take; a stream may well have no end.
const patience = 5 * time.Second

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

// Fitting are the REST forms of a method by which a request can be made as it is: names in
// it look as the paths say. If there is none, they are all of them.
func Fitting(t *testing.T, method protoreflect.FullName, req proto.Message) []*annotations.HttpRule {
	t.Helper()
	var fit []*annotations.HttpRule
	for _, rule := range Bindings(t, method) {
		_, path := binding(rule)
		sent := proto.Clone(req).ProtoReflect()
		for _, parts := range variable.FindAllStringSubmatch(path, -1) {
			fill(t, sent, parts[1], parts[2])
		}
		if proto.Equal(sent.Interface(), req) {
			fit = append(fit, rule)
		}
	}
	if len(fit) == 0 {
		return Bindings(t, method)
	}
	return fit
}

// Call calls a method by one of its REST forms, at an address (host:port), as the
// platform itself, and reads the answer.
func Call(t *testing.T, address string, rule *annotations.HttpRule, req, res proto.Message) {
	t.Helper()
	Caller{Address: address}.Call(t, rule, req, res)
}

// A Caller calls methods at an address as somebody of a domain would; without
// one, as the platform itself.
type Caller struct{ Address, Domain, Workspace string }

// Call calls a method by one of its REST forms and reads the answer. A field of
// the request that cannot stand in the path gets a value that can.
func (c Caller) Call(t *testing.T, rule *annotations.HttpRule, req, res proto.Message) {
	t.Helper()
	status, answer := c.Do(t, rule, req)
	require.Equal(t, http.StatusOK, status, "%v: %s", rule, answer)
	if field := rule.GetResponseBody(); field != "" {
		answer = fmt.Appendf(nil, "{%q: %s}", field, answer)
	}
	require.NoError(t, protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(answer, res))
}

// Do is Call for whatever is answered, be it an error. Of an answer that has no
// end it gives what came before the patience did.
func (c Caller) Do(t *testing.T, rule *annotations.HttpRule, req proto.Message) (status int, answer []byte) {
	t.Helper()
	verb, address, body := c.form(t, rule, req)
	r, err := http.NewRequestWithContext(t.Context(), verb, address, bytes.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	if c.Domain != "" {
		r.Header.Set("X-Domain-Id", c.Domain)
	}
	if c.Workspace != "" {
		r.Header.Set("X-Workspace-Id", c.Workspace)
	}
	client := http.Client{Timeout: patience}
	res, err := client.Do(r)
	require.NoError(t, err)
	defer res.Body.Close() //nolint:errcheck // it is read below
	answer, _ = io.ReadAll(res.Body)
	return res.StatusCode, answer
}

// form is a request in its REST form.
func (c Caller) form(t *testing.T, rule *annotations.HttpRule, req proto.Message) (verb, address string, body []byte) {
	t.Helper()
	verb, path := binding(rule)
	rest := proto.Clone(req).ProtoReflect() // what neither path nor body has
	path = variable.ReplaceAllStringFunc(path, func(v string) string {
		parts := variable.FindStringSubmatch(v)
		top, _, _ := strings.Cut(parts[1], ".")
		rest.Clear(rest.Descriptor().Fields().ByName(protoreflect.Name(top)))
		return fill(t, req.ProtoReflect(), parts[1], parts[2])
	})
	address = "http://" + c.Address + path
	var err error
	switch rule.GetBody() {
	case "*":
		body, err = protojson.Marshal(req)
		require.NoError(t, err)
		return verb, address, body
	case "":
	default:
		f := rest.Descriptor().Fields().ByName(protoreflect.Name(rule.GetBody()))
		require.NotNil(t, f, "the body of %s", path)
		body = value(t, req.ProtoReflect(), f)
		rest.Clear(f)
	}
	return verb, address + query(rest), body
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
	if pattern == "" {
		pattern = "*"
	}
	shape := strings.NewReplacer(`\*\*`, ".+", `\*`, "[^/]+").Replace(regexp.QuoteMeta(pattern))
	if f.Kind() == protoreflect.StringKind && !regexp.MustCompile("^"+shape+"$").MatchString(m.Get(f).String()) {
		m.Set(f, protoreflect.ValueOfString(strings.NewReplacer("**", "1", "*", "1").Replace(pattern)))
	}
	parts := strings.Split(text(f, m.Get(f)), "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.Join(parts, "/")
}

// value is the JSON form of one field.
func value(t *testing.T, m protoreflect.Message, f protoreflect.FieldDescriptor) []byte {
	t.Helper()
	alone := m.New()
	alone.Set(f, m.Get(f))
	whole, err := protojson.MarshalOptions{UseProtoNames: true, EmitUnpopulated: f.Message() == nil, AllowPartial: true}.Marshal(alone.Interface())
	require.NoError(t, err)
	fields := map[string]json.RawMessage{}
	require.NoError(t, json.Unmarshal(whole, &fields))
	if fields[string(f.Name())] == nil { // a list or a map of no messages
		return []byte("null")
	}
	return fields[string(f.Name())]
}

// query gives the plain fields of a message as a URL has them.
func query(m protoreflect.Message) string {
	values := url.Values{}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if f.Message() == nil && !f.IsList() {
			values.Set(string(f.Name()), text(f, v))
		}
		return true
	})
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

// text is a plain value as a URL has it.
func text(f protoreflect.FieldDescriptor, v protoreflect.Value) string {
	if f.Kind() == protoreflect.BytesKind {
		return base64.URLEncoding.EncodeToString(v.Bytes())
	}
	return v.String()
}
