package service

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/inventory/internal/manager"
	"github.com/cloudforet-io/inventory/internal/model"
)

const (
	// silentAfter is when a job that recorded nothing is handed over again: its
	// task may be lost. It is more than a plugin may be silent.
	silentAfter = 10 * time.Minute
	// lostAfter is when such a job has failed.
	lostAfter = time.Hour
)

// JobWatch sees to it that every job ends: it looks after those that a worker
// should be at and that tell nothing.
type JobWatch struct {
	jobs  manager.Job
	tasks manager.Task
	now   func() time.Time
}

// NewJobWatch makes the service.
func NewJobWatch(m manager.Managers) *JobWatch {
	return &JobWatch{jobs: m.Job, tasks: m.Task, now: time.Now}
}

// Run looks once, and answers with how many jobs were handed over again and how
// many were given up.
func (s *JobWatch) Run(ctx context.Context, _ *structpb.Struct) (*structpb.Struct, error) {
	silent, err := s.jobs.Silent(ctx, s.now().Add(-silentAfter))
	if err != nil {
		return nil, err
	}
	again, lost := 0, 0
	for i := range silent {
		job := &silent[i]
		if job.UpdatedAt.Before(s.now().Add(-lostAfter)) {
			err = s.giveUp(ctx, job)
			lost++
		} else {
			err = s.tasks.Collect(ctx, job.JobID)
			again++
		}
		if err != nil {
			return nil, err
		}
	}
	return structpb.NewStruct(map[string]any{"again": again, "lost": lost})
}

func (s *JobWatch) giveUp(ctx context.Context, job *model.Job) error {
	return end(ctx, s.jobs, job, fmt.Errorf("no worker gave a sign of life for %s", lostAfter))
}
