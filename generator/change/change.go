// Package change is the one way in which a repository changes. What stands there is
// loaded, and what should stand there is rendered (load.go); a plan says what becomes of
// each file (plan.go); what would lose something is refused (check.go); the rest is
// applied, all or nothing (apply.go).
package change

import (
	"context"
	"errors"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/overlay"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Release is a spacegen: its version, its template sets, and the upgrades that
// lead to these.
type Release struct {
	Version  string
	Sets     render.Sets
	Overlays []overlay.Pin // that are laid over the sets
	Adopt    spec.Edit     // by which spacegen.yaml names them; nil: nothing is known of it
	Upgrades []Upgrade

	Intercept func(what, path string) error // of tests: fails a step on the disk
}

// Provenance is what a lock records of the release, for a kind of repository.
func (r *Release) Provenance(kind spec.Kind) repository.Provenance {
	return repository.Provenance{Spacegen: r.Version, Templates: repository.Templates(r.Sets.Of(kind)), Overlays: r.Overlays}
}

// Options are how a command goes about changing a repository.
type Options struct {
	Merge      merge.Options
	DryRun     bool              // find out, write nothing
	AllowDirty bool              // write to files that have changes which are not committed
	Bring      protofile.Sources // files of an API that come into proto/
	DropAPI    bool              // an API that proto/ has no more goes, and the code that answers it
}

// A Request is what is wanted of a repository.
type Request struct {
	Options

	Edit      spec.Edit        // of the Spec, before all else; nil: none
	Addresses spec.AddressEdit // of the services that a frontend leads to; nil: none
	Protos    []ProtoEdit      // of the API, once the Spec is edited
	Rename    *Rename          // that Edit does; nil: it renames nothing

	// Parts says that parts are added or removed, in so many words: new templates
	// are not brought in by the way, and migrations of a part that goes go along if
	// they were never committed.
	Parts bool

	// Planned is what was planned before: whatever is not exactly that is refused. nil:
	// nothing was.
	Planned *PlanFile
}

// A Report is what a command did to a repository, or would do.
type Report struct {
	Dir       string
	From, To  string // versions of spacegen
	Behind    bool   // other template sets rendered it than those of this spacegen
	Overlays  []overlay.Pin
	Changes   []merge.FileChange
	Conflicts int
	Marked    []repository.Place // conflicts that were left before
	Refers    []repository.Place // lines that speak of parts which were removed, or that have other names now
	Renamed   bool               // by a rename
	Notes     []string           // what people should know of their tables

	SpecEdited bool // spacegen.yaml is written as well, which Changes does not have

	Wrote     bool
	Decided   bool // the conflicts of an update before are decided; what had to follow it does so now
	Recovered bool // a change that was cut off before was finished first
	Spec      *spec.Spec
	Steps     Steps // what has to follow
}

// A Change is what is about to happen to a repository.
type Change struct {
	want   Request
	loaded *loaded
	plan   *plan
}

// Prepare loads a repository, renders it and plans the change that is wanted. Nothing is
// written, but for a change that was cut off before, which is finished or taken back
// first unless this is a dry run. The Change has to be closed.
func (r *Release) Prepare(ctx context.Context, dir string, want Request) (*Change, error) {
	l, err := r.load(ctx, dir, want)
	if err != nil {
		return nil, err
	}
	c := &Change{want: want, loaded: l}
	if c.plan, err = l.plan(ctx, want.Merge); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// Decide plans anew, with other decisions about conflicts.
func (c *Change) Decide(ctx context.Context, o merge.Options) (err error) {
	c.plan, err = c.loaded.plan(ctx, o)
	return err
}

// Close ends the use of the repository.
func (c *Change) Close() error { return c.loaded.project.Close() }

// Report says what the change does.
func (c *Change) Report() *Report {
	l, p := c.loaded, c.plan
	report := &Report{
		Dir: l.project.Dir, To: l.version, Overlays: l.by.Overlays, Recovered: l.recovered, Spec: l.spec,
		Changes: p.merged.Changes, SpecEdited: l.specText != nil, Conflicts: p.merged.Conflicts(), Marked: p.marked, Refers: p.refers, Renamed: l.renaming != nil, Notes: p.notes, Steps: p.steps,
	}
	if l.project.Lock != nil {
		report.From, report.Behind = l.project.Lock.Spacegen, !l.project.Lock.Like(l.by)
	}
	return report
}

// ErrBehind means that a repository was rendered with other templates than
// those of this binary.
var ErrBehind = errors.New("the repository was rendered by other templates than this spacegen has; run 'spacegen update' first")

// Do prepares a change and applies it, unless it is a dry run.
func (r *Release) Do(ctx context.Context, dir string, want Request) (report *Report, err error) {
	c, err := r.Prepare(ctx, dir, want)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	return c.Apply(ctx)
}
