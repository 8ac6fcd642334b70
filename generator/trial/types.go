package trial

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/cloudforet-io/spacegen/generator/progress"
	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/render"
)

// A typechecker holds repositories against Go's types. It makes the code of their protos
// by plugins that it prepares once.
type typechecker struct {
	tools *protocode.Tools
	err   error // why there are none
}

func newTypechecker() *typechecker { return new(typechecker) }

func (t *typechecker) close() {
	if t.tools != nil {
		_ = t.tools.Close() // a temporary folder
	}
}

// types holds the Go of a repository, its tests as well, against Go's types, if the
// overlay changes any of it.
func (r *run) types(ctx context.Context, c Case, tree render.Tree, changed []string) error {
	if !slices.ContainsFunc(changed, func(at string) bool { return path.Ext(at) == ".go" || path.Base(at) == "go.mod" }) {
		return nil
	}
	skip := func(why string) { r.skipped["Go is parsed, but its types are not checked: "+why] = true }
	if _, err := exec.LookPath("go"); err != nil {
		skip("there is no go on the PATH")
		return nil //nolint:nilerr // it is told
	}
	files := maps.Clone(tree)
	if c.Spec.Kind.Layered() {
		code, err := r.code.generate(ctx, c, tree)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			skip(err.Error())
			return nil
		}
		for at, body := range code {
			files[at] = render.File{Body: body}
		}
	}
	faults, why, err := check(ctx, files)
	if err != nil {
		return err
	}
	if why != "" {
		skip(why)
	}
	for _, f := range faults {
		r.fault(f.file, files[f.file].Body, f.fault, c)
	}
	return nil
}

// generate makes the code of the protos of a repository.
func (t *typechecker) generate(ctx context.Context, c Case, tree render.Tree) (map[string][]byte, error) {
	if t.tools == nil && t.err == nil {
		t.tools, t.err = protocode.NewTools(ctx, progress.Quiet)
	}
	if t.err != nil {
		return nil, t.err
	}
	protos := protofile.Sources{}
	maps.Copy(protos, c.Input.Protos)
	for at, file := range tree {
		if proto, ok := strings.CutPrefix(at, render.ProtoFolder+"/"); ok && path.Ext(at) == ".proto" {
			protos[proto] = file.Body
		}
	}
	return t.tools.Generate(ctx, c.Spec, protos, progress.Quiet)
}

// A typeFault is a fault of a file.
type typeFault struct {
	file string
	fault
}

// check writes a repository into a folder and loads its packages with their types. why is
// the reason that it could not; what Go fetches may be out of reach.
func check(ctx context.Context, files render.Tree) (found []typeFault, why string, err error) {
	dir, err := os.MkdirTemp("", "spacegen-types-")
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if dir, err = filepath.EvalSymlinks(dir); err != nil { // as go list names it
		return nil, "", err
	}
	if err := write(dir, files); err != nil {
		return nil, "", err
	}
	loaded, err := packages.Load(&packages.Config{
		Context: ctx, Dir: dir, Tests: true, Mode: packages.LoadSyntax, //nolint:staticcheck // what it stands for is long
		Env: append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod -trimpath"),
	}, "./...")
	if ctx.Err() != nil {
		return nil, "", ctx.Err()
	}
	if err != nil {
		return nil, err.Error(), nil
	}
	seen := map[string]bool{}
	for _, pkg := range loaded {
		for _, e := range pkg.Errors {
			if unreachable(e.Msg) {
				return nil, e.Msg, nil
			}
			f := positioned(dir, e)
			if key := fmt.Sprint(f); !seen[key] {
				seen[key] = true
				found = append(found, f)
			}
		}
	}
	return found, "", nil
}

// unreachable reports whether an error is about the way to a module, and not about the
// repository.
func unreachable(message string) bool {
	return slices.ContainsFunc([]string{"dial tcp", "module lookup disabled", "i/o timeout", "no such host", "connection refused"}, func(said string) bool { return strings.Contains(message, said) })
}

// positioned gives the fault that an error of go list, or of Go's types, is.
func positioned(dir string, e packages.Error) typeFault {
	parts := strings.Split(e.Pos, ":")
	if len(parts) < 2 {
		return typeFault{"go.mod", fault{Types, 0, e.Msg}}
	}
	file := parts[0]
	if filepath.IsAbs(file) {
		if seen, err := filepath.Rel(dir, file); err == nil {
			file = seen
		}
	}
	line, _ := strconv.Atoi(parts[1]) // none is the whole file
	return typeFault{filepath.ToSlash(file), fault{Types, line, strings.ReplaceAll(e.Msg, dir+string(filepath.Separator), "")}}
}
