// Package protocode is gen/, the code that the protos of a repository become: it
// makes it, and holds it against them.
package protocode

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/input"
	"github.com/cloudforet-io/spacegen/generator/progress"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Tools are the plugins that make code of protos, as programs.
type Tools struct {
	plugins   []protofile.Plugin
	temporary string // the folder that goes with them, if there is one
}

// NewTools gives the plugins that the user's cache has, and builds those that it
// doesn't have yet; told hears of them. Where no such folder can be made
// they are built for this once. Close is to be called after the last use.
func NewTools(ctx context.Context, told progress.Func) (*Tools, error) {
	t := new(Tools)
	folder, err := pluginFolder()
	if err != nil {
		if folder, err = os.MkdirTemp("", "spacegen-plugins-"); err != nil {
			return nil, fmt.Errorf("install the plugins: %w", err)
		}
		t.temporary = folder
	}
	if t.plugins, err = protofile.Install(ctx, folder, protofile.Plugins(""), told); err != nil {
		_ = t.Close() // the first error says it
		return nil, err
	}
	return t, nil
}

// pluginFolder is where the plugins are kept from run to run.
func pluginFolder() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(cache, "spacegen", "plugins")
	return folder, os.MkdirAll(folder, 0o755) //nolint:gosec // programs, for everyone to run
}

// Close deletes plugins that were built for once.
func (t *Tools) Close() error {
	if t.temporary == "" {
		return nil
	}
	return os.RemoveAll(t.temporary)
}

// Make makes gen/ of the protos of the repository at dir, as they stand. progress
// is told of each step.
func (t *Tools) Make(ctx context.Context, s *spec.Spec, dir string, told progress.Func) error {
	sources, err := readProtos(ctx, dir, s)
	if err != nil {
		return err
	}
	files, err := t.Generate(ctx, s, sources, told)
	if err != nil {
		return err
	}
	if err := repository.Write(ctx, dir, files); err != nil {
		return err
	}
	// The code of protos that are gone goes with them.
	if err := repository.Clean(dir, Folder+"/go", []string{".pb.go", ".pb.gw.go"}, files); err != nil {
		return err
	}
	return repository.Write(ctx, dir, map[string][]byte{codeSum: sumOfCode(s, sources, files)})
}

// Generate gives what the protos of a Spec's repository become: path → content.
// told hears of each step.
func (t *Tools) Generate(ctx context.Context, s *spec.Spec, protos protofile.Sources, told progress.Func) (map[string][]byte, error) {
	plugins := protofile.Plugins(s.ServiceName().Kebab())
	for i := range plugins {
		plugins[i].Binary = t.plugins[i].Binary
	}
	return protofile.Generate(ctx, protos, s.Module, plugins, protofile.FactsOf(s), told)
}

// refuseAway refuses to make code of protos where it cannot be read or written.
func refuseAway(ctx context.Context, p *repository.Project) error {
	away, err := input.NotCheckedOut(ctx, p)
	for _, at := range slices.Sorted(maps.Keys(away)) {
		if strings.HasPrefix(at, Folder+"/") {
			return fmt.Errorf("%s lies outside of your sparse checkout, and would be written; run 'git sparse-checkout add %s'", at, Folder)
		}
	}
	return err
}

// Make makes gen/ of the protos of the repository at dir, as they stand. progress
// is told of each step.
func Make(ctx context.Context, s *spec.Spec, dir string, told progress.Func) (err error) {
	p, err := repository.Open(ctx, dir)
	if err != nil {
		return err
	}
	if err := errors.Join(refuseAway(ctx, p), p.Close()); err != nil {
		return err
	}
	tools, err := NewTools(ctx, told)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tools.Close()) }()
	return tools.Make(ctx, s, dir, told)
}

// readProtos gives the protos of the repository at dir, with those that its Spec
// refers to.
func readProtos(ctx context.Context, dir string, s *spec.Spec) (protofile.Sources, error) {
	sources, err := protofile.ReadSources(os.DirFS(filepath.Join(dir, render.ProtoFolder)))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", render.ProtoFolder, err)
	}
	_, err = input.AddReferenced(ctx, dir, s, sources)
	return sources, err
}
