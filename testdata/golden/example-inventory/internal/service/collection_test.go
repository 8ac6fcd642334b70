package service_test

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/config"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/plugintest"
	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/cloudforet-io/spacegen/core/queue"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/connector"
	"github.com/cloudforet-io/inventory/internal/connector/assettest"
	"github.com/cloudforet-io/inventory/internal/connector/database"
	"github.com/cloudforet-io/inventory/internal/manager"
	"github.com/cloudforet-io/inventory/internal/model"
	"github.com/cloudforet-io/inventory/internal/service"
)

// collecting is all that takes part in collections, with a plugin that does as
// the collector's options say. Tasks are noted and not run.
type collecting struct {
	manager.Managers
	stored   connector.Connectors
	plugins  *plugintest.Plugins
	pipeline *pipeline.Pipeline
	tasks    []string // the jobs that were handed over
	loses    bool     // whether the queue forgets what it took
}

// Put notes the job of a task, when the call is committed that puts it.
func (f *collecting) Put(ctx context.Context, _ string, task queue.Task, _ ...queue.PutOption) error {
	note := func(context.Context) error {
		if id, _ := task.Stages[0].Params["job_id"].(string); !f.loses {
			f.tasks = append(f.tasks, id)
		}
		return nil
	}
	if pipeline.TransactionFrom(ctx).OnCommit(note) {
		return nil
	}
	return note(ctx)
}

func withCollecting(t *testing.T, test func(t *testing.T, f *collecting)) {
	t.Helper()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		f := &collecting{plugins: plugintest.Dial(t, new(assettest.Plugin).NewServer())}
		f.stored = connector.New(connector.Deps{DB: db, Config: &config.Config{}, Plugins: f.plugins, Queues: f})
		f.Managers = manager.New(f.stored)
		f.pipeline, err = pipeline.New(pipeline.Options{Service: "test", Transactor: db})
		require.NoError(t, err)
		test(t, f)
	})
}

// collector makes one whose plugin does as options say.
func (f *collecting) collector(t *testing.T, options map[string]any) *model.Collector {
	t.Helper()
	c := &model.Collector{
		Name: "c", DomainID: "domain-1", WorkspaceID: "workspace-1",
		PluginInfo: map[string]any{"plugin_id": "plugin-1", "options": options},
	}
	require.NoError(t, f.Collector.Create(t.Context(), c))
	return c
}

// start starts a collection as somebody of the domain would.
func (f *collecting) start(t *testing.T, c *model.Collector) *api.JobInfo {
	t.Helper()
	ctx := pipeline.WithMetadata(t.Context(), pipeline.Metadata{DomainID: c.DomainID, WorkspaceID: c.WorkspaceID})
	job, err := pipeline.Call(ctx, f.pipeline, pipeline.Method{Resource: "Collector", Verb: "collect"},
		&api.CollectRequest{CollectorId: c.CollectorID}, service.NewCollector(f.Managers).Collect)
	require.NoError(t, err)
	return job
}

// call calls a service as a task does.
func (f *collecting) call(ctx context.Context, params map[string]any, run func(context.Context, *structpb.Struct) (*structpb.Struct, error)) (map[string]any, error) {
	req, err := structpb.NewStruct(params)
	if err != nil {
		return nil, err
	}
	answer, err := pipeline.Call(ctx, f.pipeline, pipeline.Method{Resource: "Task", Verb: "run", Piecemeal: true}, req, run)
	return answer.AsMap(), err
}

// carryOut carries a job out and gives what became of it.
func (f *collecting) carryOut(t *testing.T, id string) *model.Job {
	t.Helper()
	_, err := f.call(t.Context(), map[string]any{"job_id": id}, service.NewCollection(f.Managers).Run)
	require.NoError(t, err)
	return f.job(t, id)
}

func (f *collecting) job(t *testing.T, id string) *model.Job {
	t.Helper()
	job, err := f.Job.Get(t.Context(), model.Scope{DomainID: "domain-1", WorkspaceID: "workspace-1"}, id)
	require.NoError(t, err)
	return job
}

func TestCollectionStoresWhatIsFound(t *testing.T) {
	withCollecting(t, func(t *testing.T, f *collecting) {
		c := f.collector(t, assettest.Options("", assettest.Service("vm-1"), assettest.Service("vm-2"), assettest.Region("north"),
			map[string]any{"state": "FAILURE", "message": "no access to eu-1"}))
		started := f.start(t, c)
		assert.Equal(t, api.JobInfo_IN_PROGRESS, started.GetStatus())
		assert.Equal(t, started.GetJobId(), f.start(t, c).GetJobId(), "one at a time")
		assert.Equal(t, []string{started.GetJobId(), started.GetJobId()}, f.tasks, "of which the queue keeps one")

		job := f.carryOut(t, started.GetJobId())
		assert.Equal(t, model.JobSuccess, job.Status, job.Error)
		assert.Equal(t, []int64{3, 0, 1}, []int64{job.CreatedCount, job.UpdatedCount, job.FailureCount})
		assert.Equal(t, []string{"no access to eu-1"}, job.Failures)
		assert.NotEmpty(t, job.FinishedAt)
		stored, _, err := f.CloudService.List(t.Context(), model.Scope{DomainID: "domain-1", WorkspaceID: "workspace-1"}, query.Query{Sort: []query.Sort{{Key: "resource_id"}}})
		require.NoError(t, err)
		require.Len(t, stored, 2)
		assert.Equal(t, "the vm-1", stored[0].Name)
		assert.Equal(t, c.CollectorID, stored[0].CollectorID)
		assert.False(t, stored[0].CollectedAt.IsZero())
		c, err = f.Collector.Get(t.Context(), model.Scope{}, c.CollectorID)
		require.NoError(t, err)
		assert.Contains(t, c.PluginMetadata, "supported_resource_type")
		assert.NotEmpty(t, c.LastCollectedAt)

		next := f.start(t, c)
		assert.NotEqual(t, started.GetJobId(), next.GetJobId())
		job = f.carryOut(t, next.GetJobId())
		assert.Equal(t, []int64{0, 3, 1}, []int64{job.CreatedCount, job.UpdatedCount, job.FailureCount}, "the same again")
	})
}

func TestCollectionNotesTheVersionThatRuns(t *testing.T) {
	withCollecting(t, func(t *testing.T, f *collecting) {
		f.plugins.Running = "1.3"
		for mode, want := range map[string]string{"AUTO": "1.3", "MANUAL": "1.2"} {
			c := f.collector(t, nil)
			c.PluginInfo["version"], c.PluginInfo["upgrade_mode"] = "1.2", mode
			require.NoError(t, f.Collector.Update(t.Context(), model.Scope{}, c, "plugin_info"))
			assert.Equal(t, model.JobSuccess, f.carryOut(t, f.start(t, c).GetJobId()).Status)
			c, err := f.Collector.Get(t.Context(), model.Scope{}, c.CollectorID)
			require.NoError(t, err)
			assert.Equal(t, want, c.PluginInfo["version"], mode)
			assert.Equal(t, "plugin-1", c.PluginInfo["plugin_id"])
		}
	})
}

// A collection takes long, and the collector may be changed meanwhile.
func TestCollectionLeavesWhatWasChangedMeanwhile(t *testing.T) {
	withCollecting(t, func(t *testing.T, f *collecting) {
		f.plugins.Running = "1.3"
		for name, c := range map[string]struct {
			change  map[string]any
			version string
			noted   bool
		}{
			"credentials":     {change: map[string]any{"secret_id": "secret-2"}, version: "1.3", noted: true},
			"another plugin":  {change: map[string]any{"plugin_id": "plugin-2"}, version: "1.2"},
			"another version": {change: map[string]any{"version": "1.4"}, version: "1.4"},
			"no upgrades":     {change: map[string]any{"upgrade_mode": "MANUAL"}, version: "1.2", noted: true},
		} {
			t.Run(name, func(t *testing.T) {
				before := f.collector(t, assettest.Options("", assettest.Service("vm-1")))
				before.PluginInfo["version"], before.PluginInfo["upgrade_mode"] = "1.2", "AUTO"
				require.NoError(t, f.Collector.Update(t.Context(), model.Scope{}, before, "plugin_info"))
				id := f.start(t, before).GetJobId()
				want := maps.Clone(before.PluginInfo)
				maps.Copy(want, c.change)
				managers := f.Managers
				managers.CloudService = &meanwhile{managers.CloudService, func() {
					changed := *before
					changed.PluginInfo = want
					require.NoError(t, f.Collector.Update(t.Context(), model.Scope{}, &changed, "plugin_info"))
				}}
				_, err := f.call(t.Context(), map[string]any{"job_id": id}, service.NewCollection(managers).Run)
				require.NoError(t, err)
				job := f.job(t, id)
				require.Equal(t, model.JobSuccess, job.Status, job.Error)

				after, err := f.Collector.Get(t.Context(), model.Scope{}, before.CollectorID)
				require.NoError(t, err)
				want["version"] = c.version
				assert.Equal(t, want, after.PluginInfo)
				assert.Equal(t, c.noted, len(after.PluginMetadata) > 0)
				assert.NotEmpty(t, after.LastCollectedAt)
			})
		}
	})
}

// meanwhile does something before a cloud service is stored.
type meanwhile struct {
	manager.CloudService
	do func()
}

func (m *meanwhile) Put(ctx context.Context, item *model.CloudService) (bool, error) {
	m.do()
	return m.CloudService.Put(ctx, item)
}

func TestCollectionTellsWhyItFailed(t *testing.T) {
	withCollecting(t, func(t *testing.T, f *collecting) {
		for name, c := range map[string]struct {
			options map[string]any
			err     error
			want    string
			kept    int64
		}{
			"no plugin": {err: apierror.NotFound("plugin_id", "plugin-1"), want: "plugin-1"},
			"refused":   {options: map[string]any{"refuse": "wrong key"}, want: "wrong key"},
			"at length": {err: apierror.NotFound("plugin_id", "\x00"+strings.Repeat("é", 5000)), want: "ééé…"},
			"midway":    {options: assettest.Options("error", assettest.Service("vm-1")), want: "the key is locked", kept: 1},
		} {
			t.Run(name, func(t *testing.T) {
				f.plugins.Err = c.err
				job := f.carryOut(t, f.start(t, f.collector(t, c.options)).GetJobId())
				assert.Equal(t, model.JobFailure, job.Status)
				assert.Contains(t, job.Error, c.want)
				assert.Less(t, len(job.Error), 1100)
				assert.Equal(t, c.kept, job.CreatedCount)
				assert.NotEmpty(t, job.FinishedAt)
			})
		}
		c := f.collector(t, nil)
		id := f.start(t, c).GetJobId()
		require.NoError(t, f.Collector.Delete(t.Context(), model.Scope{}, c.CollectorID))
		assert.Contains(t, f.carryOut(t, id).Error, c.CollectorID, "its collector is gone")
	})
}

func TestCollectionThatIsBrokenOffIsCarriedOutAgain(t *testing.T) {
	withCollecting(t, func(t *testing.T, f *collecting) {
		c := f.collector(t, assettest.Options("never", assettest.Service("vm-1")))
		id := f.start(t, c).GetJobId()
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			_, err := f.call(ctx, map[string]any{"job_id": id}, service.NewCollection(f.Managers).Run)
			done <- err
		}()
		require.Eventually(t, func() bool {
			_, total, err := f.CloudService.List(t.Context(), model.Scope{}, query.Query{CountOnly: true})
			return err == nil && total == 1
		}, time.Minute, 10*time.Millisecond)
		stop()
		require.Error(t, <-done, "the queue has to give it to another worker")
		assert.Equal(t, model.JobInProgress, f.job(t, id).Status)

		c.PluginInfo["options"] = assettest.Options("", assettest.Service("vm-1"), assettest.Service("vm-2"))
		require.NoError(t, f.Collector.Update(t.Context(), model.Scope{}, c, "plugin_info"))
		job := f.carryOut(t, id)
		assert.Equal(t, model.JobSuccess, job.Status)
		assert.Equal(t, []int64{1, 1}, []int64{job.CreatedCount, job.UpdatedCount}, "it counts from the start")
	})
}

func TestCollectionThatTakesTooLongHasFailed(t *testing.T) {
	withCollecting(t, func(t *testing.T, f *collecting) {
		id := f.start(t, f.collector(t, assettest.Options("never", assettest.Service("vm-1")))).GetJobId()
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		_, err := f.call(ctx, map[string]any{"job_id": id}, service.NewCollection(f.Managers).Run)
		require.NoError(t, err)
		job := f.job(t, id)
		assert.Equal(t, model.JobFailure, job.Status)
		assert.Regexp(t, "(?i)deadline", job.Error)
	})
}

func TestCollectionOfAJobThatHasEnded(t *testing.T) {
	withCollecting(t, func(t *testing.T, f *collecting) {
		id := f.start(t, f.collector(t, assettest.Options("", assettest.Service("vm-1")))).GetJobId()
		ended := f.carryOut(t, id)
		assert.Equal(t, ended, f.carryOut(t, id), "a task that is delivered twice does nothing")
		_, err := f.call(t.Context(), nil, service.NewCollection(f.Managers).Run)
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
	})
}
