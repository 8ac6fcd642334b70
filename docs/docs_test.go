package docs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/docs"
)

func TestSearch(t *testing.T) {
	for query, heading := range map[string]string{
		"framework vendored published own": "The framework",
		"conflict base ours theirs merge":  "The merge",
	} {
		found, err := docs.Search(query, 3)
		require.NoError(t, err)
		require.Len(t, found, 3, query)
		var headings []string
		for _, s := range found {
			headings = append(headings, s.Heading)
			assert.NotEmpty(t, s.Text)
			assert.True(t, strings.HasSuffix(s.File, ".md"))
		}
		assert.Contains(t, headings, heading, query)
	}
	found, err := docs.Search("xylophone", 3)
	require.NoError(t, err)
	assert.Empty(t, found)
}
