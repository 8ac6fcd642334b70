package change

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/input"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/schema"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Release is a spacegen: its version, its template sets, and the migrations that
// lead to these.
type Release struct {
	Version    string
	Sets       render.Sets
	Migrations []Migration

	Intercept func(what, path string) error // of tests: fails a step on the disk
}

// Options are how a command goes about changing a repository.
type Options struct {
	Merge      merge.Options
	DryRun     bool              // find out, write nothing
	AllowDirty bool              // write to files that have changes which are not committed
	Bring      protofile.Sources // files of an API that come into proto/
	DropAPI    bool              // an API that proto/ has no more goes, and the code that answers it

	point func(*spec.Addresses) (string, error) // what a frontend leads to
}

// A Report is what a command did to a repository, or would do.
type Report struct {
	Dir       string
	From, To  string // versions of spacegen
	Changes   []merge.Change
	Conflicts int
	Marked    []repository.Place // conflicts that were left before
	Refers    []repository.Place // lines that speak of parts which were removed
	Notes     []string           // what people should know of their tables
	Wrote     bool
	Decided   bool // the conflicts of an update before are decided; what had to follow it does so now
	Recovered bool // a change that was cut off before was finished first
	Spec      *spec.Spec
	Steps     Steps // what has to follow
}

// ErrBehind means that a repository was rendered with other templates than
// those of this binary.
var ErrBehind = errors.New("the repository was rendered by other templates than this spacegen has; run 'spacegen update' first or, if they were those of a folder, name it by --templates")

// Update renders the repository at dir anew and merges what comes out with
// what people wrote. edit, if not nil, changes the Spec first.
func (r *Release) Update(ctx context.Context, dir string, edit func(*spec.File) error, o Options) (*Report, error) {
	return r.change(ctx, dir, edit, o, false)
}

// Change is Update for a change of the Spec that adds or removes parts: it
// refuses to bring new templates in by the way.
func (r *Release) Change(ctx context.Context, dir string, edit func(*spec.File) error, o Options) (*Report, error) {
	return r.change(ctx, dir, edit, o, true)
}

func (r *Release) change(ctx context.Context, dir string, edit func(*spec.File) error, o Options, sameTemplates bool) (report *Report, err error) {
	p, recovered, err := open(ctx, dir, o.DryRun)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	p.Intercept, p.Blind = r.Intercept, o.AllowDirty
	if err := p.CheckVersion(r.Version); err != nil {
		return nil, err
	}
	report = &Report{Dir: p.Dir, To: r.Version, Recovered: recovered}
	if p.Lock != nil {
		report.From = p.Lock.Spacegen
	}
	away, err := input.NotCheckedOut(ctx, p)
	if err != nil {
		return nil, err
	}
	change := repository.Edit{Spacegen: r.Version}
	due := r.due(p.Lock)
	if len(away) > 0 && rewrites(due) {
		return nil, fmt.Errorf("this update changes your code everywhere, and %d files lie outside of your sparse checkout; run it where all is checked out: 'git sparse-checkout disable'", len(away))
	}
	last, err := input.Last(p)
	if err != nil {
		return nil, err
	}
	if report.Spec, err = readSpec(p, last, chain(due, edit), &change); err != nil {
		return nil, err
	}
	change.Templates = repository.Templates(r.Sets.Of(report.Spec.Kind))
	if p.Lock != nil && sameTemplates && !slices.Equal(p.Lock.Templates, change.Templates) {
		return nil, ErrBehind
	}
	own, err := input.API(ctx, p, report.Spec)
	if err != nil {
		return nil, err
	}
	own.Drop = o.DropAPI
	planned, err := r.plan(ctx, p, report.Spec, own, o, due, sameTemplates)
	if err != nil {
		return nil, err
	}
	plan, records := planned.plan, planned.records
	left, err := schema.LeftBehind(last, report.Spec, p.FS(), plan)
	if err != nil {
		return nil, err
	}
	change.Plan, report.Notes = plan, slices.Concat(planned.notes, schema.Retyped(last, report.Spec), left)
	if before, err := spec.Parse(spec.FileName, p.SpecText); err == nil {
		if report.Refers, err = references(p.FS(), plan, removed(before, report.Spec)); err != nil {
			return nil, err
		}
	}
	if p.Unasked != nil {
		report.Notes = append(report.Notes, "git was not asked which files it ignores and which edits are committed, as --allow-dirty says: "+p.Unasked.Error())
	}
	report.Changes, report.Conflicts, report.Steps = plan.Changes, plan.Conflicts(), following(plan, len(own.Protos)+len(own.Edited) > 0)
	steps, waiting := report.Steps.wait(away)
	report.Steps, report.Notes = steps, slices.Concat(report.Notes, waiting)
	if report.Marked, err = p.Conflicts(); err != nil {
		return nil, err
	}
	report.Marked = slices.DeleteFunc(report.Marked, func(place repository.Place) bool {
		return records[place.Path].Owner == render.Generated && // it is written anew
			slices.ContainsFunc(plan.Changes, func(c merge.Change) bool { return c.Path == place.Path && c.Write })
	})
	if o.DryRun {
		return report, nil
	}
	pending, err := p.Pending()
	if err != nil {
		return nil, err
	}
	if pending && len(report.Marked) > 0 {
		report.Changes, report.Conflicts = nil, 0 // or the update before could not be taken back any more
		return report, nil
	}
	if !o.AllowDirty {
		dirty, err := p.Dirty(ctx, plan, records)
		if err != nil {
			return nil, err
		}
		if len(dirty) > 0 {
			return nil, dirtyError(plan, dirty)
		}
	}
	if report.Wrote, err = p.Apply(ctx, change); err != nil {
		return nil, err
	}
	if report.Conflicts > 0 {
		if err := p.Unmerged(ctx, plan); err != nil {
			report.Notes = append(report.Notes, "git was not told which files have conflicts: "+err.Error())
		}
		return report, nil
	}
	if pending { // and nothing is marked any more
		report.Decided, report.Steps = true, Steps{SkipGit: true}
		return report, p.Conclude()
	}
	return report, nil
}

// dirtyError refuses to write to files that have changes which are not committed.
func dirtyError(plan *merge.Plan, dirty []string) error {
	loses := map[string]bool{}
	for _, c := range plan.Changes {
		loses[c.Path] = c.Loses
	}
	var merged, lost []string
	for _, at := range dirty {
		if loses[at] {
			lost = append(lost, at)
		} else {
			merged = append(merged, at)
		}
	}
	if len(lost) == 0 {
		return fmt.Errorf("these files have changes that are not committed, and would be merged into:\n  %s\ncommit or stash them first, or say --allow-dirty", strings.Join(merged, "\n  "))
	}
	text := fmt.Sprintf("these files have edits that are not committed, and they would be lost:\n  %s\n", strings.Join(lost, "\n  "))
	if len(merged) > 0 {
		text += fmt.Sprintf("these have some that would be merged into:\n  %s\n", strings.Join(merged, "\n  "))
	}
	return errors.New(text + "commit or stash them first; 'spacegen update --keep' keeps edits in generated files, --allow-dirty gives them up")
}

// readSpec gives the Spec of a project, edited if need be. old is that of the last
// render; nil if nobody knows.
func readSpec(p *repository.Project, old *spec.Spec, edit func(*spec.File) error, change *repository.Edit) (*spec.Spec, error) {
	file, err := spec.Open(spec.FileName, p.SpecText)
	if err != nil {
		return nil, err
	}
	if old != nil {
		if err := file.Follow(old); err != nil {
			return nil, err
		}
	}
	if edit != nil {
		if err := edit(file); err != nil {
			return nil, err
		}
	}
	if old != nil {
		if err := schema.Follow(file, old, p.FS()); err != nil {
			return nil, err
		}
	}
	if text := file.Bytes(); string(text) != string(p.SpecText) {
		change.SpecPath, change.SpecText = spec.FileName, text
	}
	return file.Spec(), nil
}

// A Drift is what an update would do to a repository as it stands.
type Drift struct {
	Spec     *spec.Spec
	Numbered bool        // the Spec has fields that an update would number
	Plan     *merge.Plan // nil: nobody can tell, since the lock is gone
	Records  map[string]merge.Record
}

// Drift finds out what an update would do to a project, and does nothing.
func (r *Release) Drift(ctx context.Context, p *repository.Project) (*Drift, error) {
	var edit repository.Edit
	last, err := input.Last(p)
	if err != nil {
		return nil, err
	}
	s, err := readSpec(p, last, nil, &edit)
	if err != nil {
		return nil, err
	}
	d := &Drift{Spec: s, Numbered: edit.SpecPath != ""}
	if p.Lock == nil && p.CheckLock() != nil {
		return d, nil
	}
	own, err := input.API(ctx, p, s)
	if err != nil {
		return nil, err
	}
	planned, err := r.plan(ctx, p, s, own, Options{}, nil, false)
	if err != nil {
		return nil, err
	}
	d.Plan, d.Records = planned.plan, planned.records
	return d, nil
}

// A planned change is what comes of rendering and merging.
type planned struct {
	plan    *merge.Plan
	records map[string]merge.Record // of what was rendered last
	notes   []string
}

// plan renders and merges. removing means that somebody removes a part, in so many
// words.
func (r *Release) plan(ctx context.Context, p *repository.Project, s *spec.Spec, own render.Own, o Options, due []Migration, removing bool) (*planned, error) {
	brought, err := bring(p, o.Bring, own.Protos)
	if err != nil {
		return nil, err
	}
	rendering, err := r.Sets.Repository(ctx, s, own)
	if err != nil {
		return nil, err
	}
	tree := rendering.Tree
	delete(tree, spec.FileName) // it is where all this comes from
	records, err := p.Records()
	if err != nil {
		return nil, err
	}
	delete(records, spec.FileName)
	if len(records) > 0 {
		if err := dropIgnored(ctx, p, tree, records); err != nil {
			return nil, err
		}
	}
	away, err := p.Away(ctx)
	if err != nil {
		return nil, err
	}
	if away, err = outside(ctx, p, away, tree, records); err != nil {
		return nil, err
	}
	ours, err := p.Ours(records, tree)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(sameNumbers(records, ours), schema.SameNames(records, own.Applied)); err != nil {
		return nil, err
	}
	migrated, err := migrate(p.FS(), due, records, ours)
	if err != nil {
		return nil, err
	}
	old := "spacegen before"
	if p.Lock != nil {
		old = "spacegen " + p.Lock.Spacegen
	}
	moved := map[string]string{}
	for _, set := range r.Sets.Of(s.Kind) {
		of, err := set.Moved(s)
		if err != nil {
			return nil, err
		}
		maps.Copy(moved, of)
	}
	stay, err := staying(ctx, p, tree, records, removing)
	if err != nil {
		return nil, err
	}
	plan, err := merge.Run(ctx, merge.Input{
		Records: records, Ours: ours, Theirs: tree, Moved: moved, Away: away, Stay: stay,
		Old: old + " (base)", New: "spacegen " + r.Version, Options: o.Merge,
	})
	if err != nil {
		return nil, err
	}
	migrated.into(plan)
	pointed, err := pointed(p, records, o.point)
	if err != nil {
		return nil, err
	}
	plan.Changes = slices.Concat(plan.Changes, brought, pointed)
	slices.SortFunc(plan.Changes, func(a, b merge.Change) int { return strings.Compare(a.Path, b.Path) })
	return &planned{plan, records, slices.Concat(schema.Orphans(plan, tree, stay), schema.Stale(plan, tree, ours), rendering.Notes())}, nil
}

// dropIgnored takes out of a tree what is new and what git ignores.
func dropIgnored(ctx context.Context, p *repository.Project, tree render.Tree, records map[string]merge.Record) error {
	ignored, err := p.Ignored(ctx, fresh(tree, records))
	for at := range ignored {
		delete(tree, at)
	}
	return err
}

// following says which steps a plan makes necessary. Where people have protos of
// their own, code that changes may do so because these have.
func following(plan *merge.Plan, ownProtos bool) Steps {
	steps := Steps{SkipProto: true, SkipTidy: true, SkipGit: true}
	for _, c := range plan.Changes {
		if !c.Write && c.Action != merge.Delete {
			continue
		}
		switch path.Ext(c.Path) {
		case ".proto":
			steps.SkipProto, steps.SkipTidy = false, false
		case ".go", ".mod", ".sum":
			steps.SkipTidy = false
			steps.SkipProto = steps.SkipProto && !ownProtos
		}
	}
	return steps
}

// staying are the migrations that are not deleted though nothing renders them any more.
// Who removes a part takes those along that were never committed.
func staying(ctx context.Context, p *repository.Project, tree render.Tree, records map[string]merge.Record, removing bool) (map[string]bool, error) {
	stay, lasting := map[string]bool{}, schema.Lasting(tree, records)
	for rendered := range lasting {
		stay[rendered] = true
	}
	if !removing {
		return stay, nil
	}
	committed, err := p.Committed(ctx, slices.Collect(maps.Values(lasting)))
	for rendered, at := range lasting {
		stay[rendered] = committed[at]
	}
	return stay, err
}

// open opens the repository at dir: to look at it, or to change it, which finishes
// a change that was cut off before.
func open(ctx context.Context, dir string, look bool) (p *repository.Project, recovered bool, err error) {
	if look {
		p, err = repository.Open(ctx, dir)
		return p, false, err
	}
	return repository.OpenToChange(ctx, dir)
}

// Recover finishes or undoes a change of the repository at dir that was cut off, as
// every change of it does first. It reports whether there was one.
func Recover(ctx context.Context, dir string) (bool, error) {
	p, recovered, err := repository.OpenToChange(ctx, dir)
	if err != nil {
		return false, err
	}
	return recovered, p.Close()
}

// Steps are what follows when a repository's files stand.
type Steps struct {
	SkipProto bool // don't make gen/ of the protos
	SkipTidy  bool // don't tidy go.mod
	SkipGit   bool // don't make it a git repository
}
