package merge

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"

	"github.com/cloudforet-io/spacegen/generator/render"
)

// managed merges a file that people edit.
func (m *merger) managed(p string, record Record, known bool, ours File, theirs render.File) error {
	if record.Owner == render.Generated && record.Base == nil {
		if record.Lost = Hash(ours.Body) != record.Hash; !record.Lost {
			record.Base = ours.Body // it was spacegen's alone, and is what was rendered
		}
	}
	ourText, ourStyle := normalise(ours.Body)
	theirText, _ := normalise(theirs.Body)
	baseText, _ := normalise(record.Base)
	mode := mergeMode(record.Mode, ours.Mode, theirs.Mode, known)
	change := FileChange{Path: p, Mode: mode, Base: record.Base, Ours: ours.Body, Theirs: theirs.Body}
	two := !known || record.Lost // there is no base to compare with

	switch {
	case bytes.Equal(ourText, theirText):
		m.chmod(change, ours, mode)
		return nil
	case known && record.Hash == Hash(theirs.Body): // only people changed it
		m.chmod(change, ours, mode)
		return nil
	case !two && bytes.Equal(ourText, baseText): // only the template changed it
		change.Action, change.Write, change.Body = Update, true, ourStyle.restore(theirText)
		m.add(change)
		return nil
	case match(m.Options.Ours, p):
		m.add(FileChange{Path: p, Action: Keep, Note: "as --ours says"})
		return nil
	case match(m.Options.Theirs, p):
		change.Action, change.Write, change.Loses = Update, true, true
		change.Body, change.Note = ourStyle.restore(theirText), "as --theirs says"
		m.add(change)
		return nil
	case binary(ours.Body) || binary(theirs.Body) || binary(record.Base):
		change.Action, change.Note, change.Beside = Conflict, "both changed a binary file; yours stays", theirs.Body
		m.add(change)
		return nil
	}
	change.Note = reason(known, record.Lost)
	return m.texts(change, two, sides{base: baseText, ours: ourText, theirs: theirText}, ourStyle)
}

func reason(known, lost bool) string {
	switch {
	case !known:
		return "you have a file of this name"
	case lost:
		return "its base is missing, so that it could not be compared with what was rendered before"
	default:
		return ""
	}
}

// texts merges three texts by the driver that knows their kind.
func (m *merger) texts(change FileChange, two bool, s sides, style style) error {
	if two {
		s.base = nil
	}
	merged, conflict, err := drive(m.ctx, change.Path, agree(change.Path, s), m.labels())
	if err != nil {
		return err
	}
	change.Action, change.Write, change.Body = Merge, true, style.restore(merged)
	if path.Base(change.Path) == npmLockFile && !conflict && change.Note == "" {
		change.Note = "merged package by package; 'npm install --package-lock-only' in its folder settles what they need of each other"
	}
	if conflict {
		change.Action = Conflict
	} else if bytes.Equal(change.Body, change.Ours) {
		return nil // the template only caught up with what people had done
	}
	m.add(change)
	return nil
}

func (m *merger) labels() labels { return labels{ours: "yours", base: m.Old, theirs: m.New} }

// chmod adopts a mode that only the template changed.
func (m *merger) chmod(change FileChange, ours File, mode fs.FileMode) {
	if ours.Mode != mode {
		m.add(FileChange{Path: change.Path, Action: Update, Note: "mode " + mode.String(), Write: true, Body: ours.Body, Mode: mode})
	}
}

// mergeMode merges three modes by their one bit that counts, as git does:
// whether the file can be executed. The rest is the user's.
func mergeMode(base, ours, theirs fs.FileMode, known bool) fs.FileMode {
	executable := func(mode fs.FileMode) bool { return mode&0o100 != 0 }
	wanted := executable(ours)
	if known && executable(base) == executable(ours) {
		wanted = executable(theirs)
	}
	switch {
	case wanted == executable(ours):
		return ours
	case wanted:
		return ours | ours&0o444>>2 // whoever may read may execute
	default:
		return ours &^ 0o111
	}
}

// A style is what of a text is not its content.
type style struct{ bom, crlf bool }

var utf8BOM = []byte("\xef\xbb\xbf")

// normalise gives a text with plain line ends and without a byte order mark.
func normalise(text []byte) ([]byte, style) {
	if binary(text) {
		return text, style{}
	}
	rest, bom := bytes.CutPrefix(text, utf8BOM)
	lines := bytes.Count(rest, []byte("\n"))
	// A text of mixed line ends is left as it is: its lines differ on purpose.
	crlf := lines > 0 && bytes.Count(rest, []byte("\r\n")) == lines
	if crlf {
		rest = bytes.ReplaceAll(rest, []byte("\r\n"), []byte("\n"))
	}
	return rest, style{bom: bom, crlf: crlf}
}

func (s style) restore(text []byte) []byte {
	if s.crlf {
		text = bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
	}
	if s.bom {
		text = append(bytes.Clone(utf8BOM), text...)
	}
	return text
}

// binary reports whether a file is no text, by git's rule: a NUL in the first
// 8,000 bytes.
func binary(body []byte) bool { return bytes.IndexByte(body[:min(len(body), 8000)], 0) >= 0 }

// isGenerated reports whether a file says that it is nobody's to edit.
func isGenerated(body []byte) bool {
	first, _, _ := bytes.Cut(body, []byte("\n"))
	return bytes.Contains(first, []byte("Code generated by spacegen"))
}

// Hash is the digest by which records know a file: SHA-256 in hexadecimal.
func Hash(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}
