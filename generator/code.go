package generator

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

	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// codeFolder is where the code of the protos stands.
const codeFolder = "gen"

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
	for _, at := range protos.Paths() {
		add("proto", at, string(plainLines(protos[at])))
	}
	for _, at := range slices.Sorted(maps.Keys(code)) {
		add("code", at, string(plainLines(code[at])))
	}
	return []byte("sha256:" + hex.EncodeToString(hash.Sum(nil)) + "\n")
}

// plainLines gives a text without the carriage returns that a checkout on
// Windows may add.
func plainLines(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) }

// A CodeCheck is how gen/ is held against proto/.
type CodeCheck struct {
	Full     bool              // make gen/ anew, whatever its sum says
	Progress func(step string) // is told of each step
	Note     func(text string) // is told what was not compared, and why
}

// CheckAll is Check and CheckCode.
func (g *Generator) CheckAll(ctx context.Context, dir string, how CodeCheck) ([]Finding, error) {
	findings, err := g.Check(ctx, dir)
	if err != nil {
		return nil, err
	}
	undecided := func(f Finding) bool {
		return f.Rule == RuleConflict && strings.HasPrefix(f.Path, protoFolder+"/") || f.Rule == RuleBase && f.Path == repository.LockPath
	}
	if slices.ContainsFunc(findings, undecided) {
		how.Note(codeFolder + "/ was not compared with " + protoFolder + "/, which cannot be read before that is mended")
		return findings, nil
	}
	code, err := g.CheckCode(ctx, dir, how)
	findings = append(findings, code...)
	slices.SortFunc(findings, compareFindings)
	return findings, err
}

// CheckCode finds out whether gen/ of the repository at dir is what its protos
// become, no more and no less. Where its sum says so that is taken for true,
// unless a full check is wanted. It writes nothing.
func (g *Generator) CheckCode(ctx context.Context, dir string, how CodeCheck) (findings []Finding, err error) {
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
	stands, err := g.codeOf(ctx, p, s)
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
		how.Note(codeFolder + "/ was not compared with " + protoFolder + "/: it has not been made; " + remakeCode)
		return nil, nil
	case !how.Full && bytes.Equal(plainLines(sum), sumOfCode(s, protos, stands)):
		return nil, nil
	}
	tools, err := NewTools(ctx, how.Progress)
	if err != nil {
		return nil, fmt.Errorf("compare %s/ with %s/: %w", codeFolder, protoFolder, err)
	}
	defer func() { err = errors.Join(err, tools.Close()) }()
	want, err := tools.Generate(ctx, s, protos, how.Progress)
	if err != nil {
		return nil, fmt.Errorf("compare %s/ with %s/: %w", codeFolder, protoFolder, err)
	}
	missing := slices.DeleteFunc(slices.Sorted(maps.Keys(want)), func(at string) bool { return stands[at] != nil })
	unwanted, err := p.Ignored(ctx, missing) // a team may keep gen/ out of git
	if err != nil {
		return nil, err
	}
	return differences(want, stands, unwanted), nil
}

// differences names what of gen/ is not as it is made.
func differences(want, stands map[string][]byte, unwanted map[string]bool) []Finding {
	var findings []Finding
	add := func(at, what string) { findings = append(findings, Finding{RuleCode, at, 0, what}) }
	for at, text := range want {
		switch stood, there := stands[at]; {
		case !there && !unwanted[at]:
			add(at, "is missing; "+remakeCode)
		case there && !bytes.Equal(plainLines(stood), plainLines(text)):
			add(at, "is not what "+protoFolder+"/ makes of it; "+remakeCode)
		}
	}
	for at := range stands {
		if want[at] == nil {
			add(at, "is made of no proto; delete it, or keep it outside of "+codeFolder+"/")
		}
	}
	slices.SortFunc(findings, compareFindings)
	return findings
}

// codeOf reads what stands in gen/, but for what is rendered there and for what
// git ignores. What is no file has no text.
func (g *Generator) codeOf(ctx context.Context, p *repository.Project, s *spec.Spec) (map[string][]byte, error) {
	own, err := ownAPI(ctx, p, s)
	if err != nil {
		return nil, err
	}
	rendered, err := g.Render(ctx, s, own)
	if err != nil {
		return nil, err
	}
	code := map[string][]byte{}
	err = fs.WalkDir(p.FS(), codeFolder, func(at string, d fs.DirEntry, err error) error {
		if _, known := rendered[at]; err != nil || d.IsDir() || known {
			return err
		}
		code[at] = []byte{}
		if d.Type().IsRegular() {
			code[at], err = fs.ReadFile(p.FS(), at)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read %s: %w", codeFolder, err)
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
