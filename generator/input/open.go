package input

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/schema"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// needed are the folders without which nobody can tell what to render.
func needed() []string {
	return []string{repository.Folder, render.ProtoFolder, schema.Folder}
}

// NotCheckedOut gives the files of a project that lie outside of a sparse checkout.
// Where one is among them that all else follows from, the error says what to type.
func NotCheckedOut(ctx context.Context, p *repository.Project) (map[string]bool, error) {
	away, err := p.Away(ctx)
	if err != nil {
		return nil, err
	}
	for _, folder := range needed() {
		for _, at := range slices.Sorted(maps.Keys(away)) {
			if strings.HasPrefix(at, folder+"/") {
				return nil, fmt.Errorf("%s lies outside of your sparse checkout, and what to render follows from it; run 'git sparse-checkout add %s'", at, folder)
			}
		}
	}
	return away, nil
}

// Last gives the Spec that the project was rendered from last; nil if
// nobody knows.
func Last(p *repository.Project) (*spec.Spec, error) {
	text, err := fs.ReadFile(p.FS(), render.SpecPath)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // nothing to compare with
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", render.SpecPath, err)
	}
	s, err := spec.Parse(render.SpecPath, text)
	if err != nil {
		return nil, fmt.Errorf("the Spec of the last render cannot be read; in the middle of a merge or rebase 'spacegen resolve' merges it; or else restore it from git: %w", err)
	}
	return s, nil
}

// Open opens the repository at dir and reads its Spec.
func Open(ctx context.Context, dir string) (*repository.Project, *spec.Spec, error) {
	p, err := repository.Open(ctx, dir)
	if err != nil {
		return nil, nil, err
	}
	_, err = NotCheckedOut(ctx, p)
	if err != nil {
		return nil, nil, errors.Join(err, p.Close())
	}
	s, err := spec.Parse(spec.FileName, p.SpecText)
	if err != nil {
		return nil, nil, errors.Join(err, p.Close())
	}
	return p, s, nil
}
