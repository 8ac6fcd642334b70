package change

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/cloudforet-io/spacegen/generator/input"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// readdressed gives the change of a frontend's configuration that edit makes, if there is
// one: of lines that people write.
func readdressed(p *repository.Project, records map[string]merge.Record, edit spec.AddressEdit) ([]merge.FileChange, error) {
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
	return []merge.FileChange{{Path: at, Action: merge.Update, Note: note, Write: true, Lines: true, Body: now, Ours: text}}, nil
}
