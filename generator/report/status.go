package report

import (
	"context"
	"errors"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A State is how a repository stands to its templates, in a word.
type State string

// The states, from bad to good.
const (
	Failed     State = "failed"     // it could not be found out
	Conflicted State = "conflicts"  // the markers of a conflict are left
	Behind     State = "behind"     // other templates than these rendered it
	Drifted    State = "drifted"    // an update would change it, though the templates are the same
	Missing    State = "not here"   // it is a member of a platform, and lies on no path of this machine
	InStep     State = "up to date" // an update would do nothing
)

// A Status is what is known of one of many repositories.
type Status struct {
	Name     string       `json:"name"`
	Dir      string       `json:"dir,omitempty"`
	Kind     spec.Kind    `json:"kind,omitempty"`
	State    State        `json:"state"`
	Spacegen string       `json:"spacegen,omitempty"` // that rendered it last
	Overlays []string     `json:"overlays,omitempty"`
	Left     int          `json:"conflicts_left"` // markers that stand in its files
	Update   merge.Counts `json:"update"`         // what an update would do
	Failed   string       `json:"failed,omitempty"`
}

// Describe finds out how the repository at dir stands. Nothing is written.
func Describe(ctx context.Context, r *change.Release, dir string) (s Status, err error) {
	c, err := r.Prepare(ctx, dir, change.Request{Options: change.Options{DryRun: true}})
	if err != nil {
		return Status{}, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	return statusOf(c.Report()), nil
}

// statusOf is pure: it follows from what an update would do.
func statusOf(r *change.Report) Status {
	s := Status{Name: r.Spec.ServiceName().Kebab(), Dir: r.Dir, Kind: r.Spec.Kind, Spacegen: r.From, Left: len(r.Marked), State: InStep, Update: merge.Count(r.Changes)}
	for _, pin := range r.Overlays {
		s.Overlays = append(s.Overlays, pin.String())
	}
	if r.SpecEdited {
		s.Update.Updated++
	}
	switch {
	case s.Left > 0:
		s.State = Conflicted
	case r.Behind:
		s.State = Behind
	case s.Update.Changed()+s.Update.Conflicts+s.Update.Waiting > 0:
		s.State = Drifted
	}
	return s
}
