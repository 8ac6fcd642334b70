package change

import (
	"context"

	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Apply carries the change out, all of it or nothing, and says what it did; in a dry run
// it only says so.
func (c *Change) Apply(ctx context.Context) (*Report, error) {
	l, report := c.loaded, c.Report()
	if c.want.Planned != nil {
		if err := c.follows(c.want.Planned); err != nil {
			return nil, err
		}
	}
	if c.want.DryRun {
		return report, nil
	}
	if l.pending && len(report.Marked) > 0 {
		report.Changes, report.Conflicts = nil, 0 // or the update before could not be taken back any more
		return report, nil
	}
	if err := c.check(ctx); err != nil {
		return nil, err
	}
	edit := repository.Edit{Plan: c.plan.merged, By: l.by}
	if l.specText != nil {
		edit.SpecPath, edit.SpecText = spec.FileName, l.specText
	}
	var err error
	if report.Wrote, err = l.project.Apply(ctx, edit); err != nil {
		return nil, err
	}
	if report.Conflicts > 0 {
		if err := l.project.Unmerged(ctx, c.plan.merged); err != nil {
			report.Notes = append(report.Notes, "git was not told which files have conflicts: "+err.Error())
		}
		return report, nil
	}
	if l.pending { // and nothing is marked any more
		report.Decided, report.Steps = true, Steps{SkipGit: true}
		return report, l.project.Conclude()
	}
	return report, nil
}
