package protofile

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// read compiles a proto of the package shop.v1, and reads its API.
func read(t *testing.T, text string) *API {
	t.Helper()
	const at = "shop/v1/shop.proto"
	files, err := Compile(t.Context(), Sources{at: []byte("syntax = \"proto3\";\npackage shop.v1;\n" + text)})
	require.NoError(t, err)
	return ReadAPI(files, "shop.v1", func(path string) bool { return path == at })
}

// What a method does is told by its name and then by its messages.
func TestVerbs(t *testing.T) {
	const messages = `
import "google/protobuf/empty.proto";
import "google/protobuf/struct.proto";
message ItemInfo { string item_id = 1; string name = 2; string state = 3; }
message Item { string item_id = 1; }
message New { string name = 1; }
message Items { repeated ItemInfo results = 1; int32 total_count = 2; }
message Two { repeated ItemInfo results = 1; repeated New more = 2; }
message Page { string state = 1; }
message Change { string item_id = 1; string name = 2; }
`
	for _, tt := range []struct {
		method string
		verb   Verb
		why    string // where there is none
	}{
		{"rpc create(New) returns (ItemInfo);", Create, ""},
		{"rpc RegisterItem(New) returns (ItemInfo);", Create, ""},
		{"rpc add_item(New) returns (ItemInfo);", Create, ""},
		{"rpc get(Item) returns (ItemInfo);", Get, ""},
		{"rpc DescribeItem(Item) returns (ItemInfo);", Get, ""},
		{"rpc modify(Change) returns (ItemInfo);", Update, ""},
		{"rpc deregister(Item) returns (google.protobuf.Empty);", Delete, ""},
		{"rpc list(Page) returns (Items);", List, ""},
		{"rpc SearchItems(Page) returns (Items);", List, ""},
		{"rpc frobnicate(Item) returns (ItemInfo);", "", "the verb frobnicate is none that is known"},
		{"rpc list(Page) returns (New);", "", "its answer New is no list of messages"},
		{"rpc list(Page) returns (Two);", "", "its answer Two is no list of messages"},
		{"rpc get(Item) returns (google.protobuf.Struct);", "", "its answer google.protobuf.Struct is no resource"},
		{"rpc GetPrice(Item) returns (ItemInfo);", "", "GetPrice is about price, not Item"},
		{"rpc get(Item) returns (stream ItemInfo);", "", "it streams"},
		{"rpc create(stream New) returns (ItemInfo);", "", "it streams"},
	} {
		t.Run(tt.method, func(t *testing.T) {
			api := read(t, messages+"service Item1 {\n  rpc get_item(Item) returns (ItemInfo);\n  "+tt.method+"\n}\n")
			require.Len(t, api.Services, 1)
			m := api.Services[0].Methods[1]
			assert.Equal(t, tt.verb, m.Verb, m.Why)
			if tt.verb == "" {
				assert.Equal(t, tt.why, m.Why)
				return
			}
			require.NotNil(t, m.Resource)
			assert.Equal(t, "Item", m.Resource.Name)
			assert.EqualValues(t, "item_id", m.Resource.ID.Name())
		})
	}
}

// The identifier is the field that requests name.
func TestIdentifier(t *testing.T) {
	for _, tt := range []struct{ name, messages, want string }{
		{"that bears the resource's name", "message ItemInfo { string id = 1; string item_id = 2; } message Ask { string item_id = 1; }", "item_id"},
		{"a usual name", "message ItemInfo { string label = 1; string uid = 2; } message Ask { string uid = 1; }", "uid"},
		{"the only text that is asked for", "message ItemInfo { string label = 1; string slug = 2; } message Ask { string slug = 1; }", "slug"},
		{"the scope is none", "message ItemInfo { string domain_id = 1; string slug = 2; } message Ask { string domain_id = 1; string slug = 2; }", "slug"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			api := read(t, tt.messages+" service Item { rpc get(Ask) returns (ItemInfo); }")
			require.Len(t, api.Resources, 1)
			assert.EqualValues(t, tt.want, api.Resources[0].ID.Name())
		})
	}
}

// Patterns of names, as paths ask for them.
func TestCovers(t *testing.T) {
	for _, tt := range []struct {
		path, pattern string
		want          bool
	}{
		{"**", "anything/*", true},
		{"shelves/*", "shelves/*", true},
		{"*/*", "shelves/*", true},
		{"shelves/*/**", "shelves/*/books/*", true},
		{"shelves/*/**", "shelves/*", true},
		{"shelves/*", "shelves/*/books/*", false},
		{"shelves/*/books/*", "shelves/*", false},
		{"shelves/*", "rooms/*", false},
	} {
		assert.Equal(t, tt.want, covers(tt.path, tt.pattern), "%s, %s", tt.path, tt.pattern)
	}
	for path, want := range map[string]string{
		"/v1/{name=shelves/*}": "shelves/*", "/v1/{name}": "*", "/v1/{shelf.name=shelves/*}:move": "", "/v1/{shelf}/{name=**}": "**", "/v1/name": "",
	} {
		form, bound := variable(path, "name")
		assert.Equal(t, want, form, path)
		assert.Equal(t, want != "", bound, path)
	}
}

// Names that differ in a proto and are one in Go are told apart by their places.
func TestNamesThatAreOneInGo(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"rpcs", "message A {} service S { rpc run(A) returns (A); rpc Run(A) returns (A); }", "the rpc Run is Run in Go, as is the rpc run"},
		{"messages", "message A { message B {} } message A_B {}", "message A_B is A_B in Go, as is the message B"},
		{"a message and a service's client", "message SClient {} service S { rpc run(SClient) returns (SClient); }", "is SClient in Go, as is"},
		{"a field and a method of messages", "message A { string proto_reflect = 1; }", "the field proto_reflect is ProtoReflect in Go"},
		{"a value and a message", "enum E { ZERO = 0; } message E_ZERO {}", "is E_ZERO in Go, as is"},
		{"nothing", "message A { string name = 1; string get_name = 2; } enum E { ZERO = 0; }", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files, err := Compile(t.Context(), Sources{"shop/v1/shop.proto": []byte("syntax = \"proto3\";\npackage shop.v1;\n" + tt.text)})
			require.NoError(t, err)
			err = CheckNames(files)
			if tt.want == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, tt.want)
			assert.ErrorContains(t, err, "shop/v1/shop.proto:3:")
		})
	}
}

func TestPackagesThatEveryServiceLinks(t *testing.T) {
	assert.True(t, linked("grpc.health.v1"))
	assert.True(t, linked("opentelemetry.proto.trace.v1"))
	assert.False(t, linked("grpc.healthy.v1"))
	assert.False(t, linked("shop.v1"))
}

// What a statistic's request asks by a column selects as it does in a list's.
func TestFiltersOfStatistics(t *testing.T) {
	files, err := Compile(t.Context(), Sources{"shop/v1/shop.proto": []byte(`syntax = "proto3"; package shop.v1;
import "google/protobuf/struct.proto";
import "spaceone/api/core/v2/query.proto";
message ItemInfo { string item_id = 1; string name = 2; int32 size = 3; repeated string labels = 4; google.protobuf.Struct tags = 5; string domain_id = 6; }
message Select { spaceone.api.core.v2.Query query = 1; string item_id = 2; repeated string name = 3; int32 size = 4; string labels = 5; google.protobuf.Struct tags = 6; string colour = 7; string domain_id = 8; }
message Count { spaceone.api.core.v2.StatisticsQuery query = 1; string item_id = 2; repeated string name = 3; int32 size = 4; string labels = 5; google.protobuf.Struct tags = 6; string colour = 7; string domain_id = 8; }
message CountAll { spaceone.api.core.v2.StatisticsQuery query = 1; string domain_id = 2; }
message Items { repeated ItemInfo results = 1; int32 total_count = 2; }
service Item { rpc list(Select) returns (Items); rpc stat(Count) returns (google.protobuf.Struct); }
service Other { rpc list(Select) returns (Items); rpc stat(CountAll) returns (google.protobuf.Struct); rpc get(ItemInfo) returns (ItemInfo); }
`)})
	require.NoError(t, err)
	api := ReadAPI(files, "shop.v1", func(path string) bool { return path == "shop/v1/shop.proto" })
	list, stat, all := api.Services[0].Methods[0], api.Services[0].Methods[1], api.Services[1].Methods[1]
	require.Equal(t, []Verb{List, Stat, Stat}, []Verb{list.Verb, stat.Verb, all.Verb})
	assert.Equal(t, []string{"tags", "colour"}, list.Unwritten)
	assert.Equal(t, list.Unwritten, stat.Unwritten)
	assert.True(t, stat.Selects())
	assert.False(t, all.Selects())
}
