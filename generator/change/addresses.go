package change

import (
	"context"
	"fmt"
	"io/fs"
	"slices"

	"github.com/cloudforet-io/spacegen/generator/input"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Point edits the services that the frontend at dir leads to: lines of its
// configuration, in which people write. edit gives a word on what it did.
func (r *Release) Point(ctx context.Context, dir string, edit func(*spec.Addresses) (string, error), o Options) (*Report, error) {
	o.point = edit
	return r.change(ctx, dir, nil, o, true)
}

// pointed gives the change of the configuration that edit makes, if there is one.
func pointed(p *repository.Project, records map[string]merge.Record, edit func(*spec.Addresses) (string, error)) ([]merge.Change, error) {
	if edit == nil {
		return nil, nil
	}
	at := input.FrontendConfig
	if moved := records[at].At; moved != "" {
		at = moved
	}
	text, err := fs.ReadFile(p.FS(), at)
	if err != nil {
		return nil, fmt.Errorf("read %s, which says what the frontend leads to: %w", at, err)
	}
	addresses, err := spec.OpenAddresses(at, text)
	if err != nil {
		return nil, err
	}
	note, err := edit(addresses)
	if err != nil {
		return nil, err
	}
	now := addresses.Bytes()
	if slices.Equal(now, text) {
		return nil, nil
	}
	return []merge.Change{{Path: at, Action: merge.Update, Note: note, Write: true, Lines: true, Body: now, Ours: text}}, nil
}
