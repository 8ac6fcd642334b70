package generator

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Tools are the plugins that make code of protos, as programs.
type Tools struct {
	plugins   []protofile.Plugin
	temporary string // the folder that goes with them, if there is one
}

// NewTools gives the plugins that the user's cache has, and builds those that it
// doesn't have yet; progress is told of them. Where no such folder can be made
// they are built for this once. Close is to be called after the last use.
func NewTools(ctx context.Context, progress func(step string)) (*Tools, error) {
	t := new(Tools)
	folder, err := pluginFolder()
	if err != nil {
		if folder, err = os.MkdirTemp("", "spacegen-plugins-"); err != nil {
			return nil, fmt.Errorf("install the plugins: %w", err)
		}
		t.temporary = folder
	}
	if t.plugins, err = protofile.Install(ctx, folder, protofile.Plugins(""), progress); err != nil {
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

// Proto makes gen/ of the protos of the repository at dir, as they stand. progress
// is told of each step.
func (t *Tools) Proto(ctx context.Context, s *spec.Spec, dir string, progress func(step string)) error {
	sources, err := readProtos(ctx, dir, s)
	if err != nil {
		return err
	}
	files, err := t.Generate(ctx, s, sources, progress)
	if err != nil {
		return err
	}
	if err := repository.Write(ctx, dir, files); err != nil {
		return err
	}
	// The code of protos that are gone goes with them.
	if err := repository.Clean(dir, codeFolder+"/go", []string{".pb.go", ".pb.gw.go"}, files); err != nil {
		return err
	}
	return repository.Write(ctx, dir, map[string][]byte{codeSum: sumOfCode(s, sources, files)})
}

// Generate gives what the protos of a Spec's repository become: path → content.
// progress is told of each step.
func (t *Tools) Generate(ctx context.Context, s *spec.Spec, protos protofile.Sources, progress func(step string)) (map[string][]byte, error) {
	plugins := protofile.Plugins(s.ServiceName().Kebab())
	for i := range plugins {
		plugins[i].Binary = t.plugins[i].Binary
	}
	return protofile.Generate(ctx, protos, s.Module, plugins, progress)
}
