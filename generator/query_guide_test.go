package generator_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/query"
)

// TestQueryGuide holds docs/query.md to the code: it has every operator, every difference
// that was decided, and examples that are read as what they say they are.
func TestQueryGuide(t *testing.T) {
	t.Parallel()
	guide := string(read(t, "../docs/query.md"))
	names := func(file, pattern string) []string {
		var found []string
		for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(read(t, file)), -1) {
			found = append(found, match[1])
		}
		require.NotEmpty(t, found, file)
		return found
	}
	for _, name := range names("../core/query/query.go", `Operator = "(\w+)"`) {
		assert.Contains(t, guide, "`"+name+"`", "an operator of conditions")
	}
	for _, name := range names("../core/query/parse_project.go", `"(size|sum|array_to_object|object_to_array|add|subtract|multiply|divide)"`) {
		assert.Contains(t, guide, "`"+name+"`", "an operator of projections")
	}
	for _, name := range []string{"count", "sum", "average", "max", "min", "first", "last", "push", "add_to_set", "merge_objects"} {
		assert.Contains(t, guide, "`"+name+"`", "an operator of groups")
	}
	for _, name := range names("../core/database/date.go", `(?m)^\t'(\w)':`) {
		assert.Contains(t, guide, "`%"+name+"`", "a part of date formats")
	}
	for _, name := range names("../core/query/schema.go", `(?m)^\t([A-Z]\w+) +// `) {
		assert.Contains(t, guide, "\n| "+strings.ToLower(name)+" |", "a type that JSON lacks")
	}
	for _, label := range names("../core/database/original_test.go", "(?m)^\t\"([a-z ]+)\": +`") {
		assert.Contains(t, guide, "| "+label+" |", "a difference that was decided")
	}
	examples := regexp.MustCompile("(?s)```json (\\w+)\n(.*?)```").FindAllStringSubmatch(guide, -1)
	require.GreaterOrEqual(t, len(examples), 5)
	for _, example := range examples {
		var err error
		switch example[1] {
		case "list":
			_, err = query.Parse([]byte(example[2]))
		case "stat":
			_, err = query.ParseStat([]byte(example[2]))
		case "analyze":
			_, err = query.ParseAnalyze([]byte(example[2]))
		default:
			t.Errorf("an example of %q", example[1])
		}
		assert.NoError(t, err, example[2])
	}
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return text
}
