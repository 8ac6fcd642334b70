// Package input reads from a repository what its rendering follows from: the Spec,
// the API that its team brought, and the migrations that stand in it.
package input

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/apis"
	"github.com/cloudforet-io/spacegen/generator/gosource"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/schema"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// AddReferenced adds the protos that the Spec of the repository at dir refers to.
// A file that lies in the repository, too, is taken from there. added are the others.
func AddReferenced(ctx context.Context, dir string, s *spec.Spec, sources protofile.Sources) (added []string, err error) {
	if len(s.ProtoPaths) == 0 {
		return nil, nil
	}
	folders := make([]string, len(s.ProtoPaths))
	for i, folder := range s.ProtoPaths {
		folders[i] = filepath.Join(dir, filepath.FromSlash(folder))
	}
	referenced, err := apis.Read(ctx, s.Package, folders, nil)
	if err != nil {
		return nil, fmt.Errorf("proto_paths of %s: %w", spec.FileName, err)
	}
	for _, at := range referenced.Paths() {
		if _, here := sources[at]; !here {
			sources[at] = referenced[at]
			added = append(added, at)
		}
	}
	return added, nil
}

// protosOf are the protos of a project that were not rendered, and those that
// were and have been edited since.
func protosOf(p *repository.Project) (brought, edited protofile.Sources, err error) {
	if err := p.CheckLock(); err != nil {
		return nil, nil, err
	}
	root, err := fs.Sub(p.FS(), render.ProtoFolder)
	if err != nil {
		return nil, nil, err
	}
	brought, edited = protofile.Sources{}, protofile.Sources{}
	all, err := protofile.ReadSources(root)
	if errors.Is(err, fs.ErrNotExist) {
		return brought, edited, nil
	}
	if err != nil || p.Lock == nil {
		return all, edited, err
	}
	undecided, err := p.Pending()
	if err != nil {
		return nil, nil, err
	}
	for _, file := range p.Lock.Files {
		at, proto := strings.CutPrefix(file.Path, render.ProtoFolder+"/")
		if !proto {
			continue
		}
		where := at
		if moved, ok := strings.CutPrefix(file.At, render.ProtoFolder+"/"); ok {
			where = moved
		}
		text, there := all[where]
		marked := undecided && bytes.Contains(text, []byte("<<<<<<< ")) // it can't be read before that is decided
		if there && !marked && merge.Hash(text) != file.SHA256 {
			edited[at] = text
		}
		delete(all, at)
		delete(all, where)
	}
	return all, edited, nil
}

// Read gives what a rendering of the Spec follows from in a repository: the API that was
// brought, or written into rendered protos, the migrations, and what code uses of the
// framework.
func Read(ctx context.Context, p *repository.Project, s *spec.Spec) (in render.Input, err error) {
	in.SpecText = p.SpecText
	if in.Protos, in.Edited, err = protosOf(p); err != nil {
		return in, err
	}
	in.Merged = mergeProto(p)
	if len(in.Edited) > 0 {
		if in.Standing, err = Standing(p); err != nil {
			return in, err
		}
	}
	if in.Core, err = Framework(p.Dir, s); err != nil {
		return in, err
	}
	if err := readUses(ctx, p, s, &in); err != nil {
		return in, err
	}
	if in.Away, err = AddReferenced(ctx, p.Dir, s, in.Protos); err != nil {
		return in, err
	}
	if in.Tables, err = schema.Read(p.FS()); err != nil {
		return in, err
	}
	if in.Last, err = Last(p); err != nil {
		return in, err
	}
	in.Record, err = fs.ReadFile(p.FS(), render.RecordPath)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return in, err
}

// mergeProto merges protos of a project as the update does. What conflicts stands as people
// have it, until they have decided.
func mergeProto(p *repository.Project) render.MergeProto {
	return func(ctx context.Context, at string, edited, rendered []byte) ([]byte, error) {
		if p.Lock == nil {
			return edited, nil
		}
		records, err := p.Records()
		if err != nil {
			return nil, err
		}
		base := records[render.ProtoFolder+"/"+at].Base
		if base == nil {
			return edited, nil
		}
		merged, conflict, err := merge.Texts(ctx, at, base, edited, rendered)
		if err != nil || conflict {
			return edited, err
		}
		return merged, nil
	}
}

// Standing says where methods are answered. A file that was moved is known by the path at
// which it was rendered; a method that people wrote into a file which was rendered without
// it, by no path at all.
func Standing(p *repository.Project) (map[string]string, error) {
	methods, err := gosource.Standing(p.FS())
	if err != nil || p.Lock == nil {
		return methods, err
	}
	moved := map[string]string{}
	for _, file := range p.Lock.Files {
		if file.At != "" {
			moved[file.At] = file.Path
		}
	}
	records, err := p.Records()
	if err != nil {
		return nil, err
	}
	for method, at := range methods {
		at = cmp.Or(moved[at], at)
		methods[method] = at
		if base := records[at].Base; base != nil && !gosource.MethodsOf(at, base)[method] {
			methods[method] = writtenInto + at
		}
	}
	return methods, nil
}

// writtenInto is said of a method whose file was rendered without it.
const writtenInto = "written into "

// Services are the services of the API that people of a project brought.
func Services(ctx context.Context, sets render.Sets, p *repository.Project, s *spec.Spec) ([]*render.Service, error) {
	in, err := Read(ctx, p, s)
	if err != nil {
		return nil, err
	}
	return render.Services(ctx, s, in, sets.Of(s.Kind)...)
}
