// Package report says what a repository has, what was changed in it by hand, and what
// is not as it should be.
package report

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/gosource"
	"github.com/cloudforet-io/spacegen/generator/input"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Part is something that a service is made of.
type Part struct {
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Detail string `json:"detail,omitempty"` // what a flag would say of it
}

// List lists the parts of the repository at dir: of a frontend the services that
// it is pointed at.
func List(ctx context.Context, sets render.Sets, dir string) (parts []Part, err error) {
	parts = []Part{}
	p, s, err := input.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if s.Kind == spec.KindFramework {
		return packages(p.FS())
	}
	if p.Lock != nil {
		for _, pin := range p.Lock.Overlays {
			parts = append(parts, Part{"overlay", pin.Name, pin.State()})
		}
	}
	for _, server := range s.Servers {
		parts = append(parts, Part{Kind: "server", Name: string(server)})
	}
	if s.HasDatabase() {
		parts = append(parts, Part{Kind: "database", Name: string(s.Database)})
	}
	if s.HasCache() {
		parts = append(parts, Part{Kind: "cache", Name: string(s.Cache)})
	}
	for _, r := range s.Resources {
		parts = append(parts, Part{"resource", r.Name, r.Form()})
	}
	for _, j := range s.Schedulers {
		parts = append(parts, Part{"scheduler", j.Name, j.Form()})
	}
	for _, layer := range spec.Layers() {
		for _, c := range *layer.List(s) {
			parts = append(parts, Part{layer.Name, c.Name, c.Form()})
		}
	}
	for _, m := range s.Platform.Members {
		parts = append(parts, Part{"member", m.Key(), string(m.Kind) + " " + m.Place()})
	}
	if s.Kind == spec.KindFrontend {
		for _, at := range input.FrontendFiles() {
			services, err := input.ServicesOf(p.FS(), at)
			if err != nil {
				return nil, err
			}
			for _, name := range services {
				parts = append(parts, Part{"service", name, "in " + at})
			}
		}
	}
	if own, err := input.Read(ctx, p, s); err != nil {
		return nil, err
	} else if len(own.Protos)+len(own.Edited) > 0 {
		services, err := render.Services(ctx, s, own, sets.Of(s.Kind)...)
		if err != nil {
			return nil, err
		}
		methods, err := gosource.Methods(p.FS())
		if err != nil {
			return nil, err
		}
		for _, service := range services {
			parts = append(parts, Part{"api", service.Proto, apiDetail(service, methods)})
		}
	}
	return parts, nil
}

// apiDetail says how far a service of the user's API is written.
func apiDetail(service *render.Service, methods map[string]gosource.Method) string {
	text := fmt.Sprintf("%d methods, %d written by hand", len(service.Methods), len(service.ToWrite()))
	all := Methods([]*render.Service{service}, methods)[:len(service.Methods)]
	count := CountMethods(all)
	if count.Stubs > 0 {
		text += fmt.Sprintf(", %d still to be written", count.Stubs)
	}
	if count.InPart > 0 {
		text += fmt.Sprintf(", %d in part", count.InPart)
	}
	return text
}

// packages lists the Go packages of a framework.
func packages(fsys fs.FS) ([]Part, error) {
	parts, seen := []Part{}, map[string]bool{}
	err := fs.WalkDir(fsys, ".", func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, folder := d.Name(), path.Dir(at)
		switch {
		case d.IsDir() && at != "." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "vendor"):
			return fs.SkipDir
		case path.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go") && folder != "." && !seen[folder]:
			seen[folder] = true
			parts = append(parts, Part{Kind: "package", Name: folder})
		}
		return nil
	})
	return parts, err
}
