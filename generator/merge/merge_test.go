package merge_test

import (
	"io/fs"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
)

// A class is a kind of file, in versions that differ.
type class struct {
	path   string
	mode   fs.FileMode
	base   string
	ours   string // changed by people
	theirs string // changed by the template, elsewhere
	clash  string // changed by the template where people changed it
	both   string // ours and theirs together; empty: a conflict
}

const (
	goBase = "package x\n\nimport \"fmt\"\n\n// A is one.\nfunc A() { fmt.Println(1) }\n\n// B is two.\nfunc B() { fmt.Println(2) }\n"
	goMod  = "module example.com/x\n\ngo 1.26\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0\n)\n"
)

func lines(s ...string) string { return strings.Join(s, "\n") + "\n" }

func classes() map[string]class {
	text := func(path, first, mid, last string, mode fs.FileMode) class {
		c := class{path: path, mode: mode}
		padding := []string{"one", "two", "three", "four"}
		for i := range padding {
			padding[i] = mid + padding[i]
		}
		build := func(a, b string) string { return lines(append(append([]string{a}, padding...), b)...) }
		c.base = build(first+"1", last+"1")
		c.ours = build(first+"yours", last+"1")
		c.theirs = build(first+"1", last+"2")
		c.clash = build(first+"2", last+"1")
		c.both = build(first+"yours", last+"2")
		return c
	}
	return map[string]class{
		"go": {
			path: "internal/x.go", base: goBase,
			ours:   strings.Replace(goBase, "Println(1)", "Println(10)", 1),
			theirs: strings.Replace(goBase, "Println(2)", "Println(20)", 1),
			clash:  strings.Replace(goBase, "Println(1)", "Println(11)", 1),
			both:   strings.NewReplacer("Println(1)", "Println(10)", "Println(2)", "Println(20)").Replace(goBase),
		},
		"yaml":       text("config/config.yaml", "a: ", "- ", "z: ", 0o644),
		"proto":      text("proto/x.proto", "// ", "message ", "// z", 0o644),
		"makefile":   text("Makefile", "A := ", "t: ", "Z := ", 0o644),
		"dockerfile": text("Dockerfile", "FROM ", "RUN ", "CMD ", 0o644),
		"markdown":   text("README.md", "# ", "- ", "## ", 0o644),
		"script":     text("scripts/run.sh", "a=", "echo ", "z=", 0o755),
		"go.mod": {
			path: "go.mod", base: goMod,
			ours:   strings.NewReplacer("a v1.0.0", "a v1.5.0", "b v1.0.0", "b v1.0.0\n\texample.com/mine v0.1.0").Replace(goMod),
			theirs: strings.Replace(goMod, "b v1.0.0", "b v1.2.0", 1),
			clash:  strings.Replace(goMod, "a v1.0.0", "a v1.4.0", 1),
			both:   "module example.com/x\n\ngo 1.26\n\nrequire (\n\texample.com/a v1.5.0\n\texample.com/b v1.2.0\n\texample.com/mine v0.1.0\n)\n",
		},
		"binary": {path: "docs/logo.png", base: "\x00logo", ours: "\x00mine", theirs: "\x00new", clash: "\x00new"},
	}
}

// sides sets up a merge of one file. nil is a side that has none.
type sides struct {
	base, ours, theirs             *string
	baseMode, oursMode, theirsMode fs.FileMode
}

func input(path string, s sides) merge.Input {
	in := merge.Input{Records: map[string]merge.Record{}, Ours: map[string]merge.File{}, Theirs: render.Tree{}, Old: "spacegen 1", New: "spacegen 2"}
	if s.base != nil {
		in.Records[path] = merge.Record{Owner: render.Managed, Mode: s.baseMode, Hash: merge.Hash([]byte(*s.base)), Base: []byte(*s.base)}
	}
	if s.ours != nil {
		in.Ours[path] = merge.File{Body: []byte(*s.ours), Mode: s.oursMode}
	}
	if s.theirs != nil {
		in.Theirs[path] = render.File{Body: []byte(*s.theirs), Mode: s.theirsMode, Owner: render.Managed}
	}
	return in
}

func run(t *testing.T, in merge.Input) *merge.Plan {
	t.Helper()
	plan, err := merge.Run(t.Context(), in)
	require.NoError(t, err)
	return plan
}

// after is what the files are when a plan was carried out.
func after(ours map[string]merge.File, plan *merge.Plan) map[string]merge.File {
	out := maps.Clone(ours)
	for _, c := range plan.Changes {
		if c.Write {
			out[c.Path] = merge.File{Body: c.Body, Mode: c.Mode}
		}
		if c.Beside != nil {
			out[c.Path+".spacegen-new"] = merge.File{Body: c.Beside, Mode: c.Mode}
		}
		if c.Action == merge.Delete {
			delete(out, c.Path)
		}
	}
	return out
}

// outcome is what a case comes to: "" for no change at all.
func outcome(t *testing.T, in merge.Input, path string) (action merge.Action, result string) {
	t.Helper()
	plan := run(t, in)
	for _, c := range plan.Changes {
		if c.Path == path {
			action = c.Action
		}
	}
	files := after(in.Ours, plan)
	// The same again changes nothing: the second run finds what the first left.
	in.Records, in.Ours = plan.Records, files
	again := run(t, in)
	for _, c := range again.Changes {
		assert.False(t, c.Write || c.Beside != nil || c.Action == merge.Delete, "the second run writes %+v", c)
	}
	return action, string(files[path].Body)
}

// TestMatrix walks every class of file through every case of the decision table.
func TestMatrix(t *testing.T) {
	for name, c := range classes() {
		t.Run(name, func(t *testing.T) {
			p := c.path
			if c.mode == 0 {
				c.mode = 0o644
			}
			full := func(base, ours, theirs *string) merge.Input {
				return input(p, sides{base, ours, theirs, c.mode, c.mode, c.mode})
			}
			check := func(what string, in merge.Input, wantAction merge.Action, want string) {
				t.Helper()
				action, got := outcome(t, in, p)
				assert.Equal(t, wantAction, action, what)
				assert.Equal(t, want, got, what)
			}
			check("nothing changed", full(&c.base, &c.base, &c.base), "", c.base)
			check("new in the template", full(nil, nil, &c.base), merge.Create, c.base)
			check("only the template changed it", full(&c.base, &c.base, &c.theirs), merge.Update, c.theirs)
			check("only people changed it", full(&c.base, &c.ours, &c.base), "", c.ours)
			check("both changed it the same way", full(&c.base, &c.ours, &c.ours), "", c.ours)
			check("people deleted it, the template kept it", full(&c.base, nil, &c.base), "", "")
			check("people deleted it, the template changed it", full(&c.base, nil, &c.theirs), merge.Absent, "")
			check("the template dropped it", full(&c.base, &c.base, nil), merge.Delete, "")
			check("the template dropped it, people changed it", full(&c.base, &c.ours, nil), merge.Conflict, c.ours)
			check("both dropped it", full(&c.base, nil, nil), "", "")
			check("both added the same", full(nil, &c.base, &c.base), "", c.base)
			switch name {
			case "binary":
				check("both changed it", full(&c.base, &c.ours, &c.theirs), merge.Conflict, c.ours)
			case "go.mod":
				check("both changed it", full(&c.base, &c.ours, &c.theirs), merge.Merge, c.both)
				check("both changed one requirement", full(&c.base, &c.ours, &c.clash), "", c.ours)
				indirect := strings.Replace(c.ours, "mine v0.1.0", "mine v0.1.0 // indirect", 1)
				imported := strings.Replace(c.base, "b v1.0.0", "b v1.0.0\n\texample.com/mine v0.1.0", 1)
				check("what people had is imported now", full(&c.base, &indirect, &imported), merge.Merge, c.ours)
			default:
				check("both changed it", full(&c.base, &c.ours, &c.theirs), merge.Merge, c.both)
				action, got := outcome(t, full(&c.base, &c.ours, &c.clash), p)
				assert.Equal(t, merge.Conflict, action)
				assert.Contains(t, got, "<<<<<<< yours\n")
				assert.Contains(t, got, "||||||| spacegen 1\n")
				assert.Contains(t, got, ">>>>>>> spacegen 2\n")
				action, got = outcome(t, full(nil, &c.ours, &c.theirs), p)
				assert.Equal(t, merge.Conflict, action, "both added it")
				assert.Contains(t, got, "<<<<<<< yours\n")

				windows := "\ufeff" + strings.ReplaceAll(c.base, "\n", "\r\n")
				check("people changed the line ends", full(&c.base, &windows, &c.theirs), merge.Update, "\ufeff"+strings.ReplaceAll(c.theirs, "\n", "\r\n"))
				windows = strings.ReplaceAll(c.ours, "\n", "\r\n")
				check("line ends and text", full(&c.base, &windows, &c.theirs), merge.Merge, strings.ReplaceAll(c.both, "\n", "\r\n"))
			}
			for choice, want := range map[string]string{"ours": c.ours, "theirs": c.clash} {
				in := full(&c.base, &c.ours, &c.clash)
				if choice == "ours" {
					in.Options.Ours = []string{p}
				} else {
					in.Options.Theirs = []string{p}
				}
				plan := run(t, in)
				assert.Zero(t, plan.Conflicts(), choice)
				assert.Equal(t, want, string(after(in.Ours, plan)[p].Body), choice)
			}
		})
	}
}

func TestModes(t *testing.T) {
	text := "#!/bin/sh\n"
	for name, tt := range map[string]struct{ base, ours, theirs, want fs.FileMode }{
		"the template adds the bit":        {0o644, 0o644, 0o755, 0o755},
		"the template takes it away":       {0o755, 0o755, 0o644, 0o644},
		"people add it":                    {0o644, 0o755, 0o644, 0o755},
		"people take it away":              {0o755, 0o644, 0o755, 0o644},
		"your own bits stay":               {0o644, 0o600, 0o644, 0o600},
		"your own bits, and it added":      {0o644, 0o640, 0o755, 0o750},
		"both add it":                      {0o644, 0o755, 0o755, 0o755},
		"people changed it, theirs stayed": {0o755, 0o700, 0o755, 0o700},
	} {
		in := input("run.sh", sides{&text, &text, &text, tt.base, tt.ours, tt.theirs})
		assert.Equal(t, tt.want, after(in.Ours, run(t, in))["run.sh"].Mode, name)
	}
}

func TestObstacles(t *testing.T) {
	base, theirs := "a\n", "b\n"
	for name, obstacle := range map[string]merge.File{"link": {Link: "/etc/passwd"}, "folder": {Dir: true}} {
		in := input("x", sides{&base, nil, &theirs, 0o644, 0, 0o644})
		in.Ours["x"] = obstacle
		plan := run(t, in)
		require.Len(t, plan.Changes, 1, name)
		assert.Equal(t, merge.Conflict, plan.Changes[0].Action, name)
		assert.False(t, plan.Changes[0].Write, name)
	}
}

func TestLostBase(t *testing.T) {
	base, ours, theirs := "a\n", "mine\n", "b\n"
	in := input("x", sides{&base, &ours, &theirs, 0o644, 0o644, 0o644})
	record := in.Records["x"]
	record.Base, record.Lost = nil, true
	in.Records["x"] = record
	plan := run(t, in)
	assert.Equal(t, 1, plan.Conflicts(), "never overwritten, always reported")
	assert.Contains(t, plan.Changes[0].Note, "base is missing")
	assert.Contains(t, string(plan.Changes[0].Body), "mine")
}

func TestGenerated(t *testing.T) {
	base, ours, theirs := "// Code generated by spacegen; DO NOT EDIT.\n1\n", "// Code generated by spacegen; DO NOT EDIT.\nmine\n", "// Code generated by spacegen; DO NOT EDIT.\n2\n"
	make := func() merge.Input {
		in := input("x.gen.go", sides{&base, &ours, &theirs, 0o644, 0o644, 0o644})
		record, file := in.Records["x.gen.go"], in.Theirs["x.gen.go"]
		record.Owner, file.Owner = render.Generated, render.Generated
		in.Records["x.gen.go"], in.Theirs["x.gen.go"] = record, file
		return in
	}
	plan := run(t, make())
	assert.Equal(t, "your edits in this generated file are overwritten", plan.Changes[0].Note)
	assert.Equal(t, theirs, string(plan.Changes[0].Body))

	in := make()
	in.Options.Keep = true
	assert.Equal(t, ours, string(after(in.Ours, run(t, in))["x.gen.go"].Body))

	in = make()
	delete(in.Ours, "x.gen.go")
	assert.Equal(t, theirs, string(after(in.Ours, run(t, in))["x.gen.go"].Body), "deleted: it is needed")

	in = make()
	in.Records = nil
	in.Ours["x.gen.go"] = merge.File{Body: []byte("package mine\n"), Mode: 0o644}
	assert.Equal(t, 1, run(t, in).Conflicts(), "your file of that name stays")
}

// TestDrop: what was written in a file that no template brings any more goes if
// that was asked for, and nothing that was written elsewhere goes with it.
func TestDrop(t *testing.T) {
	base, ours := "a\nb\nc\nd\n", "mine\nb\nc\nd\n"
	theirs := "a\nb\nc\nD\n"
	in := input("gone", sides{&base, &ours, nil, 0o644, 0o644, 0})
	stays := input("stays", sides{&base, &ours, &theirs, 0o644, 0o644, 0o644})
	maps.Copy(in.Records, stays.Records)
	maps.Copy(in.Ours, stays.Ours)
	maps.Copy(in.Theirs, stays.Theirs)
	in.Options.Drop = true
	plan := run(t, in)
	assert.Zero(t, plan.Conflicts())
	files := after(in.Ours, plan)
	assert.NotContains(t, files, "gone")
	assert.Equal(t, "mine\nb\nc\nD\n", string(files["stays"].Body))
}
