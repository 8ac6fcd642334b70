package spec

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// offset gives the place of a node in bytes. YAML counts columns in
// characters.
func (d *document) offset(n *yaml.Node) int {
	at := 0
	for range n.Line - 1 {
		at = d.lineEnd(at)
	}
	if at == 0 && bytes.HasPrefix(d.data, []byte("\ufeff")) {
		at = len("\ufeff")
	}
	for i := 1; i < n.Column && at < len(d.data); i++ {
		_, size := utf8.DecodeRune(d.data[at:])
		at += size
	}
	return at
}

// lineEnd gives the beginning of the line after the one that at stands in.
func (d *document) lineEnd(at int) int {
	if i := bytes.IndexByte(d.data[min(at, len(d.data)):], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(d.data)
}

// lineStart gives the beginning of the line that at stands in.
func (d *document) lineStart(at int) int {
	return bytes.LastIndexByte(d.data[:at], '\n') + 1
}

// lineBefore gives the beginning of the line before the one that begins at at.
func (d *document) lineBefore(at int) int { return d.lineStart(max(at-1, 0)) }

// lineAt gives the line that begins at at.
func (d *document) lineAt(at int) string { return string(d.data[at:d.lineEnd(at)]) }

// end gives the place behind a value that stands on one line or in brackets.
func (d *document) end(n *yaml.Node) (int, error) {
	start := d.offset(n)
	rest := d.data[start:]
	switch {
	case len(rest) == 0:
		return 0, errLayout
	case n.Kind == yaml.ScalarNode && n.Style == 0 && bytes.HasPrefix(rest, []byte(n.Value)):
		return start + len(n.Value), nil
	case n.Kind == yaml.ScalarNode && (rest[0] == '"' || rest[0] == '\''):
		if size := quotedSize(rest); size > 0 {
			return start + size, nil
		}
	case n.Kind != yaml.ScalarNode && (rest[0] == '[' || rest[0] == '{'):
		if size := bracketSize(rest); size > 0 {
			return start + size, nil
		}
	}
	return 0, errLayout
}

// quotedSize gives the size of the quoted text that s begins with, 0 if it
// does not end.
func quotedSize(s []byte) int {
	mark := s[0]
	for i := 1; i < len(s); i++ {
		switch {
		case mark == '"' && s[i] == '\\':
			i++
		case s[i] != mark:
		case mark == '\'' && i+1 < len(s) && s[i+1] == mark:
			i++
		default:
			return i + 1
		}
	}
	return 0
}

// bracketSize gives the size of the value in brackets that s begins with, 0
// if it does not end.
func bracketSize(s []byte) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		begins := i > 0 && strings.IndexByte(" \t\n[{,:", s[i-1]) >= 0
		switch c := s[i]; {
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		case (c == '"' || c == '\'') && begins:
			size := quotedSize(s[i:])
			if size == 0 {
				return 0
			}
			i += size - 1
		case c == '#' && begins:
			line := bytes.IndexByte(s[i:], '\n')
			if line < 0 {
				return 0
			}
			i += line
		}
	}
	return 0
}

// blockEnd gives the end of the lines that belong to the block which begins
// with the line at start and whose keys stand depth spaces deep. Blank lines
// and comments that only follow it do not belong to it.
func (d *document) blockEnd(start, depth int) int {
	end := d.lineEnd(start)
	for at := end; at < len(d.data); at = d.lineEnd(at) {
		line := strings.TrimRight(d.lineAt(at), " \t\r\n")
		body := strings.TrimLeft(line, " ")
		indentation := len(line) - len(body)
		switch {
		case body == "":
			continue
		case strings.HasPrefix(body, "#") && indentation < depth:
			continue
		case indentation < depth:
			return end
		}
		end = d.lineEnd(at)
	}
	return end
}

// itemLines gives the lines of an item of a block list, with the comment
// right above unless it is the first.
func (d *document) itemLines(list *yaml.Node, i int) (start, end int) {
	depth := list.Column - 1 // of the dashes
	start = d.lineStart(d.offset(list.Content[i]))
	for !d.dashed(start, depth) && start > 0 {
		start = d.lineBefore(start)
	}
	end = d.blockEnd(start, depth+1)
	for before := d.lineBefore(start); i > 0 && start > 0; before = d.lineBefore(start) {
		line := d.lineAt(before)
		if !strings.HasPrefix(strings.TrimLeft(line, " "), "#") {
			break
		}
		start = before
	}
	return start, end
}

// dashed reports whether the line at at begins an item at a depth.
func (d *document) dashed(at, depth int) bool {
	line := d.lineAt(at)
	return strings.HasPrefix(line, strings.Repeat(" ", depth)+"-")
}
