package database

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Lookaround and back references are beyond Go's regular expressions. A backtracker reads
// such a pattern and writes it so that PostgreSQL and regexp2 understand the same: every
// character is spelt out, and what only one of them knows is refused.
type backtracker struct {
	rest   string
	groups int // that capture
	around int // lookarounds that are open
	open   []bool
	out    strings.Builder
}

// endOfText stands for the end of a text, which the engines write in different ways.
const endOfText = "\x00"

// backtracking rewrites a pattern.
func backtracking(text string) (string, error) {
	b := &backtracker{rest: text}
	for b.rest != "" {
		if err := b.next(); err != nil {
			return "", err
		}
	}
	if len(b.open) > 0 {
		return "", errors.New("missing closing )")
	}
	return b.out.String(), nil
}

func forPostgres(text string) string { return "(?i)" + strings.ReplaceAll(text, endOfText, `\Z`) }

func forRegexp2(text string) string { return strings.ReplaceAll(text, endOfText, `\z`) }

// take gives the next character.
func (b *backtracker) take() (rune, error) {
	r, n := utf8.DecodeRuneInString(b.rest)
	if n == 0 {
		return 0, errors.New("it ends too early")
	}
	b.rest = b.rest[n:]
	return r, nil
}

func (b *backtracker) next() error {
	r, err := b.take()
	if err != nil {
		return err
	}
	switch r {
	case '(':
		return b.group()
	case ')':
		if len(b.open) == 0 {
			return errors.New("unexpected )")
		}
		if b.open[len(b.open)-1] {
			b.around--
		}
		b.open = b.open[:len(b.open)-1]
		b.out.WriteRune(r)
	case '[':
		return b.class()
	case '{':
		return b.repeat()
	case '|', '*', '+', '?':
		b.out.WriteRune(r)
	case '.':
		b.out.WriteString(`[^\u000A]`)
	case '^':
		b.out.WriteString(`\A`)
	case '$':
		b.out.WriteString(endOfText)
	case '\\':
		return b.escape()
	default:
		writeLiteral(&b.out, r, true)
	}
	return nil
}

// group opens a group: one that captures, one that doesn't, or a lookaround.
func (b *backtracker) group() error {
	for _, opening := range []string{"?:", "?=", "?!", "?<=", "?<!"} {
		if rest, found := strings.CutPrefix(b.rest, opening); found {
			b.rest = rest
			around := opening != "?:"
			if around {
				b.around++
			}
			b.open = append(b.open, around)
			b.out.WriteString("(" + opening)
			return nil
		}
	}
	switch {
	case strings.HasPrefix(b.rest, "?"):
		return fmt.Errorf("in a pattern with lookaround or back references, (%.3s is not supported", b.rest)
	case b.around > 0:
		return errors.New("a group in a lookaround is (?:…)")
	}
	b.groups++
	b.open = append(b.open, false)
	b.out.WriteByte('(')
	return nil
}

// repeat reads {n}, {n,} and {n,m}.
func (b *backtracker) repeat() error {
	inside, rest, found := strings.Cut(b.rest, "}")
	from, to, bounded := strings.Cut(inside, ",")
	least, err := strconv.Atoi(from)
	if !found || err != nil {
		return errors.New("a { is written as \\{")
	}
	most := least
	if bounded && to != "" {
		if most, err = strconv.Atoi(to); err != nil {
			return errors.New("a { is written as \\{")
		}
	}
	if least < 0 || most < least || most > maxRepeat {
		return fmt.Errorf("nothing can be repeated more than %d times", maxRepeat)
	}
	b.rest = rest
	b.out.WriteString("{" + inside + "}")
	return nil
}

// classes are sets of characters that have an escape.
var classes = map[rune]string{'d': "0-9", 'w': "0-9A-Za-z_", 's': `\u0009\u000A\u000C\u000D\u0020`} //nolint:gochecknoglobals // a table

// characters that have an escape.
var characters = map[rune]rune{'t': '\t', 'n': '\n', 'r': '\r', 'f': '\f', 'v': '\v'} //nolint:gochecknoglobals // a table

func (b *backtracker) escape() error {
	r, err := b.take()
	if err != nil {
		return errors.New("trailing backslash at the end")
	}
	lower := r | 0x20
	switch {
	case r >= '1' && r <= '9':
		switch {
		case int(r-'0') > b.groups:
			return fmt.Errorf("there is no group %c before \\%c", r, r)
		case b.around > 0:
			return errors.New("a lookaround has no back reference")
		}
		b.out.WriteString(`(?:\` + string(r) + ")")
	case r == 'b':
		b.out.WriteString("(?:(?<=" + wordCharacter + ")(?!" + wordCharacter + ")|(?<!" + wordCharacter + ")(?=" + wordCharacter + "))")
	case r == 'B':
		b.out.WriteString("(?:(?<=" + wordCharacter + ")(?=" + wordCharacter + ")|(?<!" + wordCharacter + ")(?!" + wordCharacter + "))")
	case r == 'A':
		b.out.WriteString(`\A`)
	case r == 'z' || r == 'Z':
		b.out.WriteString(endOfText)
	case classes[r] != "":
		b.out.WriteString("[" + classes[r] + "]")
	case classes[lower] != "":
		b.out.WriteString("[^" + classes[lower] + "]")
	default:
		literal, err := escaped(r)
		if err != nil {
			return err
		}
		writeLiteral(&b.out, literal, true)
	}
	return nil
}

// escaped is the character that an escape stands for.
func escaped(r rune) (rune, error) {
	if character, known := characters[r]; known {
		return character, nil
	}
	if r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' || r >= utf8.RuneSelf {
		return 0, fmt.Errorf("in a pattern with lookaround or back references, \\%c is not supported", r)
	}
	return r, nil
}

// class reads a set of characters in brackets.
func (b *backtracker) class() error {
	b.out.WriteByte('[')
	if rest, negated := strings.CutPrefix(b.rest, "^"); negated {
		b.rest = rest
		b.out.WriteByte('^')
	}
	for first := true; ; first = false {
		r, err := b.take()
		switch {
		case err != nil:
			return errors.New("missing closing ]")
		case r == ']' && !first:
			b.out.WriteByte(']')
			return nil
		case r == '[' && strings.HasPrefix(b.rest, ":"):
			return errors.New("in a pattern with lookaround or back references, [:…:] is not supported")
		case r == '\\':
			if r, err = b.take(); err != nil {
				return errors.New("missing closing ]")
			}
			if classes[r] != "" {
				b.out.WriteString(classes[r])
				continue
			}
			if r, err = escaped(r); err != nil {
				return err
			}
		}
		last, err := b.upTo(r)
		if err != nil {
			return err
		}
		writeRune(&b.out, r)
		if last != r {
			b.out.WriteByte('-')
			writeRune(&b.out, last)
		}
	}
}

// upTo reads the end of a range that begins with a character, if it begins one.
func (b *backtracker) upTo(first rune) (rune, error) {
	rest, ranged := strings.CutPrefix(b.rest, "-")
	if !ranged || strings.HasPrefix(rest, "]") {
		return first, nil
	}
	b.rest = rest
	last, err := b.take()
	if err == nil && last == '\\' {
		if last, err = b.take(); err == nil {
			last, err = escaped(last)
		}
	}
	switch {
	case err != nil:
		return 0, err
	case last < first:
		return 0, fmt.Errorf("%c-%c is no range", first, last)
	}
	return last, nil
}
