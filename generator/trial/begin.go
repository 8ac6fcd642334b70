package trial

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"text/template"

	"golang.org/x/mod/semver"

	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Beginning is what a new overlay is made of.
type Beginning struct {
	Name     string
	Version  string // of spacegen
	Skeleton fs.FS  // files of the repository, templates with the delimiters <% %>
	Under    fs.FS  // the template sets of spacegen
}

// The template of spacegen's that a new overlay overrides: its text with a line behind it.
const (
	exampleOverride = "ci/github/pull_request_template.md.tmpl"
	exampleLine     = "- [ ] The team [[ .Values.team ]] knows of it\n"
)

// Write makes the repository of a new overlay at dir, which must not exist or be empty.
func (b Beginning) Write(ctx context.Context, dir string) error {
	if err := spec.CheckOverlayName(b.Name); err != nil {
		return err
	}
	if err := repository.Vacant(dir); err != nil {
		return err
	}
	about := struct{ Name, Version, Override string }{b.Name, b.Version, exampleOverride}
	if !semver.IsValid(b.Version) || semver.Build(b.Version) != "" {
		about.Version = "" // nobody can fetch it
	}
	files := map[string][]byte{}
	err := fs.WalkDir(b.Skeleton, ".", func(at string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(b.Skeleton, at)
		if err != nil {
			return err
		}
		t, err := template.New(at).Delims("<%", "%>").Parse(string(text))
		if err != nil {
			return err
		}
		var out bytes.Buffer
		err = t.Execute(&out, about)
		files[at] = out.Bytes()
		return err
	})
	if err != nil {
		return fmt.Errorf("make the overlay %s: %w", b.Name, err)
	}
	base, err := fs.ReadFile(b.Under, exampleOverride)
	if err != nil {
		return fmt.Errorf("make the overlay %s: %w", b.Name, err)
	}
	files[path.Join(render.BaseFolder, exampleOverride)] = base
	files[exampleOverride] = append(bytes.Clone(base), exampleLine...)
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // a source tree is for everyone to read
		return fmt.Errorf("make the overlay %s: %w", b.Name, err)
	}
	return repository.Write(ctx, dir, files)
}
