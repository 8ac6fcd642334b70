package naming

import (
	"go/token"
	"go/types"
	"strings"

	"github.com/iancoleman/strcase"
	"github.com/jinzhu/inflection"
)

// word is one part of a name. keep says that its case was the writer's
// intent and stays in Pascal case.
type word struct {
	text string
	keep bool
}

func (w word) pascal() string {
	lower := strings.ToLower(w.text)
	stem := strings.TrimRight(lower, "0123456789")
	if p, ok := mixedCase[lower]; ok {
		return p
	}
	if initialisms[lower] {
		return strings.ToUpper(lower)
	}
	if initialisms[stem] {
		return strings.ToUpper(stem) + lower[len(stem):]
	}
	if one, ok := strings.CutSuffix(lower, "s"); ok {
		if p, ok := mixedCase[one]; ok {
			return p + "s"
		}
		if initialisms[one] {
			return strings.ToUpper(one) + "s"
		}
	}
	if w.keep {
		return w.text
	}
	if lower == "" {
		return ""
	}
	return strings.ToUpper(lower[:1]) + lower[1:]
}

// split cuts s into words, at separators and where strcase sees a change of case.
func split(s string) []word {
	var words []word
	// REGION_CODE is shouted throughout: its case says nothing.
	shouted := strings.ContainsAny(s, "-_. ") && s == strings.ToUpper(s)
	for _, part := range strings.FieldsFunc(s, separator) {
		if shouted {
			words = append(words, word{text: part})
			continue
		}
		for _, text := range cut(part) {
			words = append(words, word{text, capitals(text)})
		}
	}
	return words
}

// cut gives the words of s, which has no separators. Words that strcase would take
// apart ("IPv4", "URLs") are taken out first.
func cut(s string) []string {
	var words []string
	from := 0
	for at := 0; at < len(s); {
		n := 0
		if at == from || !upperCase(s[at-1]) {
			n = oddWord(s[at:])
		}
		if n == 0 {
			at++
			continue
		}
		words = append(append(words, cutByCase(s[from:at])...), s[at:at+n])
		at += n
		from = at
	}
	return append(words, cutByCase(s[from:])...)
}

// oddWord gives the length of the word that s begins with, if its capitals stand
// where strcase doesn't look for them: a mixed word, or capitals with the s of a
// plural.
func oddWord(s string) int {
	for _, m := range mixedWords {
		if rest, ok := strings.CutPrefix(s, m); ok && wordEnds(rest) {
			return len(m) + pluralS(rest)
		}
	}
	capitals := 0
	for capitals < len(s) && upperCase(s[capitals]) {
		capitals++
	}
	if capitals > 1 && pluralS(s[capitals:]) > 0 {
		return capitals + 1
	}
	return 0
}

// cutByCase has strcase cut s. strcase takes digits for words of their own; here they
// belong to the word before them, and so do small letters after them: "api2",
// "k8s", and "EC2Instance" is EC2 and Instance.
func cutByCase(s string) []string {
	var words []string
	for piece := range strings.SplitSeq(strcase.ToDelimited(shape(s), ' '), " ") {
		text := s[:len(piece)]
		s = s[len(piece):]
		switch {
		case text == "":
		case len(words) > 0 && !upperCase(text[0]):
			words[len(words)-1] += text
		default:
			words = append(words, text)
		}
	}
	return words
}

// shape gives s with a digit for each byte that is neither a letter nor a digit, so
// that strcase drops none of them.
func shape(s string) string {
	b := []byte(s)
	for i, c := range b {
		if !lowerCase(c) && !upperCase(c) {
			b[i] = '0'
		}
	}
	return string(b)
}

// wordEnds reports whether a word in capitals may end before rest.
func wordEnds(rest string) bool {
	return rest == "" || !lowerCase(rest[0]) || pluralS(rest) > 0
}

// pluralS gives 1 if rest begins with the s of a plural ("URLs"), else 0.
func pluralS(rest string) int {
	if strings.HasPrefix(rest, "s") && (len(rest) == 1 || !lowerCase(rest[1]) && !digit(rest[1])) {
		return 1
	}
	return 0
}

func separator(r rune) bool { return r == '-' || r == '_' || r == '.' || r == ' ' || r == '\t' }
func upperCase(c byte) bool { return 'A' <= c && c <= 'Z' }
func lowerCase(c byte) bool { return 'a' <= c && c <= 'z' }
func digit(c byte) bool     { return '0' <= c && c <= '9' }

// capitals reports whether w has at least two capitals and no small letter
// but a plural's s.
func capitals(w string) bool {
	letters := strings.TrimSuffix(w, "s")
	n := 0
	for i := range len(letters) {
		if upperCase(letters[i]) {
			n++
		} else if !digit(letters[i]) {
			return false
		}
	}
	return n >= 2 || n == 1 && n < len(letters)
}

// plural gives the plural in snake and in Pascal case.
func (n Name) plural() (snake, pascal string) {
	if n.snake == "" {
		return "", ""
	}
	at := strings.LastIndexByte(n.snake, '_') + 1
	last := n.snake[at:]
	many := pluralWord(last)
	if many == last {
		return n.snake + "_list", n.pascal + "List"
	}
	// The last word is as long in Pascal case as in snake case.
	head, tail := n.pascal[:len(n.pascal)-len(last)], n.pascal[len(n.pascal)-len(last):]
	if suffix, ok := strings.CutPrefix(many, last); ok {
		return n.snake[:at] + many, head + tail + suffix
	}
	return n.snake[:at] + many, head + strings.ToUpper(many[:1]) + many[1:]
}

// pluralWord gives the plural of a lower-case word, or the word itself where
// it is its own plural.
func pluralWord(w string) string {
	if p, ok := irregular[w]; ok {
		return p
	}
	if digit(w[len(w)-1]) {
		return w + "s"
	}
	return strings.ToLower(inflection.Plural(w))
}

// goWord reports whether s means something in Go by itself.
func goWord(s string) bool {
	return token.IsKeyword(s) || types.Universe.Lookup(s) != nil
}

func reservedLocal(s string) bool { return goWord(s) || emittedLocals[s] }
