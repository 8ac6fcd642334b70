package report

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/cloudforet-io/spacegen/generator/input"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A HandEdit is what people did to a file since spacegen wrote it.
type HandEdit struct {
	Path    string
	Deleted bool
	Moved   string // where the file stands now, if it was moved
	Lost    bool   // its base is missing, so that nobody can tell
	Base    []byte
	Ours    []byte
}

// HandEdits lists what was changed by hand in the repository at dir, sorted by
// path.
func HandEdits(ctx context.Context, dir string) (edits []HandEdit, err error) {
	p, err := repository.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	away, err := input.NotCheckedOut(ctx, p)
	if err != nil {
		return nil, err
	}
	if err := p.CheckLock(); err != nil {
		return nil, err
	}
	records, err := p.Records()
	if err != nil {
		return nil, err
	}
	delete(records, spec.FileName)
	ours, err := p.Ours(records, nil)
	if err != nil {
		return nil, err
	}
	for _, at := range slices.Sorted(maps.Keys(records)) {
		record := records[at]
		where := at
		if record.At != "" {
			where = record.At
		}
		if away[where] {
			continue // nobody deleted it
		}
		file, there := ours[where]
		edit := HandEdit{Path: at, Moved: record.At, Deleted: !there, Lost: record.Lost, Base: record.Base, Ours: file.Body}
		if !there || record.Lost || record.At != "" || !record.Pristine(at, file.Body) {
			edits = append(edits, edit)
		}
	}
	return edits, nil
}
