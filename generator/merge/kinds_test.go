package merge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/spacegen/generator/merge"
)

// TestKinds: what stands close together merges by the parts that a kind of file has.
func TestKinds(t *testing.T) {
	for name, tt := range map[string]struct{ path, base, ours, theirs, want string }{
		"yaml: keys added at one place": {
			"values.yaml", "a: 1\nb:\n  c: 2\n", "a: 1\nb:\n  c: 2\n  # Mine.\n  d: 3\n", "a: 1\nb:\n  c: 2\n  e: 4\n",
			"a: 1\nb:\n  c: 2\n  e: 4\n  # Mine.\n  d: 3\n",
		},
		"yaml: neighbours": {
			"values.yaml", "a: 1\nb: 2\nc: 3\n", "a: 5\nb: 2\nc: 3\n", "a: 1\nb: 6\nc: 3\n", "a: 5\nb: 6\nc: 3\n",
		},
		"yaml: one key, two values": {"values.yaml", "a: 1\n", "a: 2\n", "a: 3\n", ""},
		"yaml: a field each": {
			"spacegen.yaml", "r:\n  - name: A\n    fields:\n      - {name: x}\n\n# More.\ns: []\n", "r:\n  - name: A\n    fields:\n      - {name: x}\n      - {name: y}\n\n# More.\ns: []\n", "r:\n  - name: A\n    fields:\n      - {name: x}\n      - {name: z}\n\n# More.\ns: []\n",
			"r:\n  - name: A\n    fields:\n      - {name: x}\n      - {name: z}\n      - {name: y}\n\n# More.\ns: []\n",
		},
		"yaml: a resource each": {
			"spacegen.yaml", "r:\n  - name: A\n    f: 1\n", "r:\n  - name: A\n    f: 1\n  - name: B\n    f: 1\n", "r:\n  - name: A\n    f: 1\n\n  - name: C\n    f: 1\n",
			"r:\n  - name: A\n    f: 1\n\n  - name: C\n    f: 1\n  - name: B\n    f: 1\n",
		},
		"yaml: steps": {
			".github/workflows/ci.yaml", "s:\n  - uses: a/b@v1\n  - run: make\n", "s:\n  - uses: a/b@v2\n  - name: Mine\n    run: mine\n  - run: make\n", "s:\n  - uses: a/b@v3\n  - run: make\n  - run: more\n",
			"s:\n  - uses: a/b@v3\n  - name: Mine\n    run: mine\n  - run: make\n  - run: more\n",
		},
		"yaml: a list where there was none":        {"spacegen.yaml", "a: []\nb: 1\n", "a:\n  - name: x\nb: 1\n", "a:\n  - name: y\nb: 1\n", "a:\n  - name: y\n  - name: x\nb: 1\n"},
		"yaml: a list in a line":                   {"spacegen.yaml", "s: [a, b]\n", "s: [a, b, c]\n", "s: [a, d, b]\n", "s: [a, d, b, c]\n"},
		"yaml: one key, added in different places": {"values.yaml", "a: 1\nb: 2\nc: 3\nd: 4\n", "a: 1\nx: 1\nb: 2\nc: 3\nd: 4\n", "a: 1\nb: 2\nc: 3\nd: 4\nx: 2\n", ""},
		"go: each takes a long name away": {
			"a.go", "package x\n\nvar all = T{\n\tLonger0: 0,\n\tK1:      1,\n\tK2:      2,\n\tK3:      3,\n\tLonger4: 4,\n}\n",
			"package x\n\nvar all = T{\n\tLonger0: 0,\n\tK1:      1,\n\tK2:      2,\n\tK3:      3,\n}\n",
			"package x\n\nvar all = T{\n\tK1:      1,\n\tK2:      2,\n\tK3:      3,\n\tLonger4: 4,\n}\n",
			"package x\n\nvar all = T{\n\tK1: 1,\n\tK2: 2,\n\tK3: 3,\n}\n",
		},
		"json: a key each, at the end": {
			"package.json", "{\n  \"a\": 1\n}\n", "{\n  \"a\": 1,\n  \"mine\": 2\n}\n", "{\n  \"a\": 1,\n  \"theirs\": {\"x\": [1, 2]}\n}\n",
			"{\n  \"a\": 1,\n  \"theirs\": {\"x\": [1, 2]},\n  \"mine\": 2\n}\n",
		},
		"json: one takes the last away, one adds behind it": {
			"a.json", "{\n  \"a\": 1,\n  \"b\": 2\n}\n", "{\n  \"a\": 1\n}\n", "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n",
			"{\n  \"a\": 1,\n  \"c\": 3\n}\n",
		},
		"json: neighbours, deeper": {
			"a.json", "{\n  \"s\": {\n    \"x\": 1,\n    \"y\": 2\n  }\n}\n", "{\n  \"s\": {\n    \"x\": 5,\n    \"y\": 2\n  }\n}\n", "{\n  \"s\": {\n    \"x\": 1,\n    \"y\": 6\n  }\n}\n",
			"{\n  \"s\": {\n    \"x\": 5,\n    \"y\": 6\n  }\n}\n",
		},
		"json: an item each": {
			"a.json", "{\n  \"l\": [\n    {\"name\": \"a\"}\n  ]\n}", "{\n  \"l\": [\n    {\"name\": \"a\"},\n    {\"name\": \"b\"}\n  ]\n}", "{\n  \"l\": [\n    {\"name\": \"a\", \"x\": 1},\n    {\"name\": \"c\"}\n  ]\n}",
			"{\n  \"l\": [\n    {\"name\": \"a\", \"x\": 1},\n    {\"name\": \"c\"},\n    {\"name\": \"b\"}\n  ]\n}",
		},
		"json: a list in a line":               {"tsconfig.json", "{\n  \"l\": [\"a\"]\n}\n", "{\n  \"l\": [\"a\", \"b\"]\n}\n", "{\n  \"l\": [\"c\", \"a\"]\n}\n", "{\n  \"l\": [\"c\", \"a\", \"b\"]\n}\n"},
		"json: an object where there was none": {"a.json", "{\n  \"a\": {}\n}\n", "{\n  \"a\": {\n    \"x\": 1\n  }\n}\n", "{\n  \"a\": {\n    \"y\": 2\n  }\n}\n", "{\n  \"a\": {\n    \"y\": 2,\n    \"x\": 1\n  }\n}\n"},
		"json: comments and commas at the end": {
			"tsconfig.json", "{\n  // A.\n  \"a\": 1,\n}\n", "{\n  // A.\n  \"a\": 1,\n  \"b\": 2, // mine\n}\n", "{\n  // A.\n  \"a\": 1,\n  /* theirs */\n  \"c\": 3,\n}\n",
			"{\n  // A.\n  \"a\": 1,\n  /* theirs */\n  \"c\": 3,\n  \"b\": 2, // mine\n}\n",
		},
		"json: both pin one package, and add another": {
			"package.json", "{\n  \"d\": {\n    \"a\": \"1.0.0\"\n  }\n}\n", "{\n  \"d\": {\n    \"a\": \"1.2.0\",\n    \"b\": \"1.0.0\"\n  }\n}\n", "{\n  \"d\": {\n    \"a\": \"1.1.0\",\n    \"c\": \"1.0.0\"\n  }\n}\n",
			"{\n  \"d\": {\n    \"a\": \"1.2.0\",\n    \"c\": \"1.0.0\",\n    \"b\": \"1.0.0\"\n  }\n}\n",
		},
		"json: one key, two values": {"a.json", "{\n  \"a\": 1\n}\n", "{\n  \"a\": 2\n}\n", "{\n  \"a\": 3\n}\n", ""},
		"json: one key, added in different places": {
			"a.json", "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3,\n  \"d\": 4\n}\n", "{\n  \"a\": 1,\n  \"x\": 1,\n  \"b\": 2,\n  \"c\": 3,\n  \"d\": 4\n}\n", "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3,\n  \"x\": 2,\n  \"d\": 4\n}\n", "",
		},
		"json: one took away what the other changed": {"a.json", "{\n  \"a\": 1,\n  \"b\": 2\n}\n", "{\n  \"b\": 2\n}\n", "{\n  \"a\": 5,\n  \"b\": 2\n}\n", ""},
		"json: that is none":                         {"a.json", "{\n  \"a\": 1\n}\n", "{\n  \"a\": 1,\n  b\n}\n", "{\n  \"a\": 1,\n  \"c\": 2\n}\n", ""},
		"proto: an import that the template dropped, and people's message needs": {
			"a.proto", protoOf("google/protobuf/duration.proto", "google/protobuf/struct.proto") + "message A {\n  google.protobuf.Duration a = 1;\n  google.protobuf.Struct b = 2;\n}\n",
			protoOf("google/protobuf/duration.proto", "google/protobuf/struct.proto") + "message A {\n  google.protobuf.Duration a = 1;\n  google.protobuf.Struct b = 2;\n}\n\nmessage Mine {\n  google.protobuf.Duration c = 1;\n  string s = 2; // a Struct \n}\n",
			protoOf("google/protobuf/empty.proto") + "message A {\n  google.protobuf.Empty d = 3;\n}\n",
			protoOf("google/protobuf/duration.proto", "google/protobuf/empty.proto") + "message A {\n  google.protobuf.Empty d = 3;\n}\n\nmessage Mine {\n  google.protobuf.Duration c = 1;\n  string s = 2; // a Struct \n}\n",
		},
		"proto: a message behind the remark at the end, to which the template adds": {
			"a.proto", protoOf() + "message A {\n}\n\n// The end.\n", protoOf() + "message A {\n}\n\n// The end.\n\nmessage Mine {\n}\n", protoOf() + "message A {\n}\n\n// The end.\n\n// Really.\n",
			protoOf() + "message A {\n}\n\nmessage Mine {\n}\n\n// The end.\n\n// Really.\n",
		},
		"makefile: a target each": {
			"Makefile", "A := 1\n\n.PHONY: x\nx:\n\tdo\n", "A := 1\n\n.PHONY: x\nx:\n\tdo\n\n.PHONY: y\ny:\n\tmine\n", "A := 1\n\n.PHONY: x\nx:\n\tdo\n\n.PHONY: z\nz: x\n\ttheirs\n",
			"A := 1\n\n.PHONY: x\nx:\n\tdo\n\n.PHONY: z\nz: x\n\ttheirs\n\n.PHONY: y\ny:\n\tmine\n",
		},
		"makefile: neighbours":           {"Makefile", "A := 1\nB := 1\n", "A := 2\nB := 1\n", "A := 1\nB := 3\n", "A := 2\nB := 3\n"},
		"makefile: one variable":         {"Makefile", "A := 1\n", "A := 2\n", "A := 3\n", ""},
		"makefile: one target":           {"Makefile", "x:\n\tdo\n", "x:\n\tmine\n", "x:\n\ttheirs\n", ""},
		"makefile: in a condition":       {"Makefile", "ifdef X\nA := 1\nendif\n", "ifdef X\nA := 1\nB := 1\nendif\n", "ifdef X\nA := 1\nC := 1\nendif\n", ""},
		"markdown: rows of one table":    {"README.md", "# A\n\n| a | b |\n|---|---|\n| x | 1 |\n", "# A\n\n| a | b |\n|---|---|\n| x | 2 |\n", "# A\n\n| a | b |\n|---|---|\n| x | 1 |\n| y | 1 |\n", "# A\n\n| a | b |\n|---|---|\n| x | 2 |\n| y | 1 |\n"},
		"markdown: a section each":       {"README.md", "# A\n\nText.\n", "# A\n\nText.\n\n## Mine\n\nMine.\n", "# A\n\nText.\n\n## Theirs\n\nTheirs.\n", "# A\n\nText.\n\n## Theirs\n\nTheirs.\n\n## Mine\n\nMine.\n"},
		"markdown: one paragraph":        {"README.md", "# A\n\nText.\n", "# A\n\nMine.\n", "# A\n\nTheirs.\n", ""},
		"markdown: a heading in a fence": {"README.md", "# A\n\n```\n# no\na\n```\n", "# A\n\n```\n# no\nb\n```\n", "# A\n\n```\n# no\nc\n```\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			action, got := outcome(t, input(tt.path, sides{&tt.base, &tt.ours, &tt.theirs, 0o644, 0o644, 0o644}), tt.path)
			if tt.want == "" {
				assert.Equal(t, merge.Conflict, action, got)
				return
			}
			assert.Equal(t, merge.Merge, action, got)
			assert.Equal(t, tt.want, got)
		})
	}
}

func protoOf(imports ...string) string {
	text := "syntax = \"proto3\";\n\npackage a;\n\n"
	for _, at := range imports {
		text += "import \"" + at + "\";\n"
	}
	return text + "\n"
}
