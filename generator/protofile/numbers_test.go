package protofile_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/spacegen/generator/protofile"
)

func TestSameNumbers(t *testing.T) {
	const before = `syntax = "proto3";
message Zone {
  string name = 1;
  oneof where { string city = 2; string lake = 3; }
  map<string, string> tags = 4;
  enum State { NONE = 0; OPEN = 1; }
  message Part { int32 size = 1; }
}
enum Kind { KIND_NONE = 0; }
`
	tests := map[string]struct{ after, want string }{
		"nothing changed":        {before, ""},
		"more":                   {"syntax = \"proto3\"; message Zone { reserved 2 to 4; string name = 1; string more = 5; }", ""},
		"the name in another":    {"message Other { string city = 1; } message Zone { string name = 1; }", ""},
		"a field":                {"message Zone { string name = 9; }", "zone.proto:1:30: name of Zone has the number 1, and clients know it by that; 9 would break them; write 1 again"},
		"one of several":         {"message Zone { oneof where { string city = 3; } }", "city of Zone has the number 2"},
		"a map":                  {"message Zone { map<string, string> tags = 5; }", "tags of Zone has the number 4"},
		"in a message":           {"message Zone { message Part { int32 size = 2; } }", "size of Zone.Part has the number 1"},
		"a value":                {"message Zone { enum State { NONE = 0; OPEN = 2; } }", "OPEN of Zone.State has the number 1"},
		"a value between others": {"message Zone { enum State { NONE = 0; HALF = 1; OPEN = 2; } }", "the number 1 of HALF in Zone.State was that of OPEN"},
		"a name that is gone":    {"message Zone { string other = 1; }", "the number 1 of other in Zone was that of name"},
		"at the top":             {"enum Kind { KIND_NONE = 1; }", "KIND_NONE of Kind has the number 0"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			err := protofile.SameNumbers("zone.proto", []byte(before), []byte(tt.after))
			if tt.want == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, tt.want)
		})
	}
}
