package render

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// matches gives up to n different texts that a pattern matches, at least one: where it
// can't be said which, the empty text.
func matches(pattern string, n int) []string {
	rule, err := regexp.Compile(pattern)
	if err != nil {
		return []string{""}
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return []string{""}
	}
	var texts []string
	for i := range 4 * n {
		var b strings.Builder
		write(&b, tree, i)
		if text := b.String(); rule.MatchString(text) && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
		if len(texts) == n {
			break
		}
	}
	if texts == nil {
		return []string{""}
	}
	return texts
}

// write writes a text that a part of a pattern matches; of what it may choose, the i-th.
func write(b *strings.Builder, tree *syntax.Regexp, i int) {
	switch tree.Op { //nolint:exhaustive // all others match nothing, or the empty text
	case syntax.OpLiteral:
		b.WriteString(string(tree.Rune))
	case syntax.OpCharClass:
		b.WriteRune(oneOf(tree.Rune, i))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteRune(rune('a' + i%26))
	case syntax.OpCapture, syntax.OpConcat:
		for _, sub := range tree.Sub {
			write(b, sub, i)
		}
	case syntax.OpAlternate:
		write(b, tree.Sub[i%len(tree.Sub)], i)
	case syntax.OpPlus:
		write(b, tree.Sub[0], i)
	case syntax.OpRepeat:
		for range tree.Min {
			write(b, tree.Sub[0], i)
		}
	}
}

// oneOf is the i-th character of a class, of those that can be read if there are any.
func oneOf(class []rune, i int) rune {
	var all []rune
	for at := 0; at+1 < len(class); at += 2 {
		for r := class[at]; r <= class[at+1] && len(all) < 64; r++ {
			if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
				all = append(all, r)
			}
		}
	}
	if len(all) == 0 {
		return class[0]
	}
	return all[i%len(all)]
}
