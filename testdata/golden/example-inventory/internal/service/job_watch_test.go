package service_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/inventory/internal/model"
	"github.com/cloudforet-io/inventory/internal/service"
)

func TestJobWatch(t *testing.T) {
	for name, c := range map[string]struct {
		silent      time.Duration
		again, lost float64
		want        string
	}{
		"at work": {silent: 9 * time.Minute, want: model.JobInProgress},
		"silent":  {silent: 11 * time.Minute, again: 1, want: model.JobInProgress},
		"lost":    {silent: 61 * time.Minute, lost: 1, want: model.JobFailure},
	} {
		t.Run(name, func(t *testing.T) {
			withCollecting(t, func(t *testing.T, f *collecting) {
				f.loses = true
				job := f.job(t, f.start(t, f.collector(t, nil)).GetJobId())
				f.loses = false
				job.UpdatedAt = time.Now().Add(-c.silent)
				require.NoError(t, f.stored.Job.Update(t.Context(), nil, job, "updated_at"))

				answer, err := f.call(t.Context(), nil, service.NewJobWatch(f.Managers).Run)
				require.NoError(t, err)
				assert.Equal(t, map[string]any{"again": c.again, "lost": c.lost}, answer)
				assert.Len(t, f.tasks, int(c.again))
				job = f.job(t, job.JobID)
				assert.Equal(t, c.want, job.Status)
				assert.Equal(t, c.lost == 1, job.Error != "", job.Error)
			})
		})
	}
}
