package change

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
)

// A plan is what becomes of a repository's files, and what is to be said of it.
type plan struct {
	merged *merge.Plan
	marked []repository.Place // conflicts from before that stay
	refers []repository.Place // lines that speak of what goes
	notes  []string
	steps  Steps
}

// plan is pure: it follows from what was loaded alone.
func (l *loaded) plan(ctx context.Context, o merge.Options) (*plan, error) {
	merged, err := merge.Run(ctx, merge.Input{
		Records: maps.Clone(l.records), Ours: maps.Clone(l.ours), Theirs: l.tree, Moved: l.moved, Away: l.away, Stay: l.stay, Needing: answering(l.records),
		Old: l.before() + " (base)", New: "spacegen " + l.version, Options: o,
	})
	if err != nil {
		return nil, err
	}
	l.asCommitted(merged)
	l.upgraded.into(merged)
	l.carry(merged)
	merged.Changes = slices.Concat(merged.Changes, l.brought, l.readdressed)
	slices.SortFunc(merged.Changes, func(a, b merge.FileChange) int { return strings.Compare(a.Path, b.Path) })

	p := &plan{merged: merged, marked: l.left(merged)}
	if p.refers, err = references(l.code, merged, l.gone); err != nil {
		return nil, err
	}
	if l.renaming != nil {
		p.refers = slices.Concat(p.refers, l.renaming.says)
	}
	var waiting []string
	p.steps, waiting = stepsAfter(merged, len(l.input.Protos)+len(l.input.Edited) > 0).wait(l.unchecked)
	p.notes = slices.Concat(l.notes(merged), l.unwritten(merged), l.renamed(merged), waiting)
	return p, nil
}

// before names what rendered the repository last.
func (l *loaded) before() string {
	if l.project.Lock == nil {
		return "spacegen before"
	}
	return "spacegen " + l.project.Lock.Spacegen
}

// left are the conflicts from before, but for those in generated files that are written
// anew.
func (l *loaded) left(p *merge.Plan) []repository.Place {
	return slices.DeleteFunc(slices.Clone(l.marked), func(place repository.Place) bool {
		return l.records[place.Path].Owner == render.Generated &&
			slices.ContainsFunc(p.Changes, func(c merge.FileChange) bool { return c.Path == place.Path && c.Write })
	})
}

// notes are what people should know of their tables, and of their API.
func (l *loaded) notes(p *merge.Plan) []string {
	goes := func(at string) bool {
		return slices.ContainsFunc(p.Changes, func(c merge.FileChange) bool { return c.Path == at && c.Action == merge.Delete })
	}
	notes := slices.Concat(
		orphans(p, l.tree, l.stay, l.migrations), twins(l.migrations, l.records, l.tree), stale(p, l.tree, l.ours), l.rendering.Notes(),
		l.migrations.Retyped(l.last, l.spec), l.migrations.Without(goes).LeftBehind(l.last, l.spec))
	if len(l.kept) > 0 {
		notes = append(notes, fmt.Sprintf("you have changed the framework (%s), so that it is yours from now on, in core/: spacegen.yaml says framework: own, and updates merge it", enumerate(l.kept, 3)))
	}
	notes = append(notes, l.overlaid()...)
	if l.sinceWent {
		notes = append(notes, "spacegen.yaml no longer says of fields since which migration they have a column: the migrations say so themselves, and 'since' is removed")
	}
	if l.project.Unasked != nil {
		notes = append(notes, "git was not asked which files it ignores and which edits are committed, as --allow-dirty says: "+l.project.Unasked.Error())
	}
	return notes
}
