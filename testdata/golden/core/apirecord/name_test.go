package apirecord_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
)

func TestNewName(t *testing.T) {
	for name, c := range map[string]struct {
		said, parent, id string
		patterns         []string
		want, refused    string
	}{
		"at the top":               {"", "", "1", []string{"price-lists/*"}, "price-lists/1", ""},
		"below a parent":           {"", "users/7", "1", []string{"users/*/events/*"}, "users/7/events/1", ""},
		"by the pattern that fits": {"", "teams/7", "1", []string{"users/*/events/*", "teams/*/events/*"}, "teams/7/events/1", ""},
		"more words":               {"", "users/7", "1", []string{"users/*/locations/global/events/*"}, "users/7/locations/global/events/1", ""},
		"the only one":             {"", "users/7", "", []string{"users/*/settings"}, "users/7/settings", ""},
		"no collection":            {"", "", "1", []string{"*"}, "1", ""},
		"anywhere":                 {"", "a/1", "1", []string{"**/books/*"}, "a/1/books/1", ""},
		"nowhere":                  {"", "", "1", []string{"**/books/*"}, "books/1", ""},
		"as the caller says":       {"users/7/events/x", "users/7", "", []string{"users/*/events/*"}, "users/7/events/x", ""},
		"and says twice":           {"users/7/events/1", "users/7", "1", []string{"users/*/events/*"}, "users/7/events/1", ""},
		"otherwise":                {"users/8/events/x", "users/7", "", []string{"users/*/events/*"}, "", "name"},
		"another identifier":       {"users/7/events/x", "users/7", "1", []string{"users/*/events/*"}, "", "name"},
		"no parent":                {"", "", "1", []string{"users/*/events/*"}, "", "parent"},
		"another's parent":         {"", "teams/7", "1", []string{"users/*/events/*"}, "", "parent"},
		"a parent too deep":        {"", "users/7/events/1", "1", []string{"users/*/events/*"}, "", "parent"},
		"half a parent":            {"", "users", "1", []string{"users/*/events/*"}, "", "parent"},
		"any parent":               {"", "users/-", "1", []string{"users/*/events/*"}, "", "parent"},
		"an empty segment":         {"", "users/", "1", []string{"users/*/events/*"}, "", "parent"},
		"a slash":                  {"", "users/7", "1/2", []string{"users/*/events/*"}, "", "id"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := apirecord.NewName(c.said, c.parent, c.id, "event", c.patterns...)
			if c.refused != "" {
				require.Error(t, err)
				assert.Contains(t, []string{"ERROR_INVALID_PARAMETER", "ERROR_REQUIRED_PARAMETER"}, apierror.From(err).Code)
				assert.ErrorContains(t, err, "key = "+c.refused)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
		})
	}
	made, err := apirecord.NewName("", "users/7", "", "event", "users/*/events/*")
	require.NoError(t, err)
	assert.Regexp(t, `^users/7/events/event-\w+$`, made)
}

func TestBelow(t *testing.T) {
	for parent, want := range map[string]string{
		"shelves/a.b": `^shelves/a\.b/books/[^/]+$`,
		"shelves/-":   `^shelves/[^/]+/books/[^/]+$`,
	} {
		got, err := apirecord.Below(parent, "shelves/*/books/*")
		require.NoError(t, err)
		assert.Equal(t, want, got[0].Value)
	}
	got, err := apirecord.Below("", "shelves/*/books/*")
	require.NoError(t, err)
	assert.Empty(t, got)
	_, err = apirecord.Below("rooms/1", "shelves/*/books/*")
	assert.ErrorContains(t, err, "parent")
}
