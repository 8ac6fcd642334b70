package change

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
)

// bring adds files to the protos of a project. One that is there already, and
// is another, is an error.
func bring(p *repository.Project, files, own protofile.Sources) ([]merge.FileChange, error) {
	var changes []merge.FileChange
	for _, at := range files.Paths() {
		to := path.Join(render.ProtoFolder, at)
		old, err := fs.ReadFile(p.FS(), to)
		switch {
		case err == nil && string(old) == string(files[at]):
			continue
		case err == nil:
			return nil, fmt.Errorf("%s is there already, and is not the same file", to)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("read %s: %w", to, err)
		}
		own[at] = files[at]
		changes = append(changes, merge.FileChange{Path: to, Action: merge.Create, Write: true, Body: files[at], Mode: 0o644})
	}
	return changes, nil
}

// sameNumbers refuses an edit of a rendered proto that gives a field or an enum value
// another number than clients know it by.
func sameNumbers(records map[string]merge.Record, ours map[string]merge.File) error {
	var faults []error
	for _, at := range slices.Sorted(maps.Keys(records)) {
		record := records[at]
		where := cmp.Or(record.At, at)
		if now, there := ours[where]; there && path.Ext(at) == ".proto" && record.Base != nil && !bytes.Equal(now.Body, record.Base) {
			faults = append(faults, protofile.SameNumbers(where, record.Base, now.Body))
		}
	}
	return errors.Join(faults...)
}
