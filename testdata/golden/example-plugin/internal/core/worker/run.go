package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/plugin/internal/core/apierror"
	"github.com/cloudforet-io/plugin/internal/core/pipeline"
	"github.com/cloudforet-io/plugin/internal/core/queue"
)

// run runs the tasks of one worker. Metadata and params of a task are never
// logged: both may hold secrets.
type run struct {
	worker  string
	runner  Runner
	log     *slog.Logger
	metrics *metrics
}

func (r *run) task(ctx context.Context, d *queue.Delivery) error {
	log := r.log.With("task_id", d.ID, "task", d.Task.Name, "attempt", d.Attempt)
	began := time.Now()
	err := r.stages(ctx, log, d)
	r.metrics.task(r.worker, outcome(err, d.Last), time.Since(began))
	switch {
	case err == nil:
		log.InfoContext(ctx, "task done", "duration", time.Since(began).String())
	case d.Last || queue.IsPermanent(err):
		log.ErrorContext(ctx, "task failed and goes into the archive", "error", err)
	default:
		log.WarnContext(ctx, "task failed and will be tried again", "error", err)
	}
	return err
}

// stages runs the stages that no earlier delivery of the task has done.
func (r *run) stages(ctx context.Context, log *slog.Logger, d *queue.Delivery) error {
	done, err := progress(ctx, d)
	if err != nil {
		return err
	}
	var failed []error
	curable := false
	for i, stage := range d.Task.Stages {
		if slices.Contains(done, i) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("stages[%d] %s: %w", i, stage, err)
		}
		if err := r.stage(ctx, stage); err != nil {
			err = fmt.Errorf("stages[%d] %s: %w", i, stage, err)
			if d.Task.StopsOnFailure() {
				return classified(err)
			}
			log.WarnContext(ctx, "stage failed, the next one follows", "stage", stage.String(), "error", err)
			failed = append(failed, err)
			curable = curable || !queue.IsPermanent(classified(err))
			continue
		}
		done = append(done, i)
		if err := remember(d, done); err != nil {
			// The stage may be done twice then, which at-least-once allows.
			log.WarnContext(ctx, "progress is not remembered", "stage", stage.String(), "error", err)
		}
	}
	if err := errors.Join(failed...); err != nil && !curable {
		return queue.Permanent(err)
	} else if err != nil {
		return err
	}
	return nil
}

// stage makes the call in a context of its own, and turns a panic into an
// error: a bad task must not take the worker down.
func (r *run) stage(ctx context.Context, stage queue.Stage) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.log.ErrorContext(ctx, "stage panicked", "stage", stage.String(), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = errors.New("panic; the log has the stack")
		}
		r.metrics.stage(r.worker, stage, err)
	}()
	return r.runner.Run(pipeline.WithMetadata(ctx, r.metadata(stage)), stage)
}

func (r *run) metadata(stage queue.Stage) pipeline.Metadata {
	return pipeline.Metadata{
		Token:       stage.Metadata["token"],
		DomainID:    stage.Metadata["x_domain_id"],
		WorkspaceID: stage.Metadata["x_workspace_id"],
		Traceparent: stage.Metadata["traceparent"],
		Peer:        "worker:" + r.worker,
	}
}

// classified marks errors that the same call will always end in: it is no use
// to make it again.
func classified(err error) error {
	switch apierror.From(err).Status {
	case codes.InvalidArgument, codes.NotFound, codes.AlreadyExists, codes.PermissionDenied,
		codes.Unauthenticated, codes.FailedPrecondition, codes.OutOfRange, codes.Unimplemented:
		return queue.Permanent(err)
	default:
		return err
	}
}

// progress gives the positions of the stages that are done. A task of one
// stage needs no such book.
func progress(ctx context.Context, d *queue.Delivery) ([]int, error) {
	if len(d.Task.Stages) == 1 {
		return nil, nil
	}
	text, err := d.Progress(ctx)
	if err != nil || text == "" {
		return nil, err
	}
	var done []int
	if err := json.Unmarshal([]byte(text), &done); err != nil {
		return nil, fmt.Errorf("reading the progress of task %s: %w", d.ID, err)
	}
	return done, nil
}

func remember(d *queue.Delivery, done []int) error {
	if len(d.Task.Stages) == 1 {
		return nil
	}
	text, err := json.Marshal(done)
	if err != nil {
		return err
	}
	return d.SetProgress(string(text))
}
