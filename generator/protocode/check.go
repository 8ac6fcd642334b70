package protocode

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/input"
	"github.com/cloudforet-io/spacegen/generator/progress"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Folder is where the code of the protos stands.
const Folder = "gen"

// codeSum is the file that says what gen/ was made of, and what it became. It
// answers quickly whether gen/ is in step; it proves nothing, since whoever can
// edit gen/ can edit it, too.
const codeSum = repository.Folder + "/gen.sum"

// remakeCode says what to do about gen/.
const remakeCode = "run 'spacegen proto'"

// sumOfCode is the text of codeSum for code that was made of protos.
func sumOfCode(s *spec.Spec, protos protofile.Sources, code map[string][]byte) []byte {
	hash := sha256.New()
	add := func(parts ...string) {
		for _, part := range parts {
			_, _ = fmt.Fprintf(hash, "%d\x00%s", len(part), part) // a hash takes all
		}
	}
	add(s.Module)
	for _, plugin := range protofile.Plugins(s.ServiceName().Kebab()) {
		add(plugin.Package, plugin.Version, plugin.Out, plugin.Options)
	}
	for _, facts := range protofile.FactsOf(s).Lines() {
		add("fact", facts)
	}
	for _, at := range protos.Paths() {
		add("proto", at, string(withoutReturns(protos[at])))
	}
	for _, at := range slices.Sorted(maps.Keys(code)) {
		add("code", at, string(withoutReturns(code[at])))
	}
	return []byte("sha256:" + hex.EncodeToString(hash.Sum(nil)) + "\n")
}

// withoutReturns gives a text without the carriage returns that a checkout on
// Windows may add.
func withoutReturns(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) }

// A Difference is a file of gen/ that is not what the protos become.
type Difference struct {
	Path string
	What string
}

// Options are how gen/ is held against proto/.
type Options struct {
	Full     bool              // make gen/ anew, whatever its sum says
	Progress progress.Func     // is told of each step
	Note     func(text string) // is told what was not compared, and why
}

// Check finds out whether gen/ of the repository at dir is what its protos
// become, no more and no less. Where its sum says so that is taken for true,
// unless a full check is wanted. It writes nothing.
func Check(ctx context.Context, sets render.Sets, dir string, how Options) (found []Difference, err error) {
	p, err := repository.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	s, err := spec.Parse(spec.FileName, p.SpecText)
	if err != nil || !s.Kind.Layered() {
		return nil, err
	}
	protos, err := readProtos(ctx, p.Dir, s)
	if err != nil {
		return nil, err
	}
	stands, err := codeOf(ctx, sets, p, s)
	if err != nil {
		return nil, err
	}
	sum, err := fs.ReadFile(p.FS(), codeSum)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read %s: %w", codeSum, err)
	}
	made := len(stands) > 0 || sum != nil
	switch {
	case !how.Full && !made:
		how.Note(Folder + "/ was not compared with " + render.ProtoFolder + "/: it has not been made; " + remakeCode)
		return nil, nil
	case !how.Full && bytes.Equal(withoutReturns(sum), sumOfCode(s, protos, stands)):
		return nil, nil
	}
	tools, err := NewTools(ctx, how.Progress)
	if err != nil {
		return nil, fmt.Errorf("compare %s/ with %s/: %w", Folder, render.ProtoFolder, err)
	}
	defer func() { err = errors.Join(err, tools.Close()) }()
	want, err := tools.Generate(ctx, s, protos, how.Progress)
	if err != nil {
		return nil, fmt.Errorf("compare %s/ with %s/: %w", Folder, render.ProtoFolder, err)
	}
	missing := slices.DeleteFunc(slices.Sorted(maps.Keys(want)), func(at string) bool { return stands[at] != nil })
	unwanted, err := p.Ignored(ctx, missing) // a team may keep gen/ out of git
	if err != nil {
		return nil, err
	}
	return differences(want, stands, unwanted), nil
}

// differences names what of gen/ is not as it is made.
func differences(want, stands map[string][]byte, unwanted map[string]bool) []Difference {
	var found []Difference
	add := func(at, what string) { found = append(found, Difference{at, what}) }
	for at, text := range want {
		switch stood, there := stands[at]; {
		case !there && !unwanted[at]:
			add(at, "is missing; "+remakeCode)
		case there && !bytes.Equal(withoutReturns(stood), withoutReturns(text)):
			add(at, "is not what "+render.ProtoFolder+"/ makes of it; "+remakeCode)
		}
	}
	for at := range stands {
		if want[at] == nil {
			add(at, "is made of no proto; delete it, or keep it outside of "+Folder+"/")
		}
	}
	slices.SortFunc(found, func(a, b Difference) int { return strings.Compare(a.Path+"\x00"+a.What, b.Path+"\x00"+b.What) })
	return found
}

// codeOf reads what stands in gen/, but for what is rendered there and for what
// git ignores. What is no file has no text.
func codeOf(ctx context.Context, sets render.Sets, p *repository.Project, s *spec.Spec) (map[string][]byte, error) {
	own, err := input.Read(ctx, p, s)
	if err != nil {
		return nil, err
	}
	rendered, err := sets.Repository(ctx, s, own)
	if err != nil {
		return nil, err
	}
	code := map[string][]byte{}
	err = fs.WalkDir(p.FS(), Folder, func(at string, d fs.DirEntry, err error) error {
		if _, known := rendered.Tree[at]; err != nil || d.IsDir() || known {
			return err
		}
		code[at] = []byte{}
		if d.Type().IsRegular() {
			code[at], err = fs.ReadFile(p.FS(), at)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read %s: %w", Folder, err)
	}
	ignored, err := p.Ignored(ctx, slices.Sorted(maps.Keys(code)))
	for at := range ignored {
		if !isCode(at) { // Go compiles it, whatever git thinks of it
			delete(code, at)
		}
	}
	return code, err
}

// isCode reports whether Go or its embed directive may take a file up.
func isCode(at string) bool {
	return slices.Contains([]string{".go", ".s", ".c", ".h", ".json"}, path.Ext(at))
}
