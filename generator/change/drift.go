package change

import (
	"context"

	"github.com/cloudforet-io/spacegen/generator/input"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Drift is what an update would do to a repository as it stands.
type Drift struct {
	Spec     *spec.Spec
	Numbered bool        // the Spec has fields that an update would number
	Plan     *merge.Plan // nil: nobody can tell, since the lock is gone
	Records  map[string]merge.Record
}

// Drift finds out what an update would do to a project, and does nothing.
func (r *Release) Drift(ctx context.Context, p *repository.Project) (*Drift, error) {
	l := &loaded{project: p, version: r.Version}
	if err := l.readSpec(r.Sets, nil, nil); err != nil {
		return nil, err
	}
	d := &Drift{Spec: l.spec, Numbered: l.specText != nil}
	if p.Lock == nil && p.CheckLock() != nil {
		return d, nil //nolint:nilerr // a Plan that is nil says it
	}
	var err error
	if l.unchecked, err = input.NotCheckedOut(ctx, p); err != nil {
		return nil, err
	}
	if err := l.render(ctx, r.Sets, Request{}); err != nil {
		return nil, err
	}
	if err := l.look(ctx, Request{}); err != nil {
		return nil, err
	}
	planned, err := l.plan(ctx, merge.Options{})
	if err != nil {
		return nil, err
	}
	d.Plan, d.Records = planned.merged, l.records
	return d, nil
}
