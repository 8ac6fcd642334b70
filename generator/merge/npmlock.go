package merge

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
)

// npmLockFile is where npm writes down what it installed.
const npmLockFile = "package-lock.json"

// errNoNPMLock says that a text is no package-lock.json that can be merged.
var errNoNPMLock = errors.New("no package-lock.json with packages")

// mergeNPMLock merges what npm locked, package by package: who alone changed one
// has his way, and of two changes the newer version wins. It fails where that
// does not decide it.
func mergeNPMLock(s sides) ([]byte, error) {
	base, err := readNPMLock(s.base)
	if err != nil {
		return nil, err
	}
	ours, err := readNPMLock(s.ours)
	if err != nil {
		return nil, err
	}
	theirs, err := readNPMLock(s.theirs)
	if err != nil {
		return nil, err
	}
	if ours.around != theirs.around {
		return nil, errNoNPMLock
	}
	merged := npmLock{around: ours.around, packages: map[string]string{}}
	names := slices.Concat(slices.Collect(maps.Keys(ours.packages)), slices.Collect(maps.Keys(theirs.packages)))
	for _, name := range names {
		locked, stays, err := mergeLocked(name, base.packages, ours.packages, theirs.packages)
		if err != nil {
			return nil, err
		}
		if stays {
			merged.packages[name] = locked
		}
	}
	return merged.text(), nil
}

// mergeLocked merges one package; stays says whether it is needed still.
func mergeLocked(name string, base, ours, theirs map[string]string) (locked string, stays bool, err error) {
	b, o, t := base[name], ours[name], theirs[name]
	switch {
	case o == t, t == b:
		return o, o != "", nil
	case o == b:
		return t, t != "", nil
	case o == "" || t == "":
		return o + t, true, nil // one dropped what the other bumped
	case name == "": // the repository itself, as package.json has it
		agreed := agree("package.json", sides{[]byte(b), []byte(o), []byte(t)})
		switch {
		case bytes.Equal(agreed.ours, agreed.theirs), bytes.Equal(agreed.theirs, agreed.base):
			return string(agreed.ours), true, nil
		case bytes.Equal(agreed.ours, agreed.base):
			return string(agreed.theirs), true, nil
		}
		return "", false, errNoNPMLock
	}
	have, want := lockedVersion(o), lockedVersion(t)
	switch {
	case have.newer(want):
		return o, true, nil
	case want.newer(have):
		return t, true, nil
	default:
		return "", false, errNoNPMLock
	}
}

func lockedVersion(entry string) (one pin) {
	var of struct {
		Version string `json:"version"`
	}
	if json.Unmarshal([]byte(entry), &of) == nil {
		one.order, one.rest = order(of.Version)
	}
	return one
}

// An npmLock is a package-lock.json: its packages, each in its own words, and what
// stands around them.
type npmLock struct {
	around   string
	packages map[string]string
}

func readNPMLock(text []byte) (npmLock, error) {
	var of struct {
		Packages map[string]json.RawMessage `json:"packages"`
	}
	before, rest, found := bytes.Cut(text, []byte("\n  \"packages\": {\n"))
	if err := json.Unmarshal(text, &of); err != nil || !found || !bytes.HasSuffix(rest, []byte("\n  }\n}\n")) {
		return npmLock{}, errNoNPMLock
	}
	lock := npmLock{around: string(before), packages: map[string]string{}}
	for name, entry := range of.Packages {
		lock.packages[name] = string(entry)
	}
	if !bytes.Equal(lock.text(), text) {
		return npmLock{}, errNoNPMLock // it is not as npm writes it
	}
	return lock, nil
}

func (l npmLock) text() []byte {
	var out bytes.Buffer
	out.WriteString(l.around + "\n  \"packages\": {")
	for i, name := range slices.Sorted(maps.Keys(l.packages)) {
		if i > 0 {
			out.WriteByte(',')
		}
		quoted, err := json.Marshal(name)
		if err != nil {
			return nil // a string is never refused
		}
		out.WriteString("\n    " + string(quoted) + ": " + l.packages[name])
	}
	out.WriteString("\n  }\n}\n")
	return out.Bytes()
}
