package change

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
)

// check refuses a change that would lose what somebody wrote: edits that are not
// committed, and those that were made since the plan.
func (c *Change) check(ctx context.Context) error {
	if err := c.loaded.unchanged(c.plan.merged); err != nil {
		return err
	}
	if c.want.AllowDirty {
		return nil
	}
	dirty, err := c.loaded.project.Dirty(ctx, c.plan.merged, c.loaded.records)
	if err != nil || len(dirty) == 0 {
		return err
	}
	return uncommitted(c.plan.merged, dirty)
}

// unchanged refuses to go on with a plan of files that are not what they were when it was
// made: somebody may have thought about its conflicts for a while.
func (l *loaded) unchanged(p *merge.Plan) error {
	if err := l.project.Unchanged(); err != nil {
		return err
	}
	paths := render.Tree{}
	for _, c := range p.Changes {
		if _, seen := l.stood[c.Path]; seen || c.Action == merge.Create {
			paths[c.Path] = render.File{}
		}
	}
	now, err := l.project.Ours(nil, paths)
	if err != nil {
		return err
	}
	for at := range paths {
		was, is := l.stood[at], now[at]
		if !bytes.Equal(was.Body, is.Body) || was.Mode != is.Mode || was.Link != is.Link || was.Dir != is.Dir {
			return fmt.Errorf("%s was edited while this command ran; nothing was written; run it again", at)
		}
	}
	return nil
}

// An UncommittedError refuses to write to files that have changes which are not committed.
type UncommittedError struct {
	Lost   []string // would lose them
	Merged []string // would be merged into
}

func (e *UncommittedError) Error() string {
	if len(e.Lost) == 0 {
		return fmt.Sprintf("these files have changes that are not committed, and would be merged into:\n  %s\ncommit or stash them first, or say --allow-dirty", strings.Join(e.Merged, "\n  "))
	}
	text := fmt.Sprintf("these files have edits that are not committed, and they would be lost:\n  %s\n", strings.Join(e.Lost, "\n  "))
	if len(e.Merged) > 0 {
		text += fmt.Sprintf("these have some that would be merged into:\n  %s\n", strings.Join(e.Merged, "\n  "))
	}
	return text + "commit or stash them first; 'spacegen update --keep' keeps edits in generated files, --allow-dirty gives them up"
}

// uncommitted is the error about dirty files.
func uncommitted(plan *merge.Plan, dirty []string) error {
	loses := map[string]bool{}
	for _, c := range plan.Changes {
		loses[c.Path] = c.Loses
	}
	e := &UncommittedError{}
	for _, at := range dirty {
		if loses[at] {
			e.Lost = append(e.Lost, at)
		} else {
			e.Merged = append(e.Merged, at)
		}
	}
	return e
}
