package rename

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// Names is what a part is called in all its forms, before and after it gets another name.
type Names struct{ forms [][2]string }

// Of gives the names of a part that gets another.
func Of(from, to naming.Name) Names {
	var n Names
	for _, form := range []func(naming.Name) string{
		naming.Name.Snake, naming.Name.Kebab, naming.Name.Pascal, naming.Name.Camel, naming.Name.ProtoGo, naming.Name.Env,
		naming.Name.PluralSnake, naming.Name.Plural, naming.Name.GoFile, naming.Name.GoPackage,
		func(n naming.Name) string { return lowerFirst(n.Pascal()) }, func(n naming.Name) string { return lowerFirst(n.ProtoGo()) },
		func(n naming.Name) string { return lowerFirst(n.Plural()) },
	} {
		if one := [2]string{form(from), form(to)}; !slices.Contains(n.forms, one) {
			n.forms = append(n.forms, one)
		}
	}
	slices.SortStableFunc(n.forms, func(a, b [2]string) int { return cmp.Compare(len(b[0]), len(a[0])) })
	return n
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// becomes reports whether a word is another once the part has its other name in it, or is
// the article before it.
func (n Names) becomes(word, other string) bool {
	if word == "a" && other == "an" || word == "an" && other == "a" {
		return true
	}
	return slices.ContainsFunc(n.forms, func(form [2]string) bool {
		return strings.Contains(word, form[0]) && strings.ReplaceAll(word, form[0], form[1]) == other
	})
}

// Says reports whether a word is what the part was called, or a name that code makes of
// it: price_cents, PriceCents, GetPriceCents.
func (n Names) Says(word string) bool {
	word = strings.TrimPrefix(word, "Get")
	return slices.ContainsFunc(n.forms, func(form [2]string) bool { return form[0] == word })
}

// Telling reports whether the old name is one that nothing else is likely to have: it is
// made of several words.
func (n Names) Telling() bool {
	return slices.ContainsFunc(n.forms, func(form [2]string) bool { return strings.Contains(form[0], "_") })
}

// Path gives the path that a file has after the rename, and whether it has another.
func (n Names) Path(at string, exists func(string) bool) (string, bool) {
	for _, form := range n.forms {
		if to := strings.ReplaceAll(at, form[0], form[1]); to != at && exists(to) {
			return to, true
		}
	}
	return at, false
}

// All gives the edits of every word of a text that has the part's name in it.
func (n Names) All(text []byte) []Edit {
	var edits []Edit
	for _, w := range words(text) {
		if to := n.renamed(w.text); to != w.text {
			edits = append(edits, Edit{At: w.at, Old: w.text, To: to, Sure: true})
		}
	}
	return edits
}

// renamed is a word after the rename: CancelOrderRequest becomes CancelPurchaseRequest, and
// reorder stays.
func (n Names) renamed(word string) string {
	for _, form := range n.forms {
		at := strings.Index(word, form[0])
		if at >= 0 && apart(word, at, at+len(form[0])) {
			return word[:at] + form[1] + word[at+len(form[0]):]
		}
	}
	return word
}

// apart reports whether a part of a name is a word of its own there.
func apart(name string, from, to int) bool {
	is := func(i int, kind func(rune) bool) bool { return i >= 0 && i < len(name) && kind(rune(name[i])) }
	begins := from == 0 || name[from-1] == '_' || is(from, unicode.IsUpper) && is(from-1, unicode.IsLower)
	ends := to == len(name) || name[to] == '_' || is(to, unicode.IsUpper) || is(to, unicode.IsDigit)
	return begins && ends
}
