package report

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestStates: only a repository for which an update has nothing to do, now or where all of
// it is checked out, is up to date.
func TestStates(t *testing.T) {
	changes := func(actions ...merge.Action) (all []merge.FileChange) {
		for _, action := range actions {
			all = append(all, merge.FileChange{Path: string(action), Action: action})
		}
		return all
	}
	for _, tt := range []struct {
		report change.Report
		want   State
		update merge.Counts
	}{
		{change.Report{}, InStep, merge.Counts{}},
		{change.Report{Changes: changes(merge.Keep, merge.Absent)}, InStep, merge.Counts{}},
		{change.Report{Changes: changes(merge.Create, merge.Delete)}, Drifted, merge.Counts{Created: 1, Deleted: 1}},
		{change.Report{Changes: changes(merge.Conflict)}, Drifted, merge.Counts{Conflicts: 1}},
		{change.Report{Changes: changes(merge.Away)}, Drifted, merge.Counts{Waiting: 1}},
		{change.Report{SpecEdited: true}, Drifted, merge.Counts{Updated: 1}},
		{change.Report{Behind: true}, Behind, merge.Counts{}},
		{change.Report{Behind: true, Marked: []repository.Place{{Path: "a"}}}, Conflicted, merge.Counts{}},
	} {
		tt.report.Spec = spec.New("demo")
		s := statusOf(&tt.report)
		assert.Equal(t, tt.want, s.State, "%+v", tt.report)
		assert.Equal(t, tt.update, s.Update)
	}
}
