package merge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/merge"
)

// TestJSONConflicts: a conflict in JSON shows the key that both changed and no other, and
// whichever side is taken, no comma is left over.
func TestJSONConflicts(t *testing.T) {
	const base = "{\n  \"s\": {\n    \"x\": 1,\n    \"y\": 2\n  }\n}\n"
	const ours = "{\n  \"s\": {\n    \"x\": 1,\n    \"mine\": 3,\n    \"y\": 5\n  }\n}\n"
	const theirs = "{\n  \"s\": {\n    \"x\": 4,\n    \"y\": 6\n  },\n  \"t\": []\n}\n"
	merged, conflict, err := merge.Texts(t.Context(), "a.json", []byte(base), []byte(ours), []byte(theirs))
	require.NoError(t, err)
	assert.True(t, conflict)
	assert.Equal(t, `{
  "s": {
    "x": 4,
    "mine": 3,
<<<<<<< this branch
    "y": 5
||||||| before
    "y": 2
=======
    "y": 6
>>>>>>> the other branch
  },
  "t": []
}
`, string(merged))
}
