// Package secrets finds what looks like a secret in files that reach others: those of
// config/, which are compiled into the image, and those of the chart, which become
// ConfigMaps.
package secrets

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Allowed is the comment that says of a value that it is none, at the end of its line.
const Allowed = "# not a secret"

// A Secret is a value that looks like one.
type Secret struct {
	Path  string
	Line  int
	Key   string // as a path of keys: GLOBAL.TOKEN
	Looks string // why it was taken for one
	Goes  string // what becomes of the file
}

// folders are where configuration lies, and what becomes of it.
var folders = []struct{ at, goes string }{
	{"config", "the image"},
	{"deploy/helm/config", "a ConfigMap"},
}

// Find looks through a repository.
func Find(fsys fs.FS) ([]Secret, error) {
	var found []Secret
	for _, folder := range folders {
		err := fs.WalkDir(fsys, folder.at, func(p string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return fs.SkipAll
			}
			if err != nil || !d.Type().IsRegular() || !slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(p)) {
				return err
			}
			text, err := fs.ReadFile(fsys, p)
			if err != nil {
				return err
			}
			for _, s := range In(text) {
				s.Path, s.Goes = p, folder.goes
				found = append(found, s)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("look for secrets: %w", err)
		}
	}
	return found, nil
}

// control is a line that is for the template engine of Helm alone.
var control = regexp.MustCompile(`(?m)^[ \t]*\{\{-?.*\}\}[ \t]*$`)

// In looks through one file of configuration. What is no YAML is read line by line.
func In(text []byte) []Secret {
	finder := &finder{lines: strings.Split(string(text), "\n")}
	dec := yaml.NewDecoder(strings.NewReader(control.ReplaceAllString(string(text), "")))
	for {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return finder.found
		}
		if err != nil {
			finder.found = nil
			finder.lineByLine()
			return finder.found
		}
		finder.node(&doc, nil)
	}
}

type finder struct {
	lines []string
	found []Secret
}

func (f *finder) node(n *yaml.Node, at []string) {
	switch n.Kind {
	case yaml.DocumentNode, yaml.SequenceNode:
		for _, inner := range n.Content {
			f.node(inner, at)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			below := append(slices.Clone(at), key.Value)
			if services.MatchString(key.Value) {
				f.addresses(value, below)
			} else {
				f.node(value, below)
			}
		}
	case yaml.ScalarNode:
		name := ""
		if len(at) > 0 {
			name = at[len(at)-1]
		}
		f.value(name, n.Value, n.ShortTag(), n.Line, at)
	case yaml.AliasNode: // of a value that is looked at where it stands
	}
}

// addresses are values by the names of services, of which one may be called secret.
func (f *finder) addresses(n *yaml.Node, at []string) {
	for _, inner := range n.Content {
		if inner.Kind == yaml.ScalarNode {
			f.value("", inner.Value, inner.ShortTag(), inner.Line, at)
		} else {
			f.node(inner, at)
		}
	}
}

func (f *finder) value(name, value, tag string, line int, at []string) {
	looks := like(name, value, tag)
	if looks == "" || f.allowed(line) {
		return
	}
	f.found = append(f.found, Secret{Line: line, Key: strings.Join(at, "."), Looks: looks})
}

// allowed reports whether the line of a value, or the one above, says that it is none.
func (f *finder) allowed(line int) bool {
	for _, i := range []int{line - 1, line - 2} {
		if i >= 0 && i < len(f.lines) {
			text := strings.TrimSpace(f.lines[i])
			if strings.HasSuffix(text, Allowed) && (i == line-1 || text == Allowed) {
				return true
			}
		}
	}
	return false
}

// pair is a key with its value on one line.
var pair = regexp.MustCompile(`^[\s{,-]*["']?([A-Za-z0-9_.-]+)["']?\s*:\s*["']?([^"',}]*)`)

func (f *finder) lineByLine() {
	for i, line := range f.lines {
		name, value := "", line
		if m := pair.FindStringSubmatch(line); m != nil {
			name, value = m[1], strings.TrimSpace(m[2])
		}
		f.value(name, value, "!!str", i+1, []string{name})
	}
}

// services is a key below which stand addresses by the names of services.
var services = regexp.MustCompile(`(?i)^(endpoints|services)$`)

var (
	names   = regexp.MustCompile(`(?i)^(.+_)?(password|passwd|pwd|token|secret|secret_key|secret_data|secret_access_key|api_key|apikey|access_key|private_key|credential|credentials|authorization)$`)
	humps   = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	pem     = regexp.MustCompile(`-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----`)
	jwt     = regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*`)
	inURL   = regexp.MustCompile(`://[^/@\s:]*:([^/@\s]+)@`)
	refers  = regexp.MustCompile(`^(\$\{[^}]*\}|\$[A-Za-z_]\w*|\{\{.*\}\}|<[^>]*>|…|\*+|x{3,})$`)
	commons = []string{"!!bool", "!!null"}
)

// like says why a value looks like a secret; empty where it doesn't.
func like(name, value, tag string) string {
	value = strings.TrimSpace(value)
	key := strings.ReplaceAll(humps.ReplaceAllString(name, "${1}_${2}"), "-", "_")
	switch url := inURL.FindStringSubmatch(value); {
	case value == "" || refers.MatchString(value) || slices.Contains(commons, tag):
		return ""
	case pem.MatchString(value):
		return "it is a private key"
	case jwt.MatchString(value):
		return "it is a token (a JWT)"
	case url != nil && !refers.MatchString(url[1]):
		return "there is a password in the URL"
	case names.MatchString(key):
		return "it is called " + name
	default:
		return ""
	}
}
