package database_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
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
		for _, pattern := range []string{"(", `\1`, "a{256}", strings.Repeat("a", 1001), "a**"} {
			_, _, err := store.List(t.Context(), domainA(), query.Query{
				Filter: []query.Condition{{Key: "name", Operator: query.Regex, Value: pattern}},
			})
			assert.ErrorContains(t, err, "cannot be read", "pattern %q", pattern)
		}
	})
}

// TestBacktracking: both engines find the same by patterns with lookaround and back
// references, in which each knows words that the other doesn't.
func TestBacktracking(t *testing.T) {
	names := []string{"aa", "aA", "ab", "abab", "two\nlines", "webserver 07", "web 12", "x_1", "a.b", "", "Éé", "tab\there", "[x]", "a-b", "foobar", "foobaz"}
	patterns := map[string][]string{
		`(.)\1`:                {"aa", "aA", "Éé", "foobar", "foobaz"},
		`(..)\1`:               {"abab"},
		`^(a)\1$`:              {"aa", "aA"},
		`foo(?=bar)`:           {"foobar"},
		`foo(?!bar)`:           {"foobaz"},
		`(?<=foo)ba.`:          {"foobar", "foobaz"},
		`(?<!foo)ba`:           {"abab"},
		`^(?=.*\d)web\b`:       {"web 12"},
		`^(?!.*[a-z])`:         {"", "Éé"},
		`(?=two).*\s`:          {"two\nlines"},
		`(?=\w_)[\w]_\d`:       {"x_1"},
		`(?=a)a\.b`:            {"a.b"},
		`(?=t)\w+\there`:       {"tab\there"},
		`(?=\[)[[]x[\]]`:       {"[x]"},
		`(?=a)a[-.]b`:          {"a.b", "a-b"},
		`(?=a)[^\d]{1,2}?$`:    {"aa", "aA", "ab", "abab", "foobar", "foobaz"},
		`(?=webs)(?:web|x)`:    {"webserver 07"},
		`(?=é)é`:               {"Éé"},
		`(?=lines)\Blines|x\B`: {"x_1"},
	}
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		_, err := db.Migrate(t.Context(), starMigrations())
		require.NoError(t, err)
		store := database.NewStore[star](db, starSchema())
		for i, name := range names {
			require.NoError(t, store.Create(t.Context(), &star{StarID: "star-" + string(rune('a'+i)), Name: name, DomainID: "a"}))
		}
		find := func(pattern string) ([]string, error) {
			found, _, err := store.List(t.Context(), domainA(), query.Query{Filter: []query.Condition{{Key: "name", Operator: query.Regex, Value: pattern}}})
			got := []string{}
			for _, item := range found {
				got = append(got, item.Name)
			}
			return got, err
		}
		for pattern, want := range patterns {
			got, err := find(pattern)
			require.NoError(t, err, pattern)
			assert.ElementsMatch(t, want, got, pattern)
		}
		for pattern, reason := range map[string]string{
			`(?=(a))\1`:        "a group in a lookaround",
			`\2(a)`:            "no group 2",
			`(a)(?=\1)`:        "no back reference",
			`(?>a)b`:           "not supported",
			`(?=a)\p{L}`:       `\p is not supported`,
			`(?=a)[[:alpha:]]`: "not supported",
			`(?=a)(?i)b`:       "not supported",
			`(?=a`:             "missing closing )",
			`(?=a))`:           "unexpected )",
			`(?=a)[b`:          "missing closing ]",
			`(?=a)[z-a]`:       "no range",
			`(?=a)a{300}`:      "255",
			`(?=a)a{x`:         "a { is written",
			`(?=a)*?+`:         "cannot be read",
			`(?=a)\`:           "backslash",
		} {
			_, err := find(pattern)
			require.ErrorContains(t, err, reason, pattern)
			assert.Equal(t, "ERROR_DB_QUERY", apierror.From(err).Code)
		}
	})
}

// TestSlowPattern: a pattern that tries too much is given up. PostgreSQL knows by itself
// what to try, and has the timeout of its statements.
func TestSlowPattern(t *testing.T) {
	db := databasetest.Migrated(t, databasetest.SQLite(t), starMigrations())
	store := database.NewStore[star](db, starSchema())
	require.NoError(t, store.Create(t.Context(), &star{StarID: "star-a", Name: strings.Repeat("a", 4000), DomainID: "a"}))
	_, _, err := store.List(t.Context(), domainA(), query.Query{Filter: []query.Condition{{Key: "name", Operator: query.Regex, Value: `^((a|a?)+)+\1b$`}}})
	require.ErrorContains(t, err, "takes too long")
	assert.Equal(t, "ERROR_DB_QUERY", apierror.From(err).Code)
}
