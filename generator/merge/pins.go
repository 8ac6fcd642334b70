package merge

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/render"
)

// A pin is a version of something that others make, as a file names it: an
// action, an image, a package of npm. Dependabot and its like bump them, and
// that is nobody's edit: of two the newest wins.
type pin struct {
	of    string // what is pinned
	text  string // how: the version, and the remark that goes with it
	at    int    // where that begins
	order []int  // the version's numbers; nil if it has none that can be compared
	rest  string // what follows them: -bookworm, -rc.1
}

// pinned finds the pins of a kind of file: what is pinned, and how.
func pinned(p string) *regexp.Regexp {
	base, ext := path.Base(p), path.Ext(p)
	switch {
	case strings.HasPrefix(p, ".github/workflows/") && (ext == ".yaml" || ext == ".yml"):
		return regexp.MustCompile(`(?m)^[ \t]*(?:- )?(?:uses: ['"]?([\w.-]+/[\w./-]+)@|image: ['"]?([\w.-]+(?:[:/][\w./-]+)*):)([^\s'"]+['"]?(?:[ \t]*#[^\n]*)?)`)
	case base == "Dockerfile":
		return regexp.MustCompile(`(?mi)^FROM[ \t]+(?:--platform=\S+[ \t]+)?()([\w.-]+(?:[:/][\w./-]+)*):([^\s]+)`)
	case base == "package.json":
		return regexp.MustCompile(`(?m)^[ \t]*"(@?[\w./-]+)()": "([~^]?\d+\.\d+\.\d+[\w.+-]*)"`)
	default:
		return nil
	}
}

// remark is a version in words, beside a commit: # v4.2.0.
var remark = regexp.MustCompile(`#.*?\bv?(\d+(?:\.\d+)*)([\w.+-]*)`)

// version is a version by itself: v4, 1.26.11-bookworm, 17@sha256:….
var version = regexp.MustCompile(`^[~^]?v?(\d+(?:\.\d+)*)((?:[-+_.]?[A-Za-z][\w.+-]*)?)`)

// commit is what names one commit, or one image, and no version.
var commit = regexp.MustCompile(`^(?:[0-9a-f]{40}|[0-9a-f]{64})\b`)

func pinsOf(p string, text []byte) []pin {
	find := pinned(p)
	if find == nil {
		return nil
	}
	var pins []pin
	for _, m := range find.FindAllSubmatchIndex(text, -1) {
		name := ""
		for _, group := range []int{2, 4} {
			if m[group] >= 0 {
				name += string(text[m[group]:m[group+1]])
			}
		}
		one := pin{of: name, at: m[6], text: strings.TrimRight(string(text[m[6]:m[7]]), " \t\r")}
		one.order, one.rest = order(one.text)
		pins = append(pins, one)
	}
	return pins
}

// order gives the numbers of a version, which can be compared, and what follows.
func order(text string) (numbers []int, rest string) {
	found := version.FindStringSubmatch(text)
	if commit.MatchString(text) {
		found = remark.FindStringSubmatch(text)
	}
	if found == nil {
		return nil, ""
	}
	for number := range strings.SplitSeq(found[1], ".") {
		n, err := strconv.Atoi(number)
		if err != nil {
			return nil, ""
		}
		numbers = append(numbers, n)
	}
	return numbers, found[2]
}

// newer reports whether a pin is newer than another of the same. Versions of
// another kind, as 1.26-alpine is of 1.26-bookworm, cannot be compared, nor can 17
// with 17.2: that may be the same.
func (a pin) newer(b pin) bool {
	if a.order == nil || b.order == nil || a.rest != b.rest {
		return false
	}
	n := min(len(a.order), len(b.order))
	return slices.Compare(a.order[:n], b.order[:n]) > 0 || len(a.order) == len(b.order) && slices.Compare(a.order, b.order) > 0
}

// newest gives of each thing that a text pins the newest pin.
func newest(pins []pin) map[string]pin {
	all := map[string]pin{}
	for _, one := range pins {
		if have, there := all[one.of]; !there || one.newer(have) {
			all[one.of] = one
		}
	}
	return all
}

// repin gives a text with other pins, where choose has some.
func repin(p string, text []byte, choose func(pin) pin) []byte {
	var out []byte
	end := 0
	for _, one := range pinsOf(p, text) {
		out = append(out, text[end:one.at]...)
		out = append(out, choose(one).text...)
		end = one.at + len(one.text)
	}
	return append(out, text[end:]...)
}

// keepNewer gives theirs with those pins of ours that are newer.
func keepNewer(p string, theirs, ours []byte) []byte {
	have := newest(pinsOf(p, ours))
	return repin(p, theirs, func(one pin) pin {
		if other, there := have[one.of]; there && other.newer(one) {
			return other
		}
		return one
	})
}

// chosen reports whether ours has a pin that is neither newer nor older than that
// of theirs: somebody chose it.
func chosen(p string, ours, theirs []byte) bool {
	wanted := newest(pinsOf(p, theirs))
	for of, have := range newest(pinsOf(p, ours)) {
		if want, there := wanted[of]; there && have.text != want.text && !have.newer(want) && !want.newer(have) {
			return true
		}
	}
	return false
}

// unpinned gives a text without what is said of versions in it.
func unpinned(p string, text []byte) []byte {
	return repin(p, text, func(pin) pin { return pin{} })
}

// Bare is the hash of a generated file without its pins; empty if it has none.
// Of others there is a base to compare with.
func Bare(p string, file render.File) string {
	if file.Owner != render.Generated || len(pinsOf(p, file.Body)) == 0 {
		return ""
	}
	return Hash(unpinned(p, file.Body))
}

// agree has three sides of a file agree on their pins, so that these are no
// conflict: who alone changed one has his way, and of two changes the newer wins.
// Where they cannot be compared they stay as they are.
func agree(p string, s sides) sides {
	base, ours, theirs := newest(pinsOf(p, s.base)), newest(pinsOf(p, s.ours)), newest(pinsOf(p, s.theirs))
	choose := func(one pin) pin {
		b, o, t := base[one.of], ours[one.of], theirs[one.of]
		switch {
		case o.text == "" || t.text == "" || o.text == t.text:
			return one
		case o.text == b.text, t.text != b.text && t.newer(o):
			return t
		case t.text == b.text, o.newer(t):
			return o
		default:
			return one
		}
	}
	return sides{base: repin(p, s.base, choose), ours: repin(p, s.ours, choose), theirs: repin(p, s.theirs, choose)}
}
