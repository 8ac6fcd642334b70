package protofile

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What protos say of requests by their options is told in words.
func TestRulesOf(t *testing.T) {
	files, err := Compile(t.Context(), Sources{"a.proto": []byte(`syntax = "proto3";
package a;
import "buf/validate/validate.proto";
import "google/api/field_behavior.proto";
import "google/protobuf/duration.proto";
enum Color { NONE = 0; RED = 1; }
message A {
  option (buf.validate.message).cel = {id: "a", message: "from | before to.", expression: "this.a < this.b"};
  option (buf.validate.message).oneof = {fields: ["name", "mail"], required: true};
  string name = 1 [(buf.validate.field).string = {min_len: 1, max_len: 9, pattern: "^a|b$"}, (buf.validate.field).required = true];
  string mail = 2 [(buf.validate.field).string.email = true, (google.api.field_behavior) = IMMUTABLE];
  double size = 3 [(buf.validate.field).double = {gte: 0.5, lt: 2.5, finite: true}];
  repeated string tags = 4 [(buf.validate.field).repeated = {min_items: 1, unique: true, items: {string: {in: ["x", "y"]}}}];
  google.protobuf.Duration wait = 5 [(buf.validate.field).duration.gte = {seconds: 90}];
  Color color = 6 [(buf.validate.field).enum = {defined_only: true, not_in: [1]}];
  map<string, int32> counts = 7 [(buf.validate.field).map = {max_pairs: 3, keys: {string: {prefix: "k"}}, values: {int32: {gt: 0}}}];
  string even = 8 [(buf.validate.field).cel = {id: "even", expression: "size(this) % 2 == 0"}];
  string off = 9 [(buf.validate.field).string.min_len = 3, (buf.validate.field).ignore = IGNORE_ALWAYS];
  string free = 10;
  repeated B parts = 11 [(google.api.field_behavior) = REQUIRED];
  string made = 12 [(google.api.field_behavior) = OUTPUT_ONLY];
}
message B {
  int32 n = 1 [(buf.validate.field).int32 = {in: [1, 2]}];
  B next = 2;
}
`)})
	require.NoError(t, err)
	var lines []string
	for _, f := range RulesOf(files[0].Messages().ByName("A")) {
		line := fmt.Sprintf("%s (%s):", f.Path, f.Type)
		for _, p := range f.Phrases {
			line += fmt.Sprintf(" [%s|%s]", p.Text, p.Value)
		}
		lines = append(lines, line)
	}
	assert.Equal(t, []string{
		` (message): [from \| before to|] [exactly one of %s|name, mail]`,
		`name (string): [required|] [at least %s character|1] [at most %s characters|9] [matches %s|^a|b$]`,
		`mail (string): [never changed once it is set|] [an email address|]`,
		`size (double): [less than %s|2.5] [at least %s|0.5] [a finite number|]`,
		`tags (list of string): [at least %s element|1] [no element twice|] [each one of %s|x, y]`,
		`wait (Duration): [at least %s|1m30s]`,
		`color (Color): [a value that the enum defines|] [none of %s|RED]`,
		`counts (map of int32): [at most %s entries|3] [each key begins with %s|k] [each value more than %s|0]`,
		`even (string): [holds to %s|size(this) % 2 == 0]`,
		`parts (list of B): [required|]`,
		`parts.n (int32): [one of %s|1, 2]`,
		`parts.next.n (int32): [one of %s|1, 2]`,
		`parts.next.next.n (int32): [one of %s|1, 2]`,
		`made (string): [read-only|]`,
	}, lines)
}
