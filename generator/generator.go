// Package generator makes microservice repositories. It is what the commands
// of spacegen call, one function each, and can be used as a library.
package generator

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"

	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Generator renders Specs with one collection of template sets.
type Generator struct {
	version string
	digest  string
	sets    []*render.Set

	intercept func(what, path string) error // of tests: fails a step on the disk
}

// New loads the template sets that stand in fsys, one folder each. version is
// that of the binary, for the record.
func New(fsys fs.FS, version string) (*Generator, error) {
	g := &Generator{version: version}
	hash := sha256.New()
	for _, name := range []string{"service", "helm", "ci"} {
		set, err := render.LoadSet(fsys, name)
		if err != nil {
			return nil, err
		}
		g.sets = append(g.sets, set)
		if err := set.WriteDigest(hash); err != nil {
			return nil, err
		}
	}
	g.digest = "sha256:" + hex.EncodeToString(hash.Sum(nil))
	return g, nil
}

// Render gives the repository of a Spec, the Spec itself included.
func (g *Generator) Render(s *spec.Spec) (render.Tree, error) {
	tree, err := render.Render(s, g.sets...)
	if err != nil {
		return nil, err
	}
	schema, err := spec.Schema()
	if err != nil {
		return nil, fmt.Errorf("render %s: %w", spec.SchemaPath, err)
	}
	tree[spec.SchemaPath] = render.File{Body: schema, Mode: 0o644, Owner: render.Generated}
	tree[spec.FileName] = render.File{Body: spec.Emit(s), Mode: 0o644, Owner: render.Once}
	return tree, nil
}

// Create renders a Spec into a new repository at dir, which must not exist or
// be empty. What follows a repository's making is for Finish.
func (g *Generator) Create(ctx context.Context, s *spec.Spec, dir string) (render.Tree, error) {
	tree, err := g.Preview(s, dir)
	if err != nil {
		return nil, err
	}
	return tree, repository.Create(ctx, dir, tree, g.version, g.digest)
}

// Preview is Create without writing anything: the files that it would write.
func (g *Generator) Preview(s *spec.Spec, dir string) (render.Tree, error) {
	if err := repository.Vacant(dir); err != nil {
		return nil, err
	}
	return g.Render(s)
}

// protoFolder is where an emitted repository keeps its protos.
const protoFolder = "proto"
