package change

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/schema"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Joined is what became of two branches that git merges.
type Joined struct {
	Doing     string // merge, rebase, cherry-pick, revert
	Changes   []merge.FileChange
	Conflicts int
	Notes     []string
	Left      []string // what git could not merge and spacegen leaves to people
	Spec      bool     // spacegen.yaml itself has a conflict: nothing was written
}

// Join brings what git merges, in the repository at dir, to a state that an update can go
// on from: spacegen.yaml by its keys, the records of both branches, and each file as
// whoever edited it has it.
func Join(ctx context.Context, dir, version string, dryRun bool) (j *Joined, err error) {
	p, m, err := repository.OpenMerge(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	by := m.Ours.Lock.Provenance
	for _, lock := range []*repository.Lock{m.Ours.Lock, m.Theirs.Lock} {
		p.Lock = lock
		if err := p.CheckVersion(version); err != nil {
			return nil, err
		}
		if semver.Compare(lock.Spacegen, by.Spacegen) > 0 {
			by = lock.Provenance
		}
	}
	p.Lock = m.Ours.Lock
	j = &Joined{Doing: m.Doing}
	text, conflict, err := j.joinSpec(ctx, p, m)
	if err != nil {
		return nil, err
	}
	if conflict {
		j.Spec, j.Conflicts = true, 1
		return j, nil
	}
	j.Notes = append(j.Notes, schema.Meet(m.Base.Migrations, m.Ours.Migrations, m.Theirs.Migrations)...)
	plan, err := m.Join(ctx)
	if err != nil {
		return nil, err
	}
	plan.Changes = slices.Concat(plan.Changes, made(m))
	plan.Changes = slices.DeleteFunc(plan.Changes, func(c merge.FileChange) bool { return c.Path == spec.FileName })
	j.Changes, j.Conflicts = plan.Changes, plan.Conflicts()
	written := map[string]bool{}
	for _, c := range plan.Changes {
		written[c.Path] = c.Action != merge.Conflict
	}
	for _, at := range slices.Sorted(maps.Keys(m.Unmerged)) {
		if _, marked := merge.Marked(m.Disk[at].Body); marked && !written[at] && at != spec.FileName && !strings.HasPrefix(at, repository.Folder+"/") {
			j.Left = append(j.Left, at)
		}
	}
	if dryRun {
		return j, nil
	}
	_, err = p.Apply(ctx, repository.Edit{Plan: plan, By: by, SpecPath: spec.FileName, SpecText: text})
	return j, err
}

// joinSpec merges spacegen.yaml, unless somebody has done so.
func (j *Joined) joinSpec(ctx context.Context, p *repository.Project, m *repository.Merge) ([]byte, bool, error) {
	text := p.SpecText
	if _, marked := merge.Marked(text); marked {
		merged, conflict, err := merge.Texts(ctx, spec.FileName, m.Base.Spec, m.Ours.Spec, m.Theirs.Spec)
		if err != nil || conflict {
			return nil, conflict, err
		}
		text = merged
	}
	ours, err := lastSpec(m.Ours)
	if err != nil {
		return nil, false, err
	}
	theirs, err := lastSpec(m.Theirs)
	if err != nil || ours == nil || theirs == nil {
		return text, false, err
	}
	base, err := lastSpec(m.Base)
	if err != nil {
		return nil, false, err
	}
	taken := spec.Taken(base, ours, theirs)
	for _, t := range taken {
		j.Notes = append(j.Notes, fmt.Sprintf("%s.%s has the number %d now: both branches gave %d to a new field, and %s keeps it; clients that were built on the other branch have to be built anew",
			t.Resource, t.Field, t.Number, t.Was, t.By))
	}
	if text, err = spec.Renumber(text, taken); err != nil {
		return nil, false, err
	}
	if merged, err := spec.Parse(spec.FileName, text); err == nil { // or else the update says why not
		j.Notes = append(j.Notes, movedValues(theirs, merged)...)
	}
	return text, false, nil
}

// movedValues says which values of enums have another number than on the other branch.
func movedValues(theirs, merged *spec.Spec) []string {
	var notes []string
	for _, r := range theirs.Resources {
		now := merged.Resource(r.Name)
		if now == nil {
			continue
		}
		for _, f := range r.Fields {
			field := now.Field(f.Name)
			if field == nil {
				continue
			}
			for i, value := range f.Values {
				if at := slices.Index(field.Values, value); at >= 0 && at != i {
					notes = append(notes, fmt.Sprintf("%s of %s.%s has the number %d now, and had %d on the other branch: both branches added a value; clients that were built on the other branch have to be built anew", value, r.Name, f.Name, at+1, i+1))
				}
			}
		}
	}
	return notes
}

func lastSpec(c repository.Commit) (*spec.Spec, error) {
	if c.Last == nil {
		return nil, nil //nolint:nilnil // nothing was rendered as yet
	}
	return spec.Parse(render.SpecPath, c.Last)
}

// made are files that spacegen makes anew after an update, which nobody has to merge: this
// branch's stay for the moment.
func made(m *repository.Merge) []merge.FileChange {
	var changes []merge.FileChange
	for _, at := range slices.Sorted(maps.Keys(m.Unmerged)) {
		_, recorded := m.Branches.Ours.Records[at]
		own := strings.HasPrefix(at, repository.Folder+"/") && at != repository.LockPath && !strings.HasPrefix(at, repository.BasePath+"/")
		if recorded || !own && (!strings.HasPrefix(at, "gen/") || path.Ext(at) == "") {
			continue
		}
		file, there := m.Branches.Ours.Files[at]
		if !there {
			file, there = m.Branches.Theirs.Files[at]
		}
		if there {
			changes = append(changes, merge.FileChange{Path: at, Action: merge.Merge, Note: "it is made anew", Write: true, Body: file.Body, Mode: file.Mode})
		}
	}
	return changes
}

// Conclude tells git that what an update brought in step after Join is merged, but for
// what still has a conflict.
func Conclude(ctx context.Context, dir string, j *Joined, r *Report) (err error) {
	p, err := repository.Open(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	open, err := p.Conflicts()
	if err != nil {
		return err
	}
	paths := map[string]bool{spec.FileName: true, repository.Folder: true, "gen": true, "go.mod": true, "go.sum": true}
	for _, c := range slices.Concat(j.Changes, r.Changes) {
		paths[c.Path] = true
	}
	for _, place := range open {
		delete(paths, place.Path)
	}
	for _, c := range slices.Concat(j.Changes, r.Changes) {
		if c.Action == merge.Conflict {
			delete(paths, c.Path)
		}
	}
	return p.Resolved(ctx, slices.Sorted(maps.Keys(paths)))
}
