package service_test

import (
	"context"
	"errors"
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/model"
	"github.com/cloudforet-io/inventory/internal/service"
)

func TestCollectionStartsAtItsHour(t *testing.T) {
	withCollecting(t, func(t *testing.T, f *collecting) {
		due, other := f.collector(t, nil), f.collector(t, nil)
		due.Schedule = map[string]any{"hours": []any{3, 15}}
		other.Schedule = map[string]any{"hours": []any{4}}
		for _, c := range []*model.Collector{due, other} {
			require.NoError(t, f.Collector.Update(t.Context(), model.Scope{}, c, "schedule"))
		}
		f.collector(t, nil)
		for hour, want := range map[float64]float64{3: 1, 5: 0} {
			answer, err := f.call(t.Context(), map[string]any{"hour": hour}, service.NewCollectionStart(f.Managers).Run)
			require.NoError(t, err)
			assert.Equal(t, map[string]any{"started": want}, answer, hour)
		}
		require.Len(t, f.tasks, 1)
		assert.Equal(t, due.CollectorID, f.job(t, f.tasks[0]).CollectorID)
		_, err := f.call(t.Context(), nil, service.NewCollectionStart(f.Managers).Run)
		assert.Equal(t, "ERROR_REQUIRED_PARAMETER", apierror.From(err).Code)
	})
}

func TestCollectionIsForItsDomain(t *testing.T) {
	withCollecting(t, func(t *testing.T, f *collecting) {
		c := f.collector(t, nil)
		collect := service.NewCollector(f.Managers).Collect
		ctx := pipeline.WithMetadata(t.Context(), pipeline.Metadata{DomainID: "domain-2"})
		for id, code := range map[string]string{c.CollectorID: "ERROR_NOT_FOUND", "": "ERROR_REQUIRED_PARAMETER"} {
			_, err := pipeline.Call(ctx, f.pipeline, pipeline.Method{}, &api.CollectRequest{CollectorId: id}, collect)
			assert.Equal(t, code, apierror.From(err).Code)
		}
		assert.Empty(t, f.tasks)
	})
}

// A job is handed over once it is committed, and not if it never is.
func TestCollectionThatIsRolledBackIsNotHandedOver(t *testing.T) {
	withCollecting(t, func(t *testing.T, f *collecting) {
		c := f.collector(t, nil)
		_, err := pipeline.Call(t.Context(), f.pipeline, pipeline.Method{}, &api.CollectRequest{CollectorId: c.CollectorID},
			func(ctx context.Context, req *api.CollectRequest) (*api.JobInfo, error) {
				if _, err := service.NewCollector(f.Managers).Collect(ctx, req); err != nil {
					return nil, err
				}
				return nil, errors.New("no")
			})
		require.Error(t, err)
		assert.Empty(t, f.tasks)
		running, err := f.Job.Running(t.Context(), c.CollectorID)
		require.NoError(t, err)
		assert.Nil(t, running)
	})
}
