package database

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/dlclark/regexp2"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

const (
	maxPattern = 1000 // bytes
	maxRepeat  = 255  // as in x{1,255}; PostgreSQL takes no more
)

// A pattern is a caller's regular expression, in the syntax of Go and, where that has no
// words for it, with lookaround and back references. Patterns are compared without regard
// to case.
type pattern struct {
	postgres string // as PostgreSQL reads it
	matches  func(text string) (bool, error)
}

// parsePattern reads a caller's pattern.
func parsePattern(text string) (pattern, error) {
	if len(text) > maxPattern {
		return pattern{}, unreadable(text[:40]+"...", fmt.Errorf("a pattern has at most %d bytes", maxPattern))
	}
	tree, err := syntax.Parse(text, syntax.Perl|syntax.FoldCase)
	if err != nil {
		return parseBacktracking(text, err)
	}
	if err := checkRepeats(tree); err != nil {
		return pattern{}, unreadable(text, err)
	}
	compiled, err := regexp.Compile("(?i)" + text)
	if err != nil {
		return pattern{}, unreadable(text, err)
	}
	return pattern{inPostgres(tree), func(text string) (bool, error) { return compiled.MatchString(text), nil }}, nil
}

// parseBacktracking reads a pattern that Go's regular expressions refuse.
func parseBacktracking(text string, refused error) (pattern, error) {
	var fault *syntax.Error
	if errors.As(refused, &fault) && fault.Code != syntax.ErrInvalidPerlOp && fault.Code != syntax.ErrInvalidEscape && fault.Code != syntax.ErrInvalidNamedCapture {
		return pattern{}, unreadable(text, refused)
	}
	rewritten, err := backtracking(text)
	if err != nil {
		return pattern{}, unreadable(text, err)
	}
	compiled, err := regexp2.Compile(forRegexp2(rewritten), regexp2.IgnoreCase)
	if err != nil {
		return pattern{}, unreadable(text, err)
	}
	compiled.MatchTimeout = maxBacktracking
	return pattern{forPostgres(rewritten), func(text string) (bool, error) {
		found, err := compiled.MatchString(text)
		if err != nil {
			return false, errTooSlow
		}
		return found, nil
	}}, nil
}

// maxBacktracking is how long a pattern is tried on one text. PostgreSQL has the
// timeout of its statements.
const maxBacktracking = 200 * time.Millisecond

// errTooSlow reaches callers through SQLite, which keeps its text.
var errTooSlow = errors.New("the pattern takes too long")

func unreadable(text string, err error) error {
	return apierror.Query("The pattern %q cannot be read: %v", text, err)
}

func checkRepeats(tree *syntax.Regexp) error {
	if tree.Op == syntax.OpRepeat && max(tree.Min, tree.Max) > maxRepeat {
		return fmt.Errorf("nothing can be repeated more than %d times", maxRepeat)
	}
	for _, sub := range tree.Sub {
		if err := checkRepeats(sub); err != nil {
			return err
		}
	}
	return nil
}

// inPostgres writes a pattern as PostgreSQL reads it. The two know different
// escapes, and different things about case and lines, so that every character
// is spelt out.
func inPostgres(tree *syntax.Regexp) string {
	var b strings.Builder
	writePattern(&b, tree)
	return b.String()
}

const wordCharacter = "[0-9A-Za-z_]"

func writePattern(b *strings.Builder, tree *syntax.Regexp) {
	switch tree.Op {
	case syntax.OpNoMatch:
		b.WriteString(`(?!)`)
	case syntax.OpLiteral:
		for _, r := range tree.Rune {
			writeLiteral(b, r, tree.Flags&syntax.FoldCase != 0)
		}
	case syntax.OpCharClass:
		writeClass(b, tree.Rune)
	case syntax.OpAnyCharNotNL:
		b.WriteString(`[^\u000A]`)
	case syntax.OpAnyChar:
		b.WriteString(`.`)
	case syntax.OpBeginText:
		b.WriteString(`\A`)
	case syntax.OpEndText:
		b.WriteString(`\Z`)
	case syntax.OpBeginLine:
		b.WriteString(`(?:\A|(?<=\u000A))`)
	case syntax.OpEndLine:
		b.WriteString(`(?:\Z|(?=\u000A))`)
	case syntax.OpWordBoundary:
		b.WriteString("(?:(?<=" + wordCharacter + ")(?!" + wordCharacter + ")|(?<!" + wordCharacter + ")(?=" + wordCharacter + "))")
	case syntax.OpNoWordBoundary:
		b.WriteString("(?:(?<=" + wordCharacter + ")(?=" + wordCharacter + ")|(?<!" + wordCharacter + ")(?!" + wordCharacter + "))")
	default:
		writeComposed(b, tree)
	}
}

// writeComposed writes what consists of other patterns.
func writeComposed(b *strings.Builder, tree *syntax.Regexp) {
	b.WriteString("(?:")
	for i, sub := range tree.Sub {
		if i > 0 && tree.Op == syntax.OpAlternate {
			b.WriteByte('|')
		}
		writePattern(b, sub)
	}
	b.WriteByte(')')
	switch tree.Op {
	case syntax.OpStar:
		b.WriteByte('*')
	case syntax.OpPlus:
		b.WriteByte('+')
	case syntax.OpQuest:
		b.WriteByte('?')
	case syntax.OpRepeat:
		b.WriteString("{" + strconv.Itoa(tree.Min) + ",")
		if tree.Max >= 0 {
			b.WriteString(strconv.Itoa(tree.Max))
		}
		b.WriteByte('}')
	}
}

// writeLiteral writes a character, with all that differ from it only in case.
func writeLiteral(b *strings.Builder, r rune, fold bool) {
	if !fold || unicode.SimpleFold(r) == r {
		writeRune(b, r)
		return
	}
	b.WriteByte('[')
	writeRune(b, r)
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		writeRune(b, other)
	}
	b.WriteByte(']')
}

// writeClass writes a set of characters: pairs of the first and the last.
func writeClass(b *strings.Builder, pairs []rune) {
	if len(pairs) == 0 {
		b.WriteString(`(?!)`)
		return
	}
	b.WriteByte('[')
	for i := 0; i+1 < len(pairs); i += 2 {
		writeRune(b, max(pairs[i], 1)) // no text holds a NUL
		b.WriteByte('-')
		writeRune(b, max(pairs[i+1], 1))
	}
	b.WriteByte(']')
}

func writeRune(b *strings.Builder, r rune) {
	switch {
	case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z':
		b.WriteRune(r)
	case r <= 0xFFFF:
		fmt.Fprintf(b, `\u%04X`, r)
	default:
		fmt.Fprintf(b, `\U%08X`, r)
	}
}
