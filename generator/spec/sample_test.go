package spec

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Texts are made up that a pattern matches, within the length that a field has.
func TestSamples(t *testing.T) {
	for pattern, many := range map[string]int{
		"^[A-Z]{2}-[0-9]{4}$": 5, "^[a-z]*$": 5, "^(a|b|c)$": 3, "^x?$": 1, `^\+?[0-9 ]{4,}$`: 5, "(?i)^abc$": 1, `^\p{Han}+$`: 1, "^.+@.+$": 5, "a$b": 0, "(": 0,
	} {
		f := Field{Pattern: pattern, MaxLength: 9}
		texts := f.Samples(5)
		assert.Len(t, texts, many, pattern)
		for _, text := range texts {
			assert.Regexp(t, regexp.MustCompile(pattern), text)
			assert.NotEmpty(t, text)
			assert.LessOrEqual(t, len([]rune(text)), 9)
		}
	}
	assert.Empty(t, Field{Pattern: "^a{9}$", MaxLength: 8}.Samples(1))
}
