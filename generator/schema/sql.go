package schema

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// A token is a word, a name in quotes, a text, or one other character of SQL.
type token struct {
	text  string // a word in lower case, a name without its quotes
	start int    // in the text
	end   int
	named bool // it can be the name of a table, a column or an index
	word  bool // it is not in quotes, and can be a keyword
}

// lexeme is what SQL is made of, but for texts between dollars and comments in comments:
// space and comments of a line, names in quotes (also as SQLite has them), texts, words,
// and all else character by character.
var lexeme = regexp.MustCompile("(?s)^(?:(\\s+|--[^\\n]*)|\"((?:[^\"]|\"\")*)\"|`([^`]*)`|([eE]'(?:[^'\\\\]|\\\\.|'')*'|'(?:[^']|'')*')|([\\pL_][\\pL\\pN_$]*)|.)")

// dollars begin, and end, a text; bracketed is a name in brackets.
var (
	words     = regexp.MustCompile(`[\pL\pN_]+`) // of any text, in or out of quotes
	dollars   = regexp.MustCompile(`^\$(?:[\pL_][\pL\pN_]*)?\$`)
	bracketed = regexp.MustCompile(`^\[([\pL_][\pL\pN_ ]*)\]`)
)

// statements splits SQL at its semicolons.
func statements(sql string) [][]token {
	var all [][]token
	var one []token
	for at := 0; at < len(sql); {
		t, size := next(sql, at)
		at += size
		switch {
		case t.text == "":
		case t.text == ";" && !t.named:
			all, one = append(all, one), nil
		default:
			one = append(one, t)
		}
	}
	return append(all, one)
}

// next gives what stands at a place, and its length; of space and comments an empty token.
func next(sql string, at int) (token, int) {
	rest := sql[at:]
	if strings.HasPrefix(rest, "/*") {
		return token{}, comment(rest)
	}
	if tag := dollars.FindString(rest); tag != "" {
		if end := strings.Index(rest[len(tag):], tag); end >= 0 {
			size := end + 2*len(tag)
			return token{text: rest[:size], start: at, end: at + size}, size
		}
	}
	subscript := at > 0 && (sql[at-1] == ']' || sql[at-1] == ')' || sql[at-1] == '_' || unicode.IsLetter(rune(sql[at-1])) || unicode.IsDigit(rune(sql[at-1])))
	if m := bracketed.FindStringSubmatch(rest); m != nil && !subscript {
		return token{text: m[1], start: at, end: at + len(m[0]), named: true}, len(m[0])
	}
	m := lexeme.FindStringSubmatchIndex(rest)
	t := token{text: rest[:m[1]], start: at, end: at + m[1]}
	switch {
	case m[2] >= 0:
		return token{}, m[1]
	case m[4] >= 0:
		t.text, t.named = strings.ReplaceAll(rest[m[4]:m[5]], `""`, `"`), true
	case m[6] >= 0:
		t.text, t.named = rest[m[6]:m[7]], true
	case m[10] >= 0:
		t.text, t.named, t.word = strings.ToLower(t.text), true, true
	}
	return t, m[1]
}

// comment is the length of a comment, with those in it.
func comment(sql string) int {
	depth := 0
	for at := 0; at < len(sql)-1; at++ {
		switch sql[at : at+2] {
		case "/*":
			depth++
			at++
		case "*/":
			depth--
			at++
		}
		if depth == 0 {
			return at + 1
		}
	}
	return len(sql)
}

// body is what a text says.
func (t token) body() (string, bool) {
	if tag := dollars.FindString(t.text); tag != "" && !t.named && len(t.text) >= 2*len(tag) {
		return t.text[len(tag) : len(t.text)-len(tag)], true
	}
	if len(t.text) > 1 && strings.HasPrefix(t.text, "'") && !t.named {
		return strings.ReplaceAll(t.text[1:len(t.text)-1], "''", "'"), true
	}
	return "", false
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

// items takes what comes next as far as the bracket that closes it, split at its commas.
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
	items = append(items, &reader{r.sql, r.tokens[begin:end]})
	r.tokens = r.tokens[min(end+1, len(r.tokens)):]
	return items
}

// constraint reports whether an item defines no column.
func (r *reader) constraint() bool {
	return slices.ContainsFunc([]string{"constraint", "primary", "unique", "check", "foreign", "exclude", "like"}, func(word string) bool { return r.is(word) })
}
