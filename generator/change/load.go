package change

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/cloudforet-io/spacegen/generator/input"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/schema"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// loaded is all that a plan follows from: what stands in a repository, and what is
// rendered for it.
type loaded struct {
	project   *repository.Project
	version   string // of this spacegen
	recovered bool   // a change that was cut off before was finished, or taken back
	pending   bool   // a change before ended with conflicts

	last       *spec.Spec // of the last render; nil: nobody knows
	beforeEdit *spec.Spec // of spacegen.yaml as it stands
	spec       *spec.Spec
	specText   []byte // what spacegen.yaml becomes; nil: it stays
	sinceWent  bool   // spacegen.yaml said which migrations bring columns
	migrations schema.Migrations
	restored   []restored // migrations that should come back
	due        []Upgrade
	by         repository.Provenance

	input     render.Input
	rendering *render.Rendering
	tree      render.Tree
	moved     map[string]string // by the template sets

	records     map[string]merge.Record
	stood       map[string]merge.File // what stands on disk, before upgrades
	ours        map[string]merge.File // and after them
	upgraded    upgraded
	beside      map[string]merge.File // files that the team has put beside those of a framework inside the module
	inside      bool                  // the framework stood in the module
	kept        []string              // files of a framework inside the module that the team has changed
	unchecked   map[string]bool       // what lies outside of a sparse checkout
	away        map[string]bool       // with what would be rendered there
	stay        map[string]bool       // see staying
	brought     []merge.FileChange    // protos that come in
	readdressed []merge.FileChange    // what a frontend leads to
	edited      protoEdits
	renaming    *renaming // nil: nothing is renamed
	marked      []repository.Place
	gone        []string          // Go names of the parts that go
	code        map[string][]byte // Go code, in which they may be spoken of
}

// load reads a repository, edits its Spec and renders it: once, in memory. What has to be
// read of its files follows from what is rendered.
func (r *Release) load(ctx context.Context, dir string, want Request) (*loaded, error) {
	l, err := r.open(ctx, dir, want)
	if err != nil {
		return nil, err
	}
	if err := l.load(ctx, r, want); err != nil {
		return nil, errors.Join(err, l.project.Close())
	}
	return l, nil
}

func (l *loaded) load(ctx context.Context, r *Release, want Request) (err error) {
	if l.unchecked, err = input.NotCheckedOut(ctx, l.project); err != nil {
		return err
	}
	l.due = r.due(l.project.Lock)
	l.inside = stoodInside(l.project.Lock, repository.Templates(r.Sets))
	keep, err := l.keepEdits()
	if err != nil {
		return err
	}
	if err := l.readSpec(r.Sets, chain(l.due, r.Adopt, keep, want.Edit), want.Rename.tables()); err != nil {
		return err
	}
	if err := l.restoreMigrations(ctx, want.Merge); err != nil {
		return err
	}
	if err := l.laid(r.Overlays); err != nil {
		return err
	}
	l.by = r.Provenance(l.spec.Kind)
	if l.project.Lock != nil && want.Parts && !l.project.Lock.Like(l.by) {
		return ErrBehind
	}
	if err := l.render(ctx, r.Sets, want); err != nil {
		return err
	}
	if err := errors.Join(l.leavesFramework(), l.entersFramework(), l.moveFramework()); err != nil {
		return err
	}
	if len(l.unchecked) > 0 && rewrites(l.due) {
		return fmt.Errorf("this update changes your code everywhere, and %d files lie outside of your sparse checkout; run it where all is checked out: 'git sparse-checkout disable'", len(l.unchecked))
	}
	return l.look(ctx, want)
}

// open opens the repository at dir: to look at it, or to change it, which finishes
// a change that was cut off before. A plan was made of a repository as it stands, so
// that nothing is finished before it is carried out.
func (r *Release) open(ctx context.Context, dir string, want Request) (*loaded, error) {
	l := &loaded{version: r.Version}
	var err error
	if want.DryRun || want.Planned != nil {
		l.project, err = repository.Open(ctx, dir)
	} else {
		l.project, l.recovered, err = repository.OpenToChange(ctx, dir)
	}
	if err != nil {
		return nil, err
	}
	l.project.Intercept, l.project.Blind = r.Intercept, want.AllowDirty
	if err := l.project.CheckVersion(r.Version); err != nil {
		return nil, errors.Join(err, l.project.Close())
	}
	return l, nil
}

// readSpec reads the Spec, edits it, and holds it to what the repository is already.
func (l *loaded) readSpec(sets render.Sets, edit spec.Edit, renamed map[string]string) (err error) {
	if l.last, err = input.Last(l.project); err != nil {
		return err
	}
	if l.migrations, err = schema.Read(l.project.FS()); err != nil {
		return err
	}
	file, err := spec.Open(spec.FileName, l.project.SpecText)
	if err != nil {
		return err
	}
	if l.sinceWent, err = file.DropSince(); err != nil {
		return err
	}
	if l.last != nil {
		if err := file.HoldNumbers(l.last); err != nil {
			return err
		}
	}
	l.beforeEdit = file.Spec()
	if edit != nil {
		if err := edit(file); err != nil {
			return err
		}
	}
	if l.last != nil {
		if err := l.migrations.Hold(file, l.last, renamed); err != nil {
			return err
		}
	}
	if text := file.Bytes(); string(text) != string(l.project.SpecText) {
		l.specText = text
	}
	l.spec = file.Spec()
	problems, err := sets.CheckValues(l.spec)
	if err != nil {
		return err
	}
	var errs []error
	for _, p := range problems {
		errs = append(errs, file.Problem(p.Path, p.Path+": "+p.Message, p.Fix))
	}
	return errors.Join(errs...)
}

// render renders the Spec, with the API that the repository has or that comes in.
func (l *loaded) render(ctx context.Context, sets render.Sets, want Request) (err error) {
	if l.input, err = input.Read(ctx, l.project, l.spec); err != nil {
		return err
	}
	l.input.Drop, l.input.Tables = want.DropAPI, l.migrations
	if err := l.renderBefore(ctx, sets, want.Rename); err != nil {
		return err
	}
	if l.specText != nil {
		l.input.SpecText = l.specText
	}
	if err = l.editProtos(ctx, want.Protos); err != nil {
		return err
	}
	if l.brought, err = bring(l.project, want.Bring, l.input.Protos); err != nil {
		return err
	}
	if l.rendering, err = sets.Repository(ctx, l.spec, l.input); err != nil {
		return err
	}
	l.tree = l.rendering.Tree
	delete(l.tree, spec.FileName) // it is where all this comes from
	if err := l.bringBack(want.Merge); err != nil {
		return err
	}
	if l.renaming != nil {
		l.renaming.pair(l.tree)
	}
	l.moved = map[string]string{}
	for _, set := range sets.Of(l.spec.Kind) {
		of, err := set.Moved(l.spec)
		if err != nil {
			return err
		}
		maps.Copy(l.moved, of)
	}
	l.renaming.moves(l.moved)
	return nil
}

// look reads what stands where something is, or was, rendered.
func (l *loaded) look(ctx context.Context, want Request) (err error) {
	p := l.project
	if l.records, err = p.Records(); err != nil {
		return err
	}
	delete(l.records, spec.FileName)
	if len(l.records) > 0 {
		if err := dropIgnored(ctx, p, l.tree, l.records); err != nil {
			return err
		}
	}
	l.becomesOwn()
	if l.away, err = outside(ctx, p, l.unchecked, l.tree, l.records); err != nil {
		return err
	}
	if l.stood, err = p.Ours(l.records, l.tree); err != nil {
		return err
	}
	if err := errors.Join(sameNumbers(l.records, l.stood), sameNames(l.migrations, l.records)); err != nil {
		return err
	}
	l.ours = maps.Clone(l.stood)
	if l.upgraded, err = upgrade(p.FS(), l.due, l.records, l.ours); err != nil {
		return err
	}
	if err := l.follow(ctx); err != nil {
		return err
	}
	if err := l.lookAtEdited(); err != nil {
		return err
	}
	if err := l.readBeside(); err != nil {
		return err
	}
	if l.stay, err = staying(ctx, p, l.tree, l.records, want.Parts); err != nil {
		return err
	}
	if l.readdressed, err = readdressed(p, l.records, want.Addresses); err != nil {
		return err
	}
	if before, err := spec.Parse(spec.FileName, p.SpecText); err == nil && l.renaming == nil {
		l.gone = append(l.gone, removed(before, l.spec)...)
	}
	if len(l.gone) > 0 {
		if l.code, err = goCode(p.FS()); err != nil {
			return err
		}
	}
	if l.marked, err = p.Conflicts(); err != nil {
		return err
	}
	l.pending, err = p.Pending()
	return err
}

// outside adds to the files that are not checked out those that are rendered for
// the first time and would not be either.
func outside(ctx context.Context, p *repository.Project, away map[string]bool, tree render.Tree, records map[string]merge.Record) (map[string]bool, error) {
	if len(away) == 0 {
		return nil, nil
	}
	out, err := p.Outside(ctx, fresh(tree, records))
	if err != nil {
		return nil, err
	}
	all := maps.Clone(away)
	for at, is := range out {
		if is {
			all[at] = true
		}
	}
	return all, nil
}

// fresh are the paths that are rendered for the first time.
func fresh(tree render.Tree, records map[string]merge.Record) []string {
	var paths []string
	for at := range tree {
		if _, known := records[at]; !known {
			paths = append(paths, at)
		}
	}
	return paths
}

// dropIgnored takes out of a tree what is new and what git ignores.
func dropIgnored(ctx context.Context, p *repository.Project, tree render.Tree, records map[string]merge.Record) error {
	ignored, err := p.Ignored(ctx, fresh(tree, records))
	for at := range ignored {
		delete(tree, at)
	}
	return err
}

// staying are the migrations that are not deleted though nothing renders them any more.
// Who removes parts, in so many words, takes those along that were never committed.
func staying(ctx context.Context, p *repository.Project, tree render.Tree, records map[string]merge.Record, parts bool) (map[string]bool, error) {
	stay, last := map[string]bool{}, lasting(tree, records)
	for rendered := range last {
		stay[rendered] = true
	}
	if !parts {
		return stay, nil
	}
	committed, err := p.Committed(ctx, slices.Collect(maps.Values(last)))
	for rendered, at := range last {
		stay[rendered] = committed[at]
	}
	return stay, err
}
