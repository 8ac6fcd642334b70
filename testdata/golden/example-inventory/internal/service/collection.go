package service

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apivalue"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/inventory/internal/manager"
	"github.com/cloudforet-io/inventory/internal/model"
)

// recordEvery is how often a job tells how far it is, while answers come.
const recordEvery = 2 * time.Second

// Collection carries out jobs. One that is carried out twice, because its worker
// died, finds the same again and stores it over what is there.
type Collection struct {
	jobs       manager.Job
	collectors manager.Collector
	assets     manager.Asset
	services   manager.CloudService
	regions    manager.Region
}

// NewCollection makes the service.
func NewCollection(m manager.Managers) *Collection {
	return &Collection{jobs: m.Job, collectors: m.Collector, assets: m.Asset, services: m.CloudService, regions: m.Region}
}

// Run carries out the job that params name by job_id. That a collection fails
// is what its job tells; an error is what keeps the job from being carried out.
func (s *Collection) Run(ctx context.Context, params *structpb.Struct) (*structpb.Struct, error) {
	id := params.GetFields()["job_id"].GetStringValue()
	job, err := s.jobs.Get(ctx, model.Scope{}, id)
	if err != nil {
		return nil, err
	}
	if job.Status != model.JobInProgress {
		return params, nil
	}
	failed := s.collect(ctx, job)
	if errors.Is(ctx.Err(), context.Canceled) {
		return nil, fmt.Errorf("%s is put back: %w", id, ctx.Err())
	}
	// Its time may be over, which is worth telling.
	return params, end(context.WithoutCancel(ctx), s.jobs, job, failed)
}

// end records that a job succeeded or why it failed.
func end(ctx context.Context, jobs manager.Job, job *model.Job, failed error) error {
	job.End(failed)
	job.FinishedAt = apivalue.FromTime(time.Now())
	pipeline.TransactionFrom(ctx).Log.InfoContext(ctx, "job ended", "job_id", job.JobID, "status", job.Status,
		"created", job.CreatedCount, "updated", job.UpdatedCount, "failures", job.FailureCount,
		"disconnected", job.DisconnectedCount, "deleted", job.DeletedCount, "error", job.Error)
	return jobs.Record(ctx, job)
}

// collect stores what the plugin of the job's collector finds.
func (s *Collection) collect(ctx context.Context, job *model.Job) error {
	begun := time.Now()
	job.CreatedCount, job.UpdatedCount, job.FailureCount, job.Failures = 0, 0, 0, nil
	job.DisconnectedCount, job.DeletedCount = 0, 0
	if err := s.jobs.Record(ctx, job); err != nil {
		return err
	}
	scope := model.Scope{DomainID: job.DomainID, WorkspaceID: job.WorkspaceID}
	collector, err := s.collectors.Get(ctx, scope, job.CollectorID)
	if err != nil {
		return err
	}
	metadata, version, err := s.assets.Describe(ctx, collector)
	if err != nil {
		return err
	}
	recorded := time.Now()
	for found, err := range s.assets.Collect(ctx, collector) {
		if err != nil {
			return err
		}
		s.keep(ctx, job, found)
		if time.Since(recorded) < recordEvery {
			continue
		}
		if err := s.jobs.Record(ctx, job); err != nil {
			return err
		}
		recorded = time.Now()
	}
	if model.TellsWhatIsGone(metadata) && job.FailureCount == 0 {
		if err := s.gone(ctx, job, begun); err != nil {
			return err
		}
	}
	return s.note(ctx, scope, collector, metadata, version)
}

// note notes on a collector that it has collected, with a plugin that says this
// of itself and runs in this version. Somebody may have changed the collector
// since it was read: only what is new is stored. Where somebody does so right now, it
// is read again.
func (s *Collection) note(ctx context.Context, scope model.Scope, collector *model.Collector, metadata map[string]any, version string) error {
	err := s.noteOnce(ctx, scope, collector, metadata, version)
	for again := 0; again < 3 && err != nil && apierror.From(err).Code == "ERROR_CONFLICT"; again++ {
		err = s.noteOnce(ctx, scope, collector, metadata, version)
	}
	return err
}

func (s *Collection) noteOnce(ctx context.Context, scope model.Scope, collector *model.Collector, metadata map[string]any, version string) error {
	fresh, err := s.collectors.Get(ctx, scope, collector.CollectorID)
	if err != nil {
		return err
	}
	changed := []string{"last_collected_at"}
	fresh.LastCollectedAt = apivalue.FromTime(time.Now())
	if fresh.SamePlugin(collector) {
		changed = append(changed, "plugin_metadata")
		fresh.PluginMetadata = metadata
		if fresh.Upgraded(version) {
			changed = append(changed, "plugin_info")
		}
	}
	return s.collectors.Update(ctx, scope, fresh, changed...)
}

// keep stores one thing that was found. That one can't be stored keeps none of
// the others from it.
func (s *Collection) keep(ctx context.Context, job *model.Job, found manager.Found) {
	var created bool
	var err error
	switch {
	case found.Failure != "":
		job.Fail(found.Failure)
		return
	case found.CloudService != nil:
		found.CloudService.CollectedAt, found.CloudService.State = time.Now().UTC().Truncate(time.Millisecond), model.CloudServiceActive
		created, err = s.services.Put(ctx, found.CloudService)
	case found.Region != nil:
		created, err = s.regions.Put(ctx, found.Region)
	default:
		return
	}
	switch {
	case err != nil:
		job.Fail(err.Error())
	case created:
		job.CreatedCount++
	default:
		job.UpdatedCount++
	}
}
