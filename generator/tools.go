package generator

import (
	"context"
	"fmt"
	"os"

	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Tools are the plugins that make code of protos, built once for many
// repositories.
type Tools struct {
	folder  string
	plugins []protofile.Plugin
}

// NewTools builds the plugins. Close deletes them.
func NewTools(ctx context.Context) (*Tools, error) {
	folder, err := os.MkdirTemp("", "spacegen-tools-")
	if err != nil {
		return nil, fmt.Errorf("install the plugins: %w", err)
	}
	t := &Tools{folder: folder}
	if t.plugins, err = protofile.Install(ctx, folder, protofile.Plugins("")); err != nil {
		_ = t.Close() // the first error says it
		return nil, err
	}
	return t, nil
}

// Close deletes the plugins.
func (t *Tools) Close() error { return os.RemoveAll(t.folder) }

// Proto is the package's Proto with these plugins.
func (t *Tools) Proto(ctx context.Context, s *spec.Spec, dir string) error {
	sources, err := readProtos(ctx, dir, s)
	if err != nil {
		return err
	}
	plugins := protofile.Plugins(s.ServiceName().Kebab())
	for i := range plugins {
		plugins[i].Binary = t.plugins[i].Binary
	}
	return proto(ctx, s, dir, sources, plugins, func(string) {})
}
