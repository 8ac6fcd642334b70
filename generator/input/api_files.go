package input

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
)

// APIFiles are all protos that lie in a repository.
type APIFiles struct {
	Sources  protofile.Sources
	Where    map[string]string // import path → where the file stands in the repository
	Rendered map[string]string // import path → the SHA-256 that a file was rendered with
}

// ReadAPIFiles reads them. A file that was moved is known by the path at which it was
// rendered.
func ReadAPIFiles(p *repository.Project) (*APIFiles, error) {
	files := &APIFiles{Sources: protofile.Sources{}, Where: map[string]string{}, Rendered: map[string]string{}}
	root, err := fs.Sub(p.FS(), render.ProtoFolder)
	if err != nil {
		return nil, err
	}
	if files.Sources, err = protofile.ReadSources(root); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for at := range files.Sources {
		files.Where[at] = path.Join(render.ProtoFolder, at)
	}
	if p.Lock == nil {
		return files, nil
	}
	for _, file := range p.Lock.Files {
		at, proto := strings.CutPrefix(file.Path, render.ProtoFolder+"/")
		if !proto {
			continue
		}
		where := cmp.Or(file.At, file.Path)
		if moved, ok := strings.CutPrefix(where, render.ProtoFolder+"/"); ok && moved != at && files.Sources[moved] != nil {
			files.Sources[at], files.Where[at] = files.Sources[moved], where
			delete(files.Sources, moved)
			delete(files.Where, moved)
		}
		files.Rendered[at] = file.SHA256
	}
	return files, nil
}
