package spec

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

// Samples gives up to n different texts that a field's pattern matches, of those that its
// max_length has room for; none where none could be made up.
func (f Field) Samples(n int) []string {
	rule, err := regexp.Compile(f.Pattern)
	if err != nil {
		return nil
	}
	tree, err := syntax.Parse(f.Pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	fits := func(text string) bool {
		return text != "" && rule.MatchString(text) && (f.MaxLength == 0 || utf8.RuneCountInString(text) <= f.MaxLength)
	}
	var texts []string
	for i := range 4 * n {
		var b strings.Builder
		writeSample(&b, tree, i)
		if text := b.String(); fits(text) && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
		if len(texts) == n {
			break
		}
	}
	return texts
}

// writeSample writes a text that a part of a pattern matches; of what it may choose, the i-th.
func writeSample(b *strings.Builder, tree *syntax.Regexp, i int) {
	switch tree.Op { //nolint:exhaustive // all others match nothing, or the empty text
	case syntax.OpLiteral:
		b.WriteString(string(tree.Rune))
	case syntax.OpCharClass:
		b.WriteRune(charOf(tree.Rune, i))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteRune(rune('a' + i%26))
	case syntax.OpCapture, syntax.OpConcat:
		for _, sub := range tree.Sub {
			writeSample(b, sub, i)
		}
	case syntax.OpAlternate:
		writeSample(b, tree.Sub[i%len(tree.Sub)], i)
	case syntax.OpPlus:
		writeSample(b, tree.Sub[0], i)
	case syntax.OpStar, syntax.OpQuest:
		if i%2 == 0 {
			writeSample(b, tree.Sub[0], i)
		}
	case syntax.OpRepeat:
		for range tree.Min {
			writeSample(b, tree.Sub[0], i)
		}
	}
}

// charOf is the i-th character of a class, of those that can be read if there are any.
func charOf(class []rune, i int) rune {
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
