package generator_test

import (
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	errorCode = regexp.MustCompile(`\bERROR_[A-Z_]*[A-Z]\b`)
	// errorMade is where code gives an error its status, by its code or a constant's name.
	errorMade     = regexp.MustCompile(`apierror\.New\(codes\.(\w+),\s*(?:"(ERROR_\w+)"|(code\w+))|New\(codes\.(\w+), "(ERROR_\w+)"`)
	errorConstant = regexp.MustCompile(`(code\w+)\s*=\s*"(ERROR_\w+)"`)
)

// TestErrorsAreDocumented holds the codes that services answer, and their statuses,
// against docs/errors.md.
func TestErrorsAreDocumented(t *testing.T) {
	used, statuses := errorsInCode(t)
	known, absent := map[string]string{}, []string{}
	text, err := os.ReadFile("../docs/errors.md")
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) < 4 || !strings.HasPrefix(cells[1], " `ERROR_") {
			continue
		}
		listed := errorCode.FindAllString(cells[1], -1)
		if len(cells) == 4 {
			absent = append(absent, listed...)
			assert.NotEmpty(t, strings.TrimSpace(cells[2]), "why %v do not occur", listed)
			continue
		}
		require.Len(t, listed, 1, line)
		assert.NotContains(t, known, listed[0], "it is listed twice")
		assert.NotEmpty(t, strings.TrimSpace(cells[3]), listed[0])
		known[listed[0]] = cells[2]
	}
	assert.Equal(t, slices.Sorted(maps.Keys(used)), slices.Sorted(maps.Keys(known)), "what is used, and what is documented")
	for _, code := range absent {
		assert.NotContains(t, used, code, "docs/errors.md says that it does not occur")
	}
	for code, found := range statuses {
		for status := range found {
			assert.Contains(t, known[code], status, "the status of %s", code)
		}
	}
	assert.Greater(t, len(statuses), 30, "the statuses are looked up in code")
}

// errorsInCode gives the codes that the framework and templates use, tests left out, and
// the statuses that they are given.
func errorsInCode(t *testing.T) (used map[string]bool, statuses map[string]map[string]bool) {
	t.Helper()
	used, statuses = map[string]bool{}, map[string]map[string]bool{}
	for _, root := range []string{"../core", "../templates"} {
		err := fs.WalkDir(os.DirFS(root), ".", func(at string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() && d.Name() == "node_modules" {
				return err
			}
			if d.IsDir() || strings.Contains(at, "_test.") || strings.Contains(at, "test/") || strings.HasSuffix(at, ".md") || strings.HasSuffix(at, ".md.tmpl") {
				return nil
			}
			body, err := fs.ReadFile(os.DirFS(root), at)
			if err != nil {
				return err
			}
			for _, code := range errorCode.FindAllString(string(body), -1) {
				used[code] = true
			}
			constants := map[string]string{}
			for _, m := range errorConstant.FindAllStringSubmatch(string(body), -1) {
				constants[m[1]] = m[2]
			}
			for _, m := range errorMade.FindAllStringSubmatch(string(body), -1) {
				code := m[2] + m[5] + constants[m[3]]
				if code == "" {
					continue // a constant of another file
				}
				if statuses[code] == nil {
					statuses[code] = map[string]bool{}
				}
				statuses[code][grpcName(m[1]+m[4])] = true
			}
			return nil
		})
		require.NoError(t, err)
	}
	return used, statuses
}

// grpcName is a status as gRPC writes it: INVALID_ARGUMENT for InvalidArgument.
func grpcName(goName string) string {
	if goName == "Canceled" {
		return "CANCELLED"
	}
	var name strings.Builder
	for i, r := range goName {
		if i > 0 && r >= 'A' && r <= 'Z' {
			name.WriteByte('_')
		}
		name.WriteRune(r)
	}
	return strings.ToUpper(name.String())
}
