package schema

import (
	"regexp"
	"slices"
	"strings"
)

// A token is a word, a name in quotes, a text, or one other character of SQL.
type token struct {
	text  string // a word in lower case, a name without its quotes
	start int    // in the text
	end   int
	named bool // it can be the name of a table, a column or an index
	word  bool // it is not in quotes, and can be a keyword
}

// lexeme is what SQL is made of: space and comments, names in quotes, texts (also
// between dollars), words, and all else character by character.
var lexeme = regexp.MustCompile(`(?s)(\s+|--[^\n]*|/\*.*?\*/)|"((?:[^"]|"")*)"|('(?:[^']|'')*'|\$\w*\$.*?\$\w*\$)|([\pL_][\pL\pN_$]*)|.`)

// statements splits SQL at its semicolons.
func statements(text string) [][]token {
	var all [][]token
	var one []token
	for _, m := range lexeme.FindAllStringSubmatchIndex(text, -1) {
		t := token{text: text[m[0]:m[1]], start: m[0], end: m[1]}
		switch {
		case m[2] >= 0:
			continue
		case m[4] >= 0:
			t.text, t.named = strings.ReplaceAll(text[m[4]:m[5]], `""`, `"`), true
		case m[8] >= 0:
			t.text, t.named, t.word = strings.ToLower(t.text), true, true
		case t.text == ";":
			all, one = append(all, one), nil
			continue
		}
		one = append(one, t)
	}
	return append(all, one)
}

// A reader goes through the tokens of a statement.
type reader struct {
	sql    string
	tokens []token
}

func (r *reader) is(words ...string) bool {
	if len(r.tokens) < len(words) {
		return false
	}
	for i, word := range words {
		if t := r.tokens[i]; t.text != word || t.named && !t.word {
			return false
		}
	}
	return true
}

// skip passes words if they come next.
func (r *reader) skip(words ...string) bool {
	if !r.is(words...) {
		return false
	}
	r.tokens = r.tokens[len(words):]
	return true
}

// name takes a name, without the schema before it; empty if none comes next.
func (r *reader) name() string {
	if len(r.tokens) == 0 || !r.tokens[0].named {
		return ""
	}
	name := r.tokens[0].text
	r.tokens = r.tokens[1:]
	if r.skip(".") {
		return r.name()
	}
	return name
}

// rest is what comes next, as it is written, each space one.
func (r *reader) rest() string {
	if len(r.tokens) == 0 {
		return ""
	}
	text := r.sql[r.tokens[0].start:r.tokens[len(r.tokens)-1].end]
	return strings.Join(strings.Fields(text), " ")
}

// items splits what comes next at its commas, as far as the bracket that closes it.
func (r *reader) items() []*reader {
	depth, begin, items := 0, 0, []*reader(nil)
	end := len(r.tokens)
	for i, t := range r.tokens {
		switch {
		case t.text == "(":
			depth++
		case t.text == ")" && depth > 0:
			depth--
		case t.text == ")":
			end = i
		case t.text == "," && depth == 0:
			items, begin = append(items, &reader{r.sql, r.tokens[begin:i]}), i+1
		}
		if end == i {
			break
		}
	}
	return append(items, &reader{r.sql, r.tokens[begin:end]})
}

// constraint reports whether an item defines no column.
func (r *reader) constraint() bool {
	return slices.ContainsFunc([]string{"constraint", "primary", "unique", "check", "foreign", "exclude", "like"}, func(word string) bool { return r.is(word) })
}
