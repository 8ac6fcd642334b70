package generator

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"go.yaml.in/yaml/v3"

	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Starter is code that a repository begins with beyond what is rendered: an
// example, or what a kind of repository is about. It is the user's from the
// start, so that updates merge with it as with whatever else people wrote.
type Starter struct {
	Name        string
	Description string // one sentence
	Own         render.Input

	spec []byte // what spacegen.yaml says beside the name
}

// Spec gives the starter's Spec for a repository of a name, as it stands:
// without defaults.
func (st *Starter) Spec(name string) (*spec.Spec, error) {
	s, err := spec.Decode(path.Join(render.StarterFolder, st.Name, "starter.yaml"), st.spec)
	if err != nil {
		return nil, err
	}
	s.Name = name
	return s, nil
}

// Starters lists the names of all starters.
func (g *Generator) Starters() ([]string, error) {
	entries, err := fs.ReadDir(g.starters, ".")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// Starter reads the starter of a name. The error is fs.ErrNotExist if there is
// none.
func (g *Generator) Starter(name string) (*Starter, error) {
	text, err := fs.ReadFile(g.starters, path.Join(name, "starter.yaml"))
	if err != nil {
		return nil, fmt.Errorf("read the starter %s: %w", name, err)
	}
	var doc struct {
		Description string    `yaml:"description"`
		Spec        yaml.Node `yaml:"spec"`
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&doc); err != nil {
		return nil, fmt.Errorf("read the starter %s: %w", name, err)
	}
	st := &Starter{Name: name, Description: doc.Description}
	if st.spec, err = yaml.Marshal(&doc.Spec); err != nil {
		return nil, fmt.Errorf("read the starter %s: %w", name, err)
	}
	if st.Own.Protos, err = g.starterProtos(name); err != nil {
		return nil, err
	}
	files := path.Join(name, "files")
	if _, err := fs.Stat(g.starters, files); errors.Is(err, fs.ErrNotExist) {
		return st, nil // an API alone
	}
	st.Own.Starter, err = fs.Sub(g.starters, files)
	return st, err
}

func (g *Generator) starterProtos(name string) (protofile.Sources, error) {
	folder := path.Join(name, render.ProtoFolder)
	if _, err := fs.Stat(g.starters, folder); errors.Is(err, fs.ErrNotExist) {
		return protofile.Sources{}, nil
	}
	root, err := fs.Sub(g.starters, folder)
	if err != nil {
		return nil, err
	}
	return protofile.ReadSources(root)
}
