package naming

import (
	"go/token"
	"go/types"
	"strings"

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

// split cuts s into words. Digits belong to the word before them ("api2",
// "EC2Instance" is EC2 and Instance).
func split(s string) []word {
	var words []word
	// REGION_CODE is shouted throughout: its case says nothing.
	shouted := strings.ContainsAny(s, "-_. ") && s == strings.ToUpper(s)
	for _, part := range strings.FieldsFunc(s, separator) {
		for part != "" {
			n := len(part)
			if !shouted {
				n = wordLength(part)
			}
			w := word{text: part[:n]}
			w.keep = !shouted && capitals(w.text)
			words = append(words, w)
			part = part[n:]
		}
	}
	return words
}

// wordLength gives the number of bytes of the first word of s, which is not
// empty and has no separators.
func wordLength(s string) int {
	for _, m := range mixedWords {
		if rest, ok := strings.CutPrefix(s, m); ok && wordEnds(rest) {
			return len(m) + pluralS(rest)
		}
	}
	i := 0
	for i < len(s) && upperCase(s[i]) {
		i++
	}
	switch {
	case i > 1 && pluralS(s[i:]) > 0:
		return i + 1 // URLs, IDs
	case i > 1 && i < len(s) && lowerCase(s[i]):
		return i - 1 // HTTPProxy: the last capital begins the next word
	}
	for i < len(s) && !upperCase(s[i]) && !digit(s[i]) {
		i++
	}
	for i < len(s) && digit(s[i]) {
		i++
	}
	// Lower case after digits goes on with the word: "x86image", "k8s".
	for i < len(s) && !upperCase(s[i]) {
		i++
	}
	return i
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
