package generator_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/progress"
	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A workshop is what makes a repository of an API and reads all of it, in memory.
type workshop struct {
	generator *generator.Generator
	tools     *protocode.Tools // nil: the code of protos is not made, and nothing is read
	types     *typechecker

	mutex sync.Mutex
	code  map[string]map[string][]byte // by digest of the protos
}

func newWorkshop(t testing.TB) *workshop {
	t.Helper()
	w := &workshop{generator: newGenerator(t), types: sharedTypes(), code: map[string]map[string][]byte{}}
	if !testing.Short() {
		var err error
		w.tools, err = protocode.NewTools(t.Context(), progress.Quiet)
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, w.tools.Close()) })
	}
	return w
}

// located is an error that says where.
var located = regexp.MustCompile(`\.proto:\d+:\d+: `)

// make takes the whole way from protos to Go. The error is one that a user would
// get; what is wrong with the Go fails the test.
func (w *workshop) make(t *testing.T, s *spec.Spec, sources protofile.Sources) error {
	t.Helper()
	if _, err := protofile.Groups(t.Context(), sources, nil); err != nil {
		return err
	}
	needed, err := protofile.Needed(t.Context(), sources, nil, s.Package)
	if err != nil {
		return err
	}
	in := render.Input{Protos: needed}
	tree, err := rendered(t.Context(), w.generator, s, in)
	if err != nil {
		return err
	}
	return w.read(t, s, in, tree)
}

// read makes the code of the protos of a repository, and holds each Go file, those of
// tests as well, against gofmt and Go's types. (go.mod is made of what they import:
// rendering fails if a module is missing.)
func (w *workshop) read(t *testing.T, s *spec.Spec, in render.Input, tree render.Tree) error {
	t.Helper()
	if w.tools == nil {
		return nil
	}
	faults, err := w.faults(t, s, in, tree)
	require.Empty(t, faults)
	return err
}

// faults makes the code of the protos of a repository, and gives what is wrong with its
// Go files.
func (w *workshop) faults(t *testing.T, s *spec.Spec, in render.Input, tree render.Tree) ([]string, error) {
	t.Helper()
	protos, files := protofile.Sources{}, map[string][]byte{}
	maps.Copy(protos, in.Protos)
	for at, file := range tree {
		files[at] = file.Body
		if proto, ok := strings.CutPrefix(at, "proto/"); ok {
			protos[proto] = file.Body
		}
	}
	code, err := w.generate(t, s, protos)
	if err != nil {
		return nil, err
	}
	maps.Copy(files, code)
	return w.types.check(t, s.Module, files), nil
}

// onDiskTree is a repository as it stands in a folder, without what spacegen keeps.
func onDiskTree(t *testing.T, dir string) render.Tree {
	t.Helper()
	tree := render.Tree{}
	require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(at string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (at == ".spacegen" || at == ".git"):
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		body, err := os.ReadFile(filepath.Join(dir, at)) //nolint:gosec // a test's own
		tree[at] = render.File{Body: body}
		return err
	}))
	return tree
}

// generate makes the code of protos: once, however many repositories have the same.
func (w *workshop) generate(t *testing.T, s *spec.Spec, protos protofile.Sources) (map[string][]byte, error) {
	t.Helper()
	digest := sha256.New()
	fmt.Fprintf(digest, "%s %s", s.Name, s.Module)
	for _, at := range protos.Paths() {
		fmt.Fprintf(digest, "\n%s\n%s", at, protos[at])
	}
	key := string(digest.Sum(nil))
	w.mutex.Lock()
	code, made := w.code[key]
	w.mutex.Unlock()
	if made {
		return code, nil
	}
	code, err := w.tools.Generate(t.Context(), s, protos, progress.Quiet)
	if err == nil {
		w.mutex.Lock()
		w.code[key] = code
		w.mutex.Unlock()
	}
	return code, err
}

// oddSpec is one that bytes choose.
func oddSpec(o *oddAPI) *spec.Spec {
	s := spec.New("odd")
	s.Module, s.Package = probe, o.pkg
	s.Servers = pick(o, spec.Servers(), []spec.Server{spec.GRPCServer}, []spec.Server{spec.RESTServer}, []spec.Server{spec.GRPCServer, spec.RESTServer}, []spec.Server{spec.GRPCServer, spec.WorkerServer})
	s.Cache = pick(o, spec.LocalCache, spec.NoCache)
	if o.one(5) {
		s.Kind, s.Cache = spec.KindPlugin, ""
	}
	return spec.Defaults(s)
}

// FuzzDescriptors: an API of whatever descriptors becomes a repository whose every
// Go file, those of its tests and of its protos as well, has its types right; or
// an error that says where.
func FuzzDescriptors(f *testing.F) {
	for n := range uint64(30) {
		f.Add(oddBytes(n))
	}
	w := newWorkshop(f)
	f.Fuzz(w.odd)
}

// FuzzAPI is FuzzDescriptors for whatever somebody may write into a file.
func FuzzAPI(f *testing.F) {
	err := filepath.WalkDir(protos, func(p string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(p) != ".proto" {
			return err
		}
		text, err := os.ReadFile(p) //nolint:gosec // a test's own
		if err == nil {
			f.Add(packageLine.ReplaceAllString(string(text), "package odd.v1;"))
		}
		return err
	})
	require.NoError(f, err)
	f.Add("syntax = \"proto3\";\npackage odd.v1;\nmessage _ { string _id = 1; }\nservice __a { rpc get_ (_) returns (_); rpc create (_) returns (_); rpc list (_) returns (L); }\nmessage L { repeated _ x = 1; }\n")
	w := newWorkshop(f)
	f.Fuzz(func(t *testing.T, text string) {
		s := spec.New("odd")
		s.Module, s.Package = probe, "odd.v1"
		err := w.make(t, spec.Defaults(s), protofile.Sources{"a.proto": []byte(text)})
		if err != nil && !errors.Is(err, protofile.ErrNoPackage) {
			require.Regexp(t, located, err)
		}
	})
}

var packageLine = regexp.MustCompile(`(?m)^package .*;$`)

func oddBytes(n uint64) []byte {
	bytes, random := make([]byte, 400), rand.New(rand.NewPCG(n, 0)) //nolint:gosec // nothing is secret
	for i := range bytes {
		bytes[i] = byte(random.Uint32())
	}
	return bytes
}

// odd holds an API that bytes make to what FuzzDescriptors says.
func (w *workshop) odd(t *testing.T, bytes []byte) {
	o := newOddAPI(bytes)
	s := oddSpec(o)
	defer func() {
		if t.Failed() {
			t.Logf("package %s, kind %s, servers %s", s.Package, s.Kind, s.Servers)
			for _, at := range o.files.Paths() {
				t.Logf("%s\n%s", at, o.files[at])
			}
		}
	}()
	if err := w.make(t, s, o.files); err != nil {
		t.Log(err)
		require.Regexp(t, located, err)
	}
}
