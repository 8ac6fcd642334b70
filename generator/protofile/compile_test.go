package protofile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/progress"
	"github.com/cloudforet-io/spacegen/generator/protofile"
)

// TestAllErrorsAreTold: of several mistakes in several files none hides another.
func TestAllErrorsAreTold(t *testing.T) {
	const head = "syntax = \"proto3\";\npackage odd.v1;\n"
	_, err := protofile.Compile(t.Context(), protofile.Sources{
		"a.proto": []byte(head + "message A {}\nservice S {\n  rpc x (Gone) returns (A);\n  rpc y (A) returns (Lost);\n}\n"),
		"b.proto": []byte(head + "message B {\n  string a = 1;\n  string b = 1;\n}\n"),
		"c.proto": []byte(head + "import \"nowhere.proto\";\nimport \"google/protobuf/empty.proto\";\nimport \"lost.proto\";\n"),
		"d.proto": []byte(head + "import \"c.proto\";\nmessage D {\n  string a 1;\n}\n"),
		"e.proto": []byte(head + "import \"gone.proto\";\nmessage {}\n"),
	})
	require.Error(t, err)
	var places []string
	for line := range strings.Lines(strings.TrimPrefix(err.Error(), "compile protos: ")) {
		places = append(places, strings.Join(strings.SplitN(line, ":", 4)[:3], ":"))
	}
	assert.Equal(t, []string{"a.proto:5:10", "a.proto:6:22", "b.proto:5:14", "c.proto:3:8", "c.proto:5:8", "d.proto:5:12", "e.proto:3:8", "e.proto:4:9"}, places, err)

	_, err = protofile.Needed(t.Context(), protofile.Sources{
		"a.proto": []byte(head + "message {}\n"),
		"b.proto": []byte(head + "enum {}\n"),
		"c.proto": []byte("syntax = \"proto3\";\npackage other.v1;\nenum {}\n"),
	}, nil, "odd.v1")
	require.ErrorContains(t, err, "a.proto:3:9: ")
	require.ErrorContains(t, err, "b.proto:3:6: ")
	assert.NotContains(t, err.Error(), "c.proto", "nobody asked for it")
	_, err = protofile.Groups(t.Context(), protofile.Sources{
		"a.proto": []byte(head + "service {}\n"),
		"b.proto": []byte(head + "service B {}\nenum {}\n"),
	}, nil)
	require.ErrorContains(t, err, "a.proto:3:9: ")
	require.ErrorContains(t, err, "b.proto:4:6: ")
	_, err = protofile.Needed(t.Context(), protofile.Sources{"a.proto": []byte("package 1;\n")}, nil, "odd.v1")
	require.ErrorContains(t, err, "a.proto:1:9: ")

	var many strings.Builder
	for i := range 30 {
		fmt.Fprintf(&many, "message M%d { Gone g = 1; }\n", i)
	}
	_, err = protofile.Compile(t.Context(), protofile.Sources{"a.proto": []byte(head + many.String())})
	require.Error(t, err)
	lines := strings.Split(err.Error(), "\n")
	assert.Len(t, lines, 21)
	assert.Equal(t, "and 10 more", lines[20])
}

// TestNoCodeOfNamesThatAreOne: nothing is made of protos that Go can't hold.
func TestNoCodeOfNamesThatAreOne(t *testing.T) {
	_, err := protofile.Generate(t.Context(), protofile.Sources{
		"a.proto": []byte("syntax = \"proto3\";\npackage odd.v1;\nmessage M {}\nservice S {\n  rpc Init (M) returns (M);\n  rpc init (M) returns (M);\n}\n"),
	}, "example.com/x", nil, nil, progress.Quiet)
	require.ErrorContains(t, err, "a.proto:6:3: the rpc init is Init in Go, as is the rpc Init at a.proto:5:3")
}
