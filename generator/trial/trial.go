// Package trial tries templates that are laid over those of spacegen: it renders them for
// many Specs, in memory, and holds what they bring against the languages that it is in.
package trial

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/cloudforet-io/spacegen/generator/overlay"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// An Overlay is what is tried.
type Overlay struct {
	Dir      string // its folder, where testdata lies
	Pin      overlay.Pin
	Manifest render.Manifest
	Base     render.Sets // of spacegen, with nothing laid over them
	Laid     render.Sets // with the overlay; they are watched
	More     []Case      // beside those of the matrix
}

// Options are how an overlay is tried.
type Options struct {
	Update bool   // write what goldens should hold
	Cases  []Case // instead of the matrix
}

// A Report is what a trial found.
type Report struct {
	Overlay  string    `json:"overlay"`
	Specs    int       `json:"specs"`   // that were rendered
	Files    int       `json:"files"`   // different ones that the overlay brings or changes
	Goldens  int       `json:"goldens"` // that were compared, or written
	Failures []Failure `json:"failures"`
	Skipped  []string  `json:"skipped"` // what was not tried, and why
	Written  []string  `json:"written"` // files of goldens
}

// A Failure is one fault of an overlay.
type Failure struct {
	Check   Check    `json:"check"`
	At      string   `json:"at"`             // in a template: acme:ci/notice.tmpl:3:5; of a golden its file
	File    string   `json:"file,omitempty"` // that was rendered, and its line
	Message string   `json:"message"`
	Specs   []string `json:"specs,omitempty"` // that showed it
}

// Check is a kind of fault.
type Check string

// The checks, in the order of a report.
const (
	Rendered   Check = "render"
	Go         Check = "go"
	Types      Check = "types"
	YAML       Check = "yaml"
	JSON       Check = "json"
	Dockerfile Check = "dockerfile"
	Chart      Check = "chart"
	Branches   Check = "branch"
	Goldens    Check = "golden"
)

// Checks lists all checks.
func Checks() []Check {
	return []Check{Rendered, Go, Types, YAML, JSON, Dockerfile, Chart, Branches, Goldens}
}

// String gives the failure as a line for a reader.
func (f Failure) String() string {
	var b strings.Builder
	b.WriteString(f.At + ": ")
	if f.File != "" {
		b.WriteString("in " + f.File + ": ")
	}
	b.WriteString(f.Message)
	if n := len(f.Specs); n > 0 {
		fmt.Fprintf(&b, " (of %s", f.Specs[0])
		if n > 1 {
			fmt.Fprintf(&b, ", and %d more", n-1)
		}
		b.WriteString(")")
	}
	return b.String()
}

// A run is a trial that goes on.
type run struct {
	Overlay

	watch    *render.Watch
	report   Report
	failures map[string]*Failure // by what they are, so that each is told once
	seen     map[string]bool     // files, by path, text and place
	skipped  map[string]bool
	code     *typechecker
}

// Run tries an overlay. The error is what keeps it from being tried at all.
func Run(ctx context.Context, o Overlay, how Options) (*Report, error) {
	sets, err := valueSets(o.Dir, o.Manifest)
	if err != nil {
		return nil, err
	}
	goldens, err := readGoldens(o.Dir, o.Pin.Overlay)
	if err != nil {
		return nil, err
	}
	r := &run{Overlay: o, watch: o.Laid.Watch(), failures: map[string]*Failure{}, seen: map[string]bool{}, skipped: map[string]bool{}}
	r.report = Report{Overlay: o.Pin.Name, Failures: []Failure{}, Skipped: []string{}, Written: []string{}} // lists, in JSON
	r.code = newTypechecker()
	defer r.code.close()

	cases := how.Cases
	if cases == nil {
		cases = slices.Concat(Matrix(), o.More)
	}
	for _, c := range cases {
		if err := r.everywhere(ctx, c, sets); err != nil {
			return nil, err
		}
	}
	for _, g := range goldens {
		if err := r.golden(ctx, g, how.Update); err != nil {
			return nil, err
		}
	}
	for _, b := range r.watch.Untaken() {
		r.fail(Failure{Check: Branches, At: b.At, Message: fmt.Sprintf("no Spec has %s rendered; if one should, write it as testdata/golden/NAME/%s, else take the branch out", b.What, spec.FileName)})
	}
	return r.done(), ctx.Err()
}

func (r *run) done() *Report {
	for _, key := range slices.Sorted(maps.Keys(r.failures)) {
		r.report.Failures = append(r.report.Failures, *r.failures[key])
	}
	order := Checks()
	slices.SortStableFunc(r.report.Failures, func(a, b Failure) int { return slices.Index(order, a.Check) - slices.Index(order, b.Check) })
	r.report.Skipped = slices.AppendSeq(r.report.Skipped, maps.Keys(r.skipped))
	slices.Sort(r.report.Skipped)
	for seen := range r.seen {
		if !strings.HasPrefix(seen, "chart ") {
			r.report.Files++
		}
	}
	return &r.report
}

func (r *run) fail(f Failure) {
	key := strings.Join([]string{string(f.Check), f.At, f.Message}, "\x00")
	known := r.failures[key]
	if known == nil {
		known = &f
		r.failures[key] = known
		return
	}
	for _, s := range f.Specs {
		if !slices.Contains(known.Specs, s) {
			known.Specs = append(known.Specs, s)
		}
	}
}

// everywhere tries a Spec with the first of the sets of values, and a wide one with all.
func (r *run) everywhere(ctx context.Context, c Case, sets []valueSet) error {
	under := r.under(ctx, c)
	defer under() //nolint:errcheck // try gives the error, unless it has no use for the rendering
	for i, values := range sets {
		if i > 0 && !c.Wide {
			break
		}
		one, s := c, *c.Spec
		s.Values = values.values
		one.Spec, one.Types = &s, c.Types && i == 0
		if values.name != "" {
			one.Name += ", " + values.name
		}
		if _, _, err := r.try(ctx, one, under); err != nil {
			return err
		}
	}
	return nil
}

// try renders one Spec with the overlay, and checks what differs from the rendering
// without it. It gives the former, and the paths of what differs; nil if it did not render.
func (r *run) try(ctx context.Context, c Case, without func() (render.Tree, error)) (render.Tree, []string, error) {
	r.report.Specs++
	tree, ok, err := r.render(ctx, c)
	if err != nil || !ok {
		return nil, nil, err
	}
	under, err := without()
	if err != nil {
		return nil, nil, err
	}
	changed := differing(tree, under)
	for _, at := range changed {
		body := tree[at].Body
		if key := at + "\x00" + string(body); !r.seen[key] {
			r.seen[key] = true
			for _, fault := range faults(at, body, under[at].Body) {
				r.fault(at, body, fault, c)
			}
		}
	}
	if err := r.chart(ctx, c, tree, changed); err != nil {
		return nil, nil, err
	}
	if c.Types {
		if err := r.types(ctx, c, tree, changed); err != nil {
			return nil, nil, err
		}
	}
	return tree, changed, nil
}

// render renders one Spec with the overlay. What goes wrong there is told, and not ok.
func (r *run) render(ctx context.Context, c Case) (tree render.Tree, ok bool, err error) {
	r.watch.Begin()
	c.Spec.Templates = []spec.Overlay{r.Pin.Overlay}
	rendering, err := r.Laid.Repository(ctx, c.Spec, c.Input)
	if ctx.Err() != nil {
		return nil, false, ctx.Err()
	}
	if err != nil {
		for _, one := range parted(err) {
			f := r.located(one)
			f.Specs = []string{c.Name}
			r.fail(f)
		}
		return nil, false, nil
	}
	return rendering.Tree, true, nil
}

// under begins to render one Spec without the overlay, and gives what waits for it.
func (r *run) under(ctx context.Context, c Case) func() (render.Tree, error) {
	s := *c.Spec
	s.Templates, s.Values = nil, nil
	rendered := sync.OnceValues(func() (render.Tree, error) {
		rendering, err := r.Base.Repository(ctx, &s, c.Input)
		if err != nil {
			return nil, fmt.Errorf("render %s without the overlay: %w", c.Name, err)
		}
		return rendering.Tree, nil
	})
	go rendered() //nolint:errcheck // whoever waits for it gets the error
	return rendered
}

// differing are the files that the overlay brings or changes, but for those that say which
// overlays there are.
func differing(tree, under render.Tree) []string {
	return slices.DeleteFunc(tree.Paths(), func(at string) bool {
		was, there := under[at]
		return there && was.Mode == tree[at].Mode && bytes.Equal(was.Body, tree[at].Body) || at == spec.FileName || strings.HasPrefix(at, ".spacegen/")
	})
}

// fault tells of a fault in a file that was rendered.
func (r *run) fault(at string, body []byte, f fault, c Case) {
	file := at
	if f.line > 0 {
		file = fmt.Sprintf("%s:%d", at, f.line)
	}
	r.fail(Failure{Check: f.check, At: r.watch.Where(at, body, f.line), File: file, Message: f.message, Specs: []string{c.Name}})
}

// parted takes joined errors apart.
func parted(err error) []error {
	if many, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // those that are joined at the top
		var all []error
		for _, one := range many.Unwrap() {
			all = append(all, parted(one)...)
		}
		return all
	}
	return []error{err}
}

// place is where an error says that it happened.
var place = regexp.MustCompile(`(?:template: )?([^\s:]+:[^\s:]+(?::\d+){1,2}|[^\s:]+/[^\s:]+(?::\d+){1,2})(?:: |$)`)

// rendering is how an error begins that says which file was rendered.
var rendering = regexp.MustCompile(`^render ([^\s:]+): `)

// located parts an error into the place in a template that it names, the file that was
// rendered, and the rest. One that names no place is about the overlay as a whole.
func (r *run) located(err error) Failure {
	f := Failure{Check: Rendered, At: r.Pin.Name + ":" + render.ManifestName, Message: err.Error()}
	if found := place.FindStringSubmatchIndex(f.Message); found != nil {
		f.At = f.Message[found[2]:found[3]]
		if found[1] < len(f.Message) {
			f.Message = f.Message[:found[0]] + f.Message[found[1]:]
		}
	}
	if found := rendering.FindStringSubmatch(f.Message); found != nil {
		f.File, f.Message = found[1], f.Message[len(found[0]):]
	}
	return f
}

// readFolder gives the files of a folder of the overlay; none if there is no such folder.
func readFolder(fsys fs.FS, folder string) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(fsys, folder, func(at string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[strings.TrimPrefix(at, path.Clean(folder)+"/")], err = fs.ReadFile(fsys, at)
		return err
	})
	return files, err
}
