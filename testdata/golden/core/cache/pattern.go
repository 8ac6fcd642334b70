package cache

import (
	"fmt"
	"regexp"
	"strings"
)

// matcher reads a pattern of keys as Redis does: * is any text, ? one character, [abc]
// and [a-z] one of several, [^a] any but one; \ takes its meaning from what follows.
func matcher(pattern string) (*regexp.Regexp, error) {
	var expr strings.Builder
	expr.WriteString(`(?s)\A`)
	rest := []rune(pattern)
	for len(rest) > 0 {
		one := rest[0]
		rest = rest[1:]
		switch {
		case one == '*':
			expr.WriteString(".*")
		case one == '?':
			expr.WriteByte('.')
		case one == '[':
			class, after, err := classOf(rest)
			if err != nil {
				return nil, fmt.Errorf("cache: the pattern %q is none: %w", pattern, err)
			}
			expr.WriteString(class)
			rest = after
		case one == '\\' && len(rest) > 0:
			expr.WriteString(regexp.QuoteMeta(string(rest[0])))
			rest = rest[1:]
		default:
			expr.WriteString(regexp.QuoteMeta(string(one)))
		}
	}
	expr.WriteString(`\z`)
	return regexp.Compile(expr.String())
}

// classOf reads what follows a [, to its ], as a class of a regular expression.
func classOf(text []rune) (class string, rest []rune, err error) {
	class = "["
	if len(text) > 0 && text[0] == '^' {
		class, text = "[^", text[1:]
	}
	next := func() (one rune, ok bool) {
		if len(text) > 1 && text[0] == '\\' {
			text = text[1:]
		} else if len(text) == 0 || text[0] == ']' {
			return 0, false
		}
		one, text = text[0], text[1:]
		return one, true
	}
	members := 0
	for {
		low, ok := next()
		if !ok {
			break
		}
		high := low
		if len(text) > 1 && text[0] == '-' && text[1] != ']' {
			text = text[1:]
			if high, _ = next(); high < low {
				return "", nil, fmt.Errorf("%c-%c runs backwards", low, high)
			}
		}
		class += fmt.Sprintf(`\x{%x}-\x{%x}`, low, high)
		members++
	}
	switch {
	case len(text) == 0:
		return "", nil, fmt.Errorf("a [ has no ]")
	case members == 0:
		return "", nil, fmt.Errorf("a [] names nothing")
	default:
		return class + "]", text[1:], nil
	}
}

// literal gives a text as a pattern that nothing else matches.
func literal(text string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`).Replace(text)
}
