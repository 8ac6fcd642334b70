package render

import (
	"strings"
	"text/template"
	"unicode"
)

// texts are functions that write plain text, such as a description, in the
// language of the file around it.
func texts() template.FuncMap {
	return template.FuncMap{"comment": comment, "dockerQuote": dockerQuote, "markdown": markdown}
}

// comment turns text into lines of a // comment, without the first "// ".
func comment(text string) string {
	return strings.Join(strings.Split(strings.TrimSpace(text), "\n"), "\n// ")
}

// dockerQuote gives a word of a Dockerfile that stands for a line of text. In
// double quotes it knows three characters, and a backslash before others stays.
func dockerQuote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`).Replace(text) + `"`
}

// markdown gives a line of Markdown that reads as a line of text does.
func markdown(text string) string {
	runes := []rune(text)
	at := func(i int) rune {
		if i < 0 || i >= len(runes) {
			return ' '
		}
		return runes[i]
	}
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	start := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsDigit(r) }) // after the number of a list
	var out strings.Builder
	for i, r := range runes {
		special := strings.ContainsRune("\\`*[]<|~$", r)
		switch r {
		case '_':
			special = !word(at(i-1)) || !word(at(i+1))
		case '&':
			special = word(at(i+1)) || at(i+1) == '#'
		case '#', '-', '+', '=', '>':
			special = i == 0
		case '.', ')':
			special = i == start && i > 0
		}
		if special {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}
