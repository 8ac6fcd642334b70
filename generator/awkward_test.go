package generator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/apis"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestAwkwardAPIs are protos that are wrong, or that no service can be made of
// without care.
func TestAwkwardAPIs(t *testing.T) {
	const head = "syntax = \"proto3\";\npackage odd.v1;\n"
	const rest = head + "import \"google/api/annotations.proto\";\n"
	call := func(rule string) string {
		return "service S { rpc get (M) returns (M) { option (google.api.http) = { " + rule + " }; } }\n"
	}
	w := newWorkshop(t)
	long := strings.Repeat("Long", 12) + "Name"
	crowd := func(n int) map[string]string {
		var fields strings.Builder
		for i := range n - 1 {
			fmt.Fprintf(&fields, "  string field_%d = %d;\n", i, 20000+i)
		}
		return map[string]string{"a.proto": head + "message BigInfo {\n string big_id = 1;\n" + fields.String() +
			"}\nmessage R { string big_id = 1; }\nservice Big { rpc get (R) returns (BigInfo); }\n"}
	}
	for name, c := range map[string]struct {
		files map[string]string
		want  string // of the error; empty: it becomes a service
		why   string // of the first method
	}{
		"syntax":         {map[string]string{"a.proto": head + "service S {\n  rpc x (A returns (B);\n}\n"}, "a.proto:4:12", ""},
		"missing import": {map[string]string{"a.proto": head + "import \"gone/b.proto\";\nservice S {}\n"}, "a.proto:3:8: gone/b.proto is in none of the folders", ""},
		"cycle": {map[string]string{
			"a.proto": head + "import \"b.proto\";\nservice S {}\n", "b.proto": head + "import \"a.proto\";\n",
		}, "cycle", ""},
		"unknown message": {map[string]string{"a.proto": head + "service S {\n  rpc x (A) returns (A);\n}\n"}, "a.proto:4:10", ""},
		"same name twice": {map[string]string{
			"a.proto": head + "message A {}\nservice S {}\n", "b.proto": head + "message A {}\n",
		}, "b.proto:3:9", ""},
		"no such package":          {map[string]string{"a.proto": "syntax = \"proto3\";\npackage other.v1;\nservice S {}\n"}, "there are other.v1", ""},
		"5000 fields":              {crowd(5000), "", "BigInfo has 5000 fields, more than the 400 that a table holds"},
		"as many as a table holds": {crowd(400), "", "by big_id"},
		"one more than that":       {crowd(401), "", "401 fields"},
		"fields that cannot be told apart": {map[string]string{
			"a.proto": head + "message XInfo {\n string x_id = 1;\n string ab_c = 2 [json_name = \"one\"];\n string a_bc = 3 [json_name = \"two\"];\n}\nmessage R { string x_id = 1; }\nservice X { rpc get (R) returns (XInfo); }\n",
		}, "", "cannot be told from"},
		"keywords": {map[string]string{
			"a.proto": head + "message Type {\n string id = 1;\n string func = 2;\n string base_model_x = 3;\n}\nservice Func { rpc get (Type) returns (Type); }\n",
		}, "", "by id"},
		"flags that are unique": {map[string]string{
			"a.proto": head + "message XInfo {\n string x_id = 1;\n // +unique\n bool on = 2;\n}\nmessage R { string x_id = 1; }\nservice X { rpc get (R) returns (XInfo); }\n",
		}, "a.proto:6:2: the field on of XInfo cannot be unique: only a text, a whole number or a time can be; take +unique out of its comment", ""},
		"unique, but not kept": {map[string]string{
			"a.proto": head + "message XInfo {\n string x_id = 1;\n string name = 2;\n}\nmessage R {\n string name = 1;\n // +unique\n string nick = 2;\n}\nservice X { rpc create (R) returns (XInfo); }\n",
		}, "a.proto:10:2: the field nick of R cannot be unique: XInfo does not keep it", ""},
		"rpcs that are one in Go": {map[string]string{
			"a.proto": head + "message M {}\nservice S {\n  rpc Run (M) returns (M);\n  rpc run (M) returns (M);\n}\n",
		}, "a.proto:6:3: the rpc run is Run in Go, as is the rpc Run at a.proto:5:3; rename one of them", ""},
		"services that are one in Go": {map[string]string{
			"a.proto": head + "message M {}\nservice Thing {}\n", "b.proto": head + "service thing {}\n",
		}, "b.proto:3:1: the service thing is ThingServer in Go, as is the service Thing at a.proto:4:1", ""},
		"messages that are one in Go": {map[string]string{
			"a.proto": head + "message M { message A { enum B { C = 0; } } }\nenum M_A { D = 0; }\nservice S {}\n",
		}, "a.proto:3:13: the message A is M_A in Go, as is the enum M_A at a.proto:4:1", ""},
		"a message that is a service's in Go": {map[string]string{
			"a.proto": head + "message SClient {}\nservice S {}\n",
		}, "a.proto:4:1: the service S is SClient in Go, as is the message SClient at a.proto:3:1", ""},
		"a oneof's case that is a message in Go": {map[string]string{
			"a.proto": head + "message M { oneof of { string a = 1; } }\nmessage M_A {}\nservice S {}\n",
		}, "a.proto:4:1: the message M_A is M_A in Go, as is the field a at a.proto:3:24", ""},
		"a value that is a message in Go": {map[string]string{
			"a.proto": head + "enum E { B = 0; }\nmessage E_B {}\nservice S {}\n",
		}, "a.proto:4:1: the message E_B is E_B in Go, as is the value B at a.proto:3:10", ""},
		"a oneof whose getter is another's field": {map[string]string{
			"a.proto": head + "message M { oneof get_x { string a = 1; } oneof x { string b = 2; } }\nservice S {}\n",
		}, "a.proto:3:43: the oneof x is GetX in Go, as is the oneof get_x at a.proto:3:13", ""},
		"a field that hides a method": {map[string]string{
			"a.proto": head + "message M { string proto_reflect = 1; }\nservice S {}\n",
		}, "a.proto:3:13: the field proto_reflect is ProtoReflect in Go, as is a method of every message", ""},
		"a map whose entries have no name": {map[string]string{
			"a.proto": head + "message M { map<string, string> _1a = 1; }\nservice S {}\n",
		}, "a.proto:3:13: the map _1a has entries called 1aEntry", ""},
		"a path that cannot be read": {map[string]string{
			"a.proto": rest + "message M {}\n" + call(`get: "/v1/{x"`),
		}, "", "a.proto:5:13: its path: segment neither wildcards, literal or variable: unterminated variable segment: x: /v1/{x"},
		"a path without its field": {map[string]string{
			"a.proto": rest + "message M {}\n" + call(`get: "/v1/{x}"`),
		}, "", "a.proto:5:13: M has no field x"},
		"a path of a list of messages": {map[string]string{
			"a.proto": rest + "message M { repeated M x = 1; }\n" + call(`get: "/v1/{x}"`),
		}, "", "x of its path is neither"},
		"a path of a field that is called otherwise in Go": {map[string]string{
			"a.proto": rest + "message M { string reset = 1; }\n" + call(`get: "/v1/{reset}"`),
		}, "", "the field reset of M is Reset_ in Go"},
		"a path of a oneof that is called otherwise in Go": {map[string]string{
			"a.proto": rest + "message M { oneof string { string x = 1; } }\n" + call(`get: "/v1/{x}"`),
		}, "", "the oneof string of M is String_ in Go"},
		"a path of a oneof in proto2": {map[string]string{
			"a.proto": "syntax = \"proto2\";\npackage odd.v1;\nimport \"google/api/annotations.proto\";\nmessage M { oneof of { string x = 1; } }\n" + call(`get: "/v1/{x}"`),
		}, "", "x of its path is one of a oneof"},
		"a path of an edition's field": {map[string]string{
			"a.proto": "edition = \"2023\";\npackage odd.v1;\nimport \"google/api/annotations.proto\";\nmessage M { string x = 1; }\n" + call(`get: "/v1/{x}"`),
		}, "", "a.proto:5:13: x of its path may be missing by its edition"},
		"a path of a stream": {map[string]string{
			"a.proto": rest + "message M { string x = 1; }\n" + strings.ReplaceAll(call(`post: "/v1/{x}"`), "get (M)", "get (stream M)"),
		}, "", "it streams to the server"},
		"a path twice": {map[string]string{
			"a.proto": rest + "message M {}\n" + call(`get: "/v1/x" additional_bindings { get: "/v1/x" }`),
		}, "", "another rpc of the service is called by GET /v1/x"},
		"a body of GET": {map[string]string{
			"a.proto": rest + "message M {}\n" + call(`get: "/v1/x" body: "*"`),
		}, "", "GET has no body"},
		"a body that the request does not have": {map[string]string{
			"a.proto": rest + "message M {}\n" + call(`post: "/v1/x" body: "y"`),
		}, "", "M has no field y"},
		"a mask without a message": {map[string]string{
			"a.proto": rest + "import \"google/protobuf/field_mask.proto\";\nmessage M { string x = 1; google.protobuf.FieldMask mask = 2; }\n" + call(`patch: "/v1/x" body: "x"`),
		}, "", "the body of PATCH with a field mask is one message of the request"},
		"a query without an end": {map[string]string{
			"a.proto": rest + "message M { N n = 1; }\nmessage N { M m = 1; }\n" + call(`get: "/v1/x"`),
		}, "", "a.proto:6:13: m of its request holds itself"},
		"a query that lists hold": {map[string]string{
			"a.proto": rest + "message M { string id = 1; repeated M n = 2; map<string, M> m = 3; }\n" + call(`get: "/v1/{id}"`),
		}, "", "by id"},
		"names that begin with a digit in Go": {map[string]string{
			"a.proto": head + "message _1Info { string id = 1; string _2 = 2; }\nmessage _3 { string id = 1; }\nservice _1 { rpc get (_3) returns (_1Info); }\nservice __ {}\n",
		}, "", "the model can have no field that is called as its _2"},
		"a name too long for a table": {map[string]string{
			"a.proto": head + "message " + long + " { string id = 1; }\nservice S { rpc get (" + long + ") returns (" + long + "); }\n",
		}, "", "its table " + strings.Repeat("long_", 12) + "names would have 65 characters"},
		"a service without rpcs, and a message without letters": {map[string]string{
			"a.proto": head + "message _ { string id = 1; }\nservice S { rpc get (_) returns (_); }\nservice Empty {}\n",
		}, "", "by id"},
		"a service and a resource called like a method": {map[string]string{
			"a.proto": head + "message GetInfo { string get_id = 1; string name = 2; }\nmessage C { string name = 1; }\nmessage R { string get_id = 1; }\nservice Get { rpc get (R) returns (GetInfo); rpc create (C) returns (GetInfo); }\n",
		}, "", "by get_id"},
		"a domain that is only made and got": {map[string]string{
			"a.proto": head + "message DomainInfo { string domain_id = 1; string name = 2; }\nmessage C { string name = 1; }\nmessage R { string domain_id = 1; }\nservice Domain { rpc get (R) returns (DomainInfo); rpc create (C) returns (DomainInfo); }\n",
		}, "", "by domain_id"},
		"a service called Service": {map[string]string{
			"a.proto": head + "message M { string id = 1; }\nservice Service { rpc get (M) returns (M); }\n",
		}, "", "by id"},
		"services of one name in two packages": {map[string]string{
			"a.proto":       head + "import \"other/b.proto\";\nservice S { rpc get (other.v1.M) returns (other.v1.M); }\n",
			"other/b.proto": "syntax = \"proto3\";\npackage other.v1;\nmessage M { string id = 1; }\nservice S { rpc get (M) returns (M); }\n",
		}, "", "by id"},
		"a package of every service's": {map[string]string{
			"a.proto":           head + "import \"grpc/health.proto\";\nservice S { rpc get (grpc.health.v1.M) returns (grpc.health.v1.M); }\n",
			"grpc/health.proto": "syntax = \"proto3\";\n\npackage grpc.health.v1;\nmessage M {}\n",
		}, "grpc/health.proto:3:1: every service links the code of package grpc.health.v1 already", ""},
		"a built-in file that was brought along": {map[string]string{
			"a.proto":                     head + "import \"google/api/field_info.proto\";\nmessage M { string id = 1 [(google.api.field_info).format = UUID4]; }\nservice S { rpc get (M) returns (M); }\n",
			"google/api/field_info.proto": "what stands here is not read",
		}, "", "by id"},
		"recursion": {map[string]string{
			"a.proto": head + "message TreeInfo {\n string tree_id = 1;\n repeated TreeInfo branches = 2;\n}\nservice Tree { rpc get (TreeInfo) returns (TreeInfo); }\n",
		}, "", "by tree_id"},
		"recursion in Google's style": {map[string]string{
			"a.proto": head + "message Node { string name = 1; Node node = 2; }\nmessage C { string parent = 1; Node node = 2; }\nservice S { rpc CreateNode (C) returns (Node); }\n",
		}, "", "node holds the new Node"},
		"recursion in Cloudforet's style": {map[string]string{
			"a.proto": head + "message NodeInfo { string node_id = 1; string name = 2; NodeInfo next = 3; }\nmessage C { string name = 1; NodeInfo next = 2; }\nservice Node { rpc create (C) returns (NodeInfo); }\n",
		}, "", "2 of the fields of NodeInfo"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, dir := t.TempDir(), filepath.Join(t.TempDir(), "new")
			for at, text := range c.files {
				require.NoError(t, os.MkdirAll(filepath.Join(folder, filepath.Dir(at)), 0o750))
				require.NoError(t, os.WriteFile(filepath.Join(folder, at), []byte(text), 0o600))
			}
			s := spec.New("odd")
			s.Module, s.Package, s.Cache = probe, "odd.v1", spec.LocalCache
			if strings.Contains(c.files["a.proto"], "google/api/annotations.proto") {
				s.Servers = []spec.Server{spec.GRPCServer, spec.RESTServer}
			}
			s = spec.Defaults(s)
			sources, err := apis.Read(t.Context(), s.Package, []string{folder}, nil)
			in := render.Input{Protos: sources}
			if c.want != "" {
				if err == nil {
					_, err = newGenerator(t).Create(t.Context(), s, in, dir)
				}
				require.ErrorContains(t, err, c.want)
				assert.NoDirExists(t, dir)
				return
			}
			require.NoError(t, err)
			made, err := newGenerator(t).Preview(t.Context(), s, in, dir)
			require.NoError(t, err)
			require.NotEmpty(t, made.Methods)
			assert.Contains(t, made.Methods[0].Why+" "+made.Methods[0].Unrouted, c.why)
			if name != "5000 fields" { // the plugins take half a minute for them
				require.NoError(t, w.make(t, s, sources))
			}
		})
	}
}
