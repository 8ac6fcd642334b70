package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/queue"
)

// run runs the tasks of one worker. Metadata and params of a task are never
// logged: both may hold secrets.
type run struct {
	worker  string
	runner  Runner
	log     *slog.Logger
	metrics *metrics
	tracer  trace.Tracer
	queue   string
}

func (r *run) task(ctx context.Context, d *queue.Delivery) error {
	log := r.log.With("task_id", d.ID, "task", d.Task.Name, "attempt", d.Attempt)
	ctx, span := r.trace(ctx, d)
	began := time.Now()
	err := r.stages(ctx, log, d)
	result := outcome(err, d.Last)
	r.metrics.task(r.worker, result, time.Since(began))
	traced(span, result)
	switch {
	case err == nil:
		log.InfoContext(ctx, "task done", "duration", time.Since(began).String())
	case queue.IsPostponed(err):
		log.WarnContext(ctx, "task is postponed: what it needs is unavailable", "error", err)
	case d.Last || queue.IsPermanent(err):
		log.ErrorContext(ctx, "task failed and goes into the archive", "error", err)
	default:
		log.WarnContext(ctx, "task failed and will be tried again", "error", err)
	}
	return err
}

// archived counts a task that went into the archive unseen; the queue logs it.
func (r *run) archived(context.Context, string, error) {
	r.metrics.task(r.worker, "archived", 0)
}

// stages runs the stages that no earlier delivery of the task has done.
func (r *run) stages(ctx context.Context, log *slog.Logger, d *queue.Delivery) error {
	done, err := progress(ctx, d)
	if err != nil {
		return err
	}
	var failed []error
	curable, postponed := false, false
	for i, stage := range d.Task.Stages {
		if slices.Contains(done, i) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("stages[%d] %s: %w", i, stage, err)
		}
		if err := r.stage(ctx, stage); err != nil {
			err = fmt.Errorf("stages[%d] %s: %w", i, stage, err)
			err = r.classified(err, stage)
			if d.Task.StopsOnFailure() {
				return err
			}
			log.WarnContext(ctx, "stage failed, the next one follows", "stage", stage.String(), "error", err)
			failed = append(failed, err)
			curable = curable || !queue.IsPermanent(err)
			postponed = postponed || queue.IsPostponed(err)
			continue
		}
		done = append(done, i)
		if err := remember(d, done); err != nil {
			// The stage may be done twice then, which at-least-once allows.
			log.WarnContext(ctx, "progress is not remembered", "stage", stage.String(), "error", err)
		}
	}
	return together(failed, curable, postponed)
}

// together makes one error of those of a task that goes on after a failure. It
// is not one of them, so that the mark of one does not stand for all.
func together(failed []error, curable, postponed bool) error {
	if len(failed) == 0 {
		return nil
	}
	texts := make([]string, len(failed))
	for i, err := range failed {
		texts[i] = err.Error()
	}
	err := errors.New(strings.Join(texts, "; "))
	switch {
	case postponed:
		return queue.Postponed(err)
	case !curable:
		return queue.Permanent(err)
	default:
		return err
	}
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

// classified marks errors that the same call will always end in: it is no use to
// make it again. What is unavailable is no fault of the task's. A token that is
// refused is counted and tried again, since that may be mended meanwhile, unless
// its time is up.
func (r *run) classified(err error, stage queue.Stage) error {
	switch apierror.From(err).Status {
	case codes.InvalidArgument, codes.NotFound, codes.AlreadyExists, codes.PermissionDenied,
		codes.FailedPrecondition, codes.OutOfRange, codes.Unimplemented:
		return queue.Permanent(err)
	case codes.Unavailable:
		return queue.Postponed(err)
	case codes.Unauthenticated:
		return r.unauthenticated(err, stage.Metadata["token"])
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
