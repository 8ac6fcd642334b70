package render

import (
	"bytes"
	"html"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
)

func TestComment(t *testing.T) {
	assert.Equal(t, "one", comment("  one\n"))
	assert.Equal(t, "one\n// two\n// \n// three", comment("one\ntwo\n\nthree"))
}

func TestDockerQuote(t *testing.T) {
	for in, want := range map[string]string{
		"plain": `"plain"`, `say "hi"`: `"say \"hi\""`, "costs $5 or ${FIVE}": `"costs \$5 or \${FIVE}"`, `C:\temp`: `"C:\\temp"`, "": `""`,
	} {
		assert.Equal(t, want, dockerQuote(in))
	}
}

// A description reads in Markdown as it was written.
func TestMarkdownReadsAsWritten(t *testing.T) {
	tag := regexp.MustCompile(`</?[a-z][^>]*>`)
	for _, text := range []string{
		"plain text", "snake_case_name and _private_", "2 * 3 * 4", "a `tick` and a [link](x)", "<b>bold</b>", "1. first", "1) first", "- dash", "+ plus",
		"# heading", "> quote", "= line", "&amp; & &#38;", "~~no~~", "a|b", `back\slash`, "x-y=z", "AT&T", "3.14 is pi", "costs $5",
	} {
		var out bytes.Buffer
		require.NoError(t, goldmark.Convert([]byte(markdown(text)), &out))
		page := out.String()
		assert.Equal(t, "<p>", page[:3], "%s: %s", text, page)
		assert.Equal(t, text+"\n", html.UnescapeString(tag.ReplaceAllString(page, "")), markdown(text))
	}
}
