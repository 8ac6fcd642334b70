package protofile

import (
	"testing"

	"github.com/bufbuild/protocompile/linker"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shelf is a proto of a resource whose message, and request for a new one, have these
// fields on lines of their own, from line 7 and from line 4 on.
func shelf(t *testing.T, info, create string) (*API, linker.Files) {
	t.Helper()
	const at = "shop/v1/shop.proto"
	text := "syntax = \"proto3\"; package shop.v1;\nservice Item { rpc create(New) returns (ItemInfo); rpc update(Change) returns (ItemInfo); }\nmessage New {\n" +
		create + "\n}\nmessage ItemInfo {\n" + info + "\n}\nmessage Change {\nstring item_id = 1;\nstring code = 2;\n}\n"
	files, err := Compile(t.Context(), Sources{at: []byte(text)})
	require.NoError(t, err)
	return ReadAPI(files, "shop.v1", func(path string) bool { return path == at }), files
}

const kept = "string item_id = 1;\nstring name = 2;\nstring code = 3;\nint64 size = 4;"

// A mark stands before a field, or behind it on its line. What stands behind one field
// says nothing of the next.
func TestMarksStandBeforeAFieldOrBehindIt(t *testing.T) {
	for name, code := range map[string]string{
		"before":             "// +unique\nstring code = 3;",
		"behind":             "string code = 3; // +unique",
		"behind, in words":   "string code = 3; // What it is called (+unique).",
		"behind, a block":    "string code = 3; /* +unique */",
		"on lines of a text": "// What it is called.\n// +unique\n// +max_bytes=9\nstring code = 3;",
		"before and behind":  "// +max_bytes=9\nstring code = 3; // +unique",
	} {
		t.Run(name, func(t *testing.T) {
			api, files := shelf(t, "string item_id = 1;\n"+code+"\nstring name = 2;", "string name = 1;\nstring code = 2;")
			require.NoError(t, api.CheckUnique())
			assert.Equal(t, []string{"code"}, fieldNames(api.Resources[0].Unique))
			assert.Empty(t, api.Strays(files, everywhere, "where"))
		})
	}

	api, _ := shelf(t, kept, "string name = 1;\nstring code = 2; // +optional\nint64 size = 3; // 1 +1, in C++")
	assert.Equal(t, []string{"name"}, api.Services[0].Methods[0].Required)
}

// A comment on the lines below a field is, to protobuf, the field's if a blank line follows.
// Who wrote a mark there meant the next one.
func TestMarksBelowAField(t *testing.T) {
	for name, below := range map[string]string{"a line": "// +unique", "a block": "/* The code.\n * +unique\n */", "after CRLF": "// The code.\r\n// +unique\r"} {
		t.Run(name, func(t *testing.T) {
			api, files := shelf(t, "string item_id = 1;\nstring name = 2;\n"+below+"\n\nstring code = 3;", "string name = 1;\nstring code = 2;")
			assert.Empty(t, api.Resources[0].Unique)
			strays := api.Strays(files, everywhere, "where")
			require.Len(t, strays, 1)
			assert.Equal(t, Stray{"shop.v1.ItemInfo.name +unique below", "shop/v1/shop.proto:9:1: +unique below the field name of ItemInfo has no effect: write it right above a field, or behind one on its line"}, strays[0])
		})
	}
	api, files := shelf(t, "string item_id = 1;\nstring name = 2;\n// +uniqe\n\nstring code = 3;", "string name = 1;")
	strays := api.Strays(files, everywhere, "where")
	require.Len(t, strays, 1)
	assert.Contains(t, strays[0].Text, "says +uniqe, which is no mark and has no effect; write +unique if you mean that")
}

func everywhere(string) bool { return true }

func TestMaxBytesOfAComment(t *testing.T) {
	for name, c := range map[string]struct {
		info, create string
		want         int
		err          string
	}{
		"none":             {"string code = 3; // how large", "", 0, ""},
		"before":           {"// +max_bytes=200\nstring code = 3;", "", 200, ""},
		"behind":           {"string code = 3; // A text. +max_bytes=15728640", "", 15728640, ""},
		"of a list":        {"repeated int32 code = 3; // +max_bytes=200", "", 200, ""},
		"of the request":   {"string code = 3;", "string code = 2; // +max_bytes=20", 20, ""},
		"of both":          {"string code = 3; // +max_bytes=20", "string code = 2; // +max_bytes=20", 20, ""},
		"twice":            {"// +max_bytes=30\nstring code = 3; // +max_bytes=20", "", 0, "shop.proto:10:1: the comment of shop.v1.ItemInfo.code says +max_bytes=30 and +max_bytes=20; write one number"},
		"two numbers":      {"string code = 3; // +max_bytes=30", "string code = 2; // +max_bytes=20", 0, "shop.proto:5:1: the comment of shop.v1.New.code says +max_bytes=20, and that of the same field of ItemInfo says 30; write one number"},
		"nothing":          {"string code = 3; // +max_bytes=0", "", 0, "shop.proto:9:1: the comment of shop.v1.ItemInfo.code says +max_bytes=0; write a number from 1 to 15728640"},
		"too much":         {"string code = 3; // +max_bytes=15728641", "", 0, "write a number from 1 to 15728640"},
		"no number":        {"string code = 3; // +max_bytes=lots", "", 0, "write a number from 1 to 15728640"},
		"a number's":       {"int32 code = 3; // +max_bytes=8", "", 0, "shop.proto:9:1: the field code of ItemInfo has no length to limit: it is a number; take +max_bytes=8 out of its comment"},
		"a request's, bad": {"string code = 3;", "string code = 2; // +max_bytes=lots", 0, "shop.proto:5:1"},
	} {
		t.Run(name, func(t *testing.T) {
			api, _ := shelf(t, "string item_id = 1;\n"+c.info+"\nstring name = 2;", "string name = 1;\n"+c.create)
			r := api.Resources[0]
			n, err := api.MaxBytes(r, r.Message.Fields().ByName("code"))
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, n)
		})
	}
}

// What is meant for a mark and is none would be lost without a word.
func TestMarksThatAreMisspelled(t *testing.T) {
	for written, want := range map[string]string{
		"+uniqe": "+unique", "+Unique": "+unique", "+uniq": "+unique", "+unqiue": "+unique", "+unique=true": "+unique",
		"+optinal": "+optional", "+OPTIONAL": "+optional",
		"+max_bytes": "+max_bytes=N", "+max-bytes=5": "+max_bytes=N", "+maxBytes=5": "+max_bytes=N", "+max_byte=5": "+max_bytes=N", "+max_bytes:5": "+max_bytes=N",
	} {
		for _, code := range []string{"// " + written + "\n\nstring code = 3;", "// Is " + written + ".\nstring code = 3;", "string code = 3; // " + written} {
			api, files := shelf(t, "string item_id = 1; // its name\n"+code+"\nstring name = 2;", "string name = 1;")
			strays := api.Strays(files, everywhere, "where")
			require.Len(t, strays, 1, code)
			assert.Contains(t, strays[0].Text, "the comment of the field code of ItemInfo says "+written+", which is no mark and has no effect; write "+want+" if you mean that")
			assert.Regexp(t, `^shop/v1/shop\.proto:(8|9|10):1: `, strays[0].Text)
		}
	}
	api, files := shelf(t, "// +1 for C++, a+b, +-, +union, +4917, see +unification.\n"+kept, "string name = 1;")
	assert.Empty(t, api.Strays(files, everywhere, "where"))
}

// A mark that has no effect where it stands is told.
func TestMarksThatHaveNoEffect(t *testing.T) {
	for name, c := range map[string]struct{ text, id, want string }{
		"on a message": {"// +unique\nmessage A {}", "shop.v1.A +unique",
			"shop.proto:10:1: +unique in the comment of the message A has no effect: marks are for fields"},
		"on an rpc": {"service B {\n// +optional\nrpc run(Change) returns (Change); }", "shop.v1.B.run +optional",
			"shop.proto:11:1: +optional in the comment of the rpc run of B has no effect: marks are for fields"},
		"on a value": {"enum E {\nNONE = 0; // +unique\n}", "shop.v1.NONE +unique", "shop.proto:10:1: +unique in the comment of the value NONE of E has"},
		"on a field that is not kept": {"message A {\nstring code = 1; // +unique\n}", "shop.v1.A.code +unique",
			"shop.proto:10:1: +unique in the comment of the field code of A has no effect: where"},
		"in a message of a message": {"message A { message In {\nstring code = 1; // +max_bytes=5\n} }", "shop.v1.A.In.code +max_bytes=",
			"shop.proto:10:1: +max_bytes=5 in the comment of the field code of In has no effect: where"},
		"apart from a field": {"message A {\nstring b = 1;\n\n// +optional\n\nstring code = 2;\n}", "shop.v1.A.code +optional apart",
			"shop.proto:14:1: +optional above the field code of A has no effect, since a blank line parts its comment from the declaration"},
		"of another tool": {"message A {\n// +listType=map\n// +listMapKey=x\nstring code = 1;\n// +listType=set\nstring name = 2;\n}", "+listType",
			"shop.proto:12:1: +listType=map in the comment of the field code of A is no mark that spacegen knows; it knows +optional, +unique, +max_bytes=N and +transient of fields, and +handwritten of methods"},
		"of resources, on a request": {"message B {\nstring code = 1; // +transient\n}", "shop.v1.B.code +transient",
			"shop.proto:10:1: +transient in the comment of the field code of B has no effect: it is a mark of the fields of a resource"},
		"of methods, on a field": {"message A {\nstring code = 1; // +handwritten\n}", "shop.v1.A.code +handwritten",
			"shop.proto:10:1: +handwritten in the comment of the field code of A has no effect: it is a mark of methods"},
		"of what every table has": {"message ThingInfo {\nstring thing_id = 1; // +unique\nstring domain_id = 2; // +max_bytes=5\n}\nmessage Ask { string thing_id = 1; }\nservice Thing { rpc get(Ask) returns (ThingInfo); }", "shop.v1.ThingInfo.domain_id +max_bytes=", "of the field domain_id of ThingInfo has no effect: where"},
	} {
		t.Run(name, func(t *testing.T) {
			const at = "shop/v1/shop.proto"
			files, err := Compile(t.Context(), Sources{at: []byte("syntax = \"proto3\"; package shop.v1;\nservice Item {\nrpc update(Change) returns (ItemInfo);\n}\nmessage ItemInfo { string item_id = 1; string code = 2; }\n" +
				"message Change { string item_id = 1;\nstring code = 2; // +optional\n}\n" + c.text)})
			require.NoError(t, err)
			api := ReadAPI(files, "shop.v1", everywhere)
			strays := api.Strays(files, everywhere, "where")
			require.NotEmpty(t, strays)
			assert.Equal(t, c.id, strays[0].ID)
			assert.Contains(t, strays[0].Text, c.want)
			assert.Len(t, strays, map[bool]int{false: 1, true: 2}[name == "of another tool"])
			assert.Empty(t, api.Strays(files, func(string) bool { return false }, "where"), "an API that is not served")
		})
	}
}

// What people write themselves is a stub, and its message no resource that is kept.
func TestAMethodThatIsWrittenByHand(t *testing.T) {
	const at = "shop/v1/shop.proto"
	text := "syntax = \"proto3\"; package shop.v1;\nservice Item {\n// Lists what elsewhere is.\n// +handwritten\nrpc list(Ask) returns (ItemsInfo);\n}\n" +
		"message Ask { string item_id = 1; }\nmessage ItemInfo { string item_id = 1; }\nmessage ItemsInfo { repeated ItemInfo results = 1; }"
	files, err := Compile(t.Context(), Sources{at: []byte(text)})
	require.NoError(t, err)
	api := ReadAPI(files, "shop.v1", everywhere)
	assert.Empty(t, api.Resources)
	assert.Equal(t, Shape{Why: "its comment says +handwritten"}, api.Services[0].Methods[0].Shape)
	assert.Empty(t, api.Strays(files, everywhere, "where"))
}

// What an answer shows once has no column.
func TestATransientField(t *testing.T) {
	const at = "shop/v1/shop.proto"
	text := "syntax = \"proto3\"; package shop.v1;\nservice Item { rpc create(New) returns (ItemInfo); rpc get(Ask) returns (ItemInfo); }\n" +
		"message New { string name = 1; }\nmessage Ask { string item_id = 1; }\nmessage ItemInfo {\nstring item_id = 1;\nstring name = 2;\nstring secret = 3; // +transient\n}"
	files, err := Compile(t.Context(), Sources{at: []byte(text)})
	require.NoError(t, err)
	api := ReadAPI(files, "shop.v1", everywhere)
	require.Len(t, api.Resources, 1)
	columns := api.Resources[0].Columns()
	require.Len(t, columns, 1)
	assert.Equal(t, "name", string(columns[0].Name()))
	assert.Empty(t, api.Strays(files, everywhere, "where"))
}
