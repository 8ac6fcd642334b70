package protofile

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A method that is added and removed again leaves the file as it stood, however that is
// written.
func TestAddAndRemoveRPC(t *testing.T) {
	const head = "syntax = \"proto3\";\npackage shop.v1;\n"
	const messages = "message Ask { string item_id = 1; }\nmessage ItemInfo { string item_id = 1; }\n"
	for name, text := range map[string]string{
		"usual":                head + "\n// Items.\nservice Item {\n  // One.\n  rpc get(Ask) returns (ItemInfo);\n}\n\n" + messages,
		"a service on a line":  head + "service Item { rpc get(Ask) returns (ItemInfo); }\n" + messages,
		"tabs, and a comment":  head + "service Item {\n\trpc get(Ask) returns (ItemInfo) {}\n\t// The end.\n}\n" + messages,
		"no end of a line":     head + messages + "service Item {\n  rpc get(Ask) returns (ItemInfo);\n}",
		"ends of lines of DOS": strings.ReplaceAll(head+"service Item {\n  rpc get(Ask) returns (ItemInfo);\n}\n"+messages, "\n", "\r\n"),
		"imports":              head + "import \"google/protobuf/any.proto\";\nservice Item {\n  rpc get(Ask) returns (ItemInfo);\n}\n" + messages + "message Any { google.protobuf.Any any = 1; }\n",
	} {
		rpc := RPC{Service: "Item", Name: "mark_paid", Doc: "Marks it.", Response: "info", Request: []RPCField{{Name: "by", Type: "string", Required: true}}}
		at, added, err := AddRPC(t.Context(), Sources{"item.proto": []byte(text)}, "shop.v1", rpc)
		require.NoError(t, err, name)
		assert.Equal(t, "item.proto", at)
		assert.Contains(t, strings.ReplaceAll(string(added), "\r", ""), "message MarkPaidItemRequest {\n  string item_id = 1;\n  string by = 2;\n}\n", name)
		assert.Equal(t, strings.Contains(text, "\r"), strings.Count(string(added), "\r\n") == strings.Count(string(added), "\n"), name)
		_, removed, request, err := RemoveRPC(t.Context(), Sources{"item.proto": added}, "shop.v1", "Item", "mark_paid")
		require.NoError(t, err, name)
		assert.Equal(t, "MarkPaidItemRequest", request, name)
		squeeze := func(text string) string { return strings.Join(strings.Fields(text), " ") }
		assert.Equal(t, squeeze(text), squeeze(string(removed)), name)
		if name == "usual" || name == "imports" || strings.Contains(name, "DOS") {
			assert.Equal(t, text, string(removed), name)
		}

		rpc.Response, rpc.Verb, rpc.Path = "empty", "POST", "/v1/items/{item_id}:pay"
		_, added, err = AddRPC(t.Context(), Sources{"item.proto": []byte(text)}, "shop.v1", rpc)
		require.NoError(t, err, name)
		for _, imported := range []string{emptyFile, httpFile} {
			assert.Equal(t, 1, strings.Count(string(added), `import "`+imported+`";`), name)
		}
	}
}

// What a request alone imports goes with it; what stood there for nothing stays.
func TestRemoveRPCTakesImportsAlong(t *testing.T) {
	text := "syntax = \"proto3\";\n\npackage shop.v1;\n\nimport \"google/protobuf/any.proto\";\nimport \"google/protobuf/timestamp.proto\";\n\nservice Item {\n  rpc get(Ask) returns (ItemInfo);\n}\n\nmessage Ask {\n  string item_id = 1;\n}\n\nmessage ItemInfo {\n  google.protobuf.Timestamp at = 1;\n}\n"
	money := "syntax = \"proto3\";\n\npackage shop.v1;\n\nmessage Money {\n  string amount = 1;\n}\n"
	rpc := RPC{Service: "Item", Name: "pay", Response: "empty", Verb: "POST", Path: "/v1/items/{item_id}:pay", Request: []RPCField{
		{Name: "wait", Type: "google.protobuf.Duration"}, {Name: "data", Type: "google.protobuf.Struct"}, {Name: "fee", Type: "Money"},
		{Name: "why", Type: "Why", Values: []string{"LATE"}, Zero: "WHY_NONE"},
	}}
	_, added, err := AddRPC(t.Context(), Sources{"item.proto": []byte(text), "money.proto": []byte(money)}, "shop.v1", rpc)
	require.NoError(t, err)
	assert.Equal(t, 7, strings.Count(string(added), "import "), string(added))
	_, removed, _, err := RemoveRPC(t.Context(), Sources{"item.proto": added, "money.proto": []byte(money)}, "shop.v1", "Item", "pay")
	require.NoError(t, err)
	assert.Equal(t, text, string(removed))
}

// Rules of a request's fields are options in the proto; what is required is checked where
// rules are.
func TestAddRPCWithRules(t *testing.T) {
	text := "syntax = \"proto3\";\n\npackage shop.v1;\n\nimport \"google/protobuf/any.proto\";\n\nservice Item {\n  rpc get(Ask) returns (Ask);\n}\n\nmessage Ask {\n  string item_id = 1;\n  google.protobuf.Any any = 2;\n}\n"
	fields := []RPCField{
		{Name: "card", Type: "string", Required: true, Rules: []string{"(buf.validate.field).string.max_len = 19"}},
		{Name: "count", Type: "int32", Required: true, Present: true},
		{Name: "parts", Type: "int32", Present: true, Rules: []string{"(buf.validate.field).int32.gte = 1"}},
		{Name: "free", Type: "int32", Present: true},
	}
	rpc := RPC{Service: "Item", Name: "pay", Response: "empty", Request: fields}
	_, added, err := AddRPC(t.Context(), Sources{"item.proto": []byte(text)}, "shop.v1", rpc)
	require.NoError(t, err)
	_, message, _ := strings.Cut(string(added), "message PayItemRequest ")
	assert.Equal(t, `{
  string item_id = 1;
  string card = 2 [
    (google.api.field_behavior) = REQUIRED,
    (buf.validate.field).required = true,
    (buf.validate.field).string.max_len = 19
  ];
  optional int32 count = 3 [
    (google.api.field_behavior) = REQUIRED,
    (buf.validate.field).required = true
  ];
  // +optional
  optional int32 parts = 4 [(buf.validate.field).int32.gte = 1];
  // +optional
  int32 free = 5;
}
`, message)
	_, removed, _, err := RemoveRPC(t.Context(), Sources{"item.proto": added}, "shop.v1", "Item", "pay")
	require.NoError(t, err)
	assert.Equal(t, text, string(removed))

	rpc.Request = fields[1:2]
	_, added, err = AddRPC(t.Context(), Sources{"item.proto": []byte(text)}, "shop.v1", rpc)
	require.NoError(t, err)
	assert.Contains(t, string(added), "\n  int32 count = 2;\n", "nothing checks rules")
	other := []byte("syntax = \"proto3\";\npackage shop.v1;\nimport \"buf/validate/validate.proto\";\nmessage O { string a = 1 [(buf.validate.field).required = true]; }\n")
	_, added, err = AddRPC(t.Context(), Sources{"item.proto": []byte(text), "other.proto": other}, "shop.v1", rpc)
	require.NoError(t, err)
	assert.Contains(t, string(added), "optional int32 count = 2 [")
}

// A request that something else uses stays when its method goes.
func TestRemoveRPCKeepsWhatIsUsed(t *testing.T) {
	text := "syntax = \"proto3\";\npackage shop.v1;\nservice Item {\n  rpc pay(PayItemRequest) returns (Paid);\n  rpc pay_again(PayItemRequest) returns (Paid);\n}\nmessage PayItemRequest {}\nmessage Paid {}\n"
	_, removed, request, err := RemoveRPC(t.Context(), Sources{"item.proto": []byte(text)}, "shop.v1", "Item", "pay")
	require.NoError(t, err)
	assert.Empty(t, request)
	assert.Equal(t, strings.Replace(text, "  rpc pay(PayItemRequest) returns (Paid);\n", "", 1), string(removed))
}
