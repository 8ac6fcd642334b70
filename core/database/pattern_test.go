package database_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/query"
)

// TestPatterns holds both engines to what Go's regular expressions find.
func TestPatterns(t *testing.T) {
	names := []string{"Sol", "Sirius", "a.b", "two\nlines", "Straße", "ÉTOILE", "x_1", "tab\there", "", "K\u212a", "a+b[c]", "ſ"}
	patterns := []string{
		"", ".", "^s", "s$", "^$", `\bsol\b`, `\Bo`, `\d`, `\D+`, `\s`, `\w+_\d`, `^two$`, `(?m)^lines$`, `(?s)two.lines`,
		`(?-i)Sol`, `straße|sol`, `[é-ü]`, `[^a-z]`, `\pL`, `\p{Greek}`, `a\.b`, `a{1}`, `(si){1,2}`, `[[:upper:]]`,
		`\Qa+b[c]\E`, `k`, `\x{212a}`, `s`, `(?:)`, `a|`, `o{2,}`, `x*?1`, `[\]c]`, `é`, `\t`, `\z`, `\A`, `[^\x00-\x{10FFFF}]`,
	}
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		_, err := db.Migrate(t.Context(), starMigrations())
		require.NoError(t, err)
		store := database.NewStore[star](db, starSchema())
		for i, name := range names {
			require.NoError(t, store.Create(t.Context(), &star{StarID: "star-" + string(rune('a'+i)), Name: name, DomainID: "a"}))
		}
		for _, pattern := range patterns {
			found, _, err := store.List(t.Context(), domainA(), query.Query{
				Filter: []query.Condition{{Key: "name", Operator: query.Regex, Value: pattern}},
			})
			require.NoError(t, err, "pattern %q", pattern)
			want, got := []string{}, []string{}
			for _, name := range names {
				if regexp.MustCompile("(?i)" + pattern).MatchString(name) {
					want = append(want, name)
				}
			}
			for _, item := range found {
				got = append(got, item.Name)
			}
			assert.ElementsMatch(t, want, got, "pattern %q", pattern)
		}
		for _, pattern := range []string{"(", `\1`, "(?=a)", "a{256}", strings.Repeat("a", 1001), "a**"} {
			_, _, err := store.List(t.Context(), domainA(), query.Query{
				Filter: []query.Condition{{Key: "name", Operator: query.Regex, Value: pattern}},
			})
			assert.ErrorContains(t, err, "cannot be read", "pattern %q", pattern)
		}
	})
}
