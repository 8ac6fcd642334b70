package service_test

import (
	"context"
	"errors"
	"iter"
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/plugin-asset/gen/go/spaceone/api/inventory/plugin"
	"github.com/cloudforet-io/plugin-asset/internal/manager"
	"github.com/cloudforet-io/plugin-asset/internal/service"
)

// machine is a machine of as many disks as the test wants, every other of which
// can't be read.
type machine struct {
	disks  int
	broken error
	asked  manager.Wanted
	given  int
}

func (m *machine) Check(context.Context) error { return m.broken }

func (m *machine) Resources(_ context.Context, w manager.Wanted) iter.Seq2[manager.Resource, error] {
	m.asked = w
	return func(yield func(manager.Resource, error) bool) {
		for i := range m.disks {
			m.given++
			var err error
			if i%2 == 1 {
				err = errors.New("hunter2")
			}
			if !yield(manager.Resource{
				Type: manager.CloudServiceType, Unique: []string{"name"},
				Fields: map[string]any{"name": i, "cloud_service_type": manager.DiskService},
			}, err) {
				return
			}
		}
	}
}

// answers take what is streamed, until the test has enough.
type answers struct {
	grpc.ServerStream
	got    []*api.ResourceInfo
	enough int
}

func (a *answers) Send(info *api.ResourceInfo) error {
	if len(a.got) == a.enough {
		return context.Canceled
	}
	a.got = append(a.got, info)
	return nil
}

func collector(m manager.Machine) *service.Collector {
	return service.NewCollector(manager.Managers{Machine: m})
}

func object(t *testing.T, fields map[string]any) *structpb.Struct {
	t.Helper()
	s, err := structpb.NewStruct(fields)
	require.NoError(t, err)
	return s
}

func TestInit(t *testing.T) {
	info, err := collector(&machine{}).Init(t.Context(), &api.InitRequest{})
	require.NoError(t, err)
	metadata := info.GetMetadata().AsMap()
	assert.Contains(t, metadata["supported_resource_type"], "inventory.CloudService")
	for _, schema := range []string{"options_schema", "secret_schema", "filter_schema"} {
		assert.Equal(t, "object", metadata[schema].(map[string]any)["type"], schema)
	}
}

func TestVerify(t *testing.T) {
	for name, test := range map[string]struct {
		options, secret map[string]any
		key             string // of what is wrong
	}{
		"nothing said":   {},
		"all said":       {options: map[string]any{"cloud_service_types": []any{"Disk"}, "region_code": "seoul-1"}, secret: map[string]any{"account_id": "a"}},
		"unknown option": {options: map[string]any{"region": "seoul"}, key: "options.region"},
		"unknown type":   {options: map[string]any{"cloud_service_types": []any{"Disk", "hunter2"}}, key: "options.cloud_service_types.1"},
		"bad secret":     {secret: map[string]any{"account_id": []any{"hunter2"}}, key: "secret_data.account_id"},
		"unknown secret": {secret: map[string]any{"password": "hunter2"}, key: "secret_data.password"},
	} {
		t.Run(name, func(t *testing.T) {
			req := &api.VerifyRequest{Options: object(t, test.options), SecretData: object(t, test.secret)}
			_, err := collector(&machine{}).Verify(t.Context(), req)
			if test.key == "" {
				assert.NoError(t, err)
				return
			}
			var fault *apierror.Error
			require.ErrorAs(t, err, &fault)
			assert.Equal(t, "ERROR_INVALID_PARAMETER", fault.Code)
			assert.Contains(t, fault.Message, "key = "+test.key+",")
			assert.NotContains(t, err.Error(), "hunter2")

			m := &machine{disks: 1}
			err = collector(m).Collect(t.Context(), &api.CollectRequest{Options: req.GetOptions(), SecretData: req.GetSecretData()}, &answers{})
			assert.Equal(t, fault, err, "who collects is told the same")
			assert.Zero(t, m.given)
		})
	}
	_, err := collector(&machine{broken: errors.New("no disks")}).Verify(t.Context(), &api.VerifyRequest{})
	assert.EqualError(t, err, "no disks")
}

func TestCollect(t *testing.T) {
	m, all := &machine{disks: 2}, &answers{enough: 10}
	require.NoError(t, collector(m).Collect(t.Context(), &api.CollectRequest{
		Options:     object(t, map[string]any{"cloud_service_types": []any{"Host", "Disk"}}),
		SecretData:  object(t, map[string]any{"account_id": "a"}),
		Filter:      object(t, map[string]any{"resource_ids": []any{"x"}}),
		TaskOptions: object(t, map[string]any{"cloud_service_types": []any{"Disk"}}),
	}, all))
	assert.Equal(t, manager.Wanted{
		RegionCode: "local", Account: "a",
		Selections: []manager.Selection{{Types: []string{"Host", "Disk"}}, {IDs: []string{"x"}}, {Types: []string{"Disk"}}},
	}, m.asked)
	require.Len(t, all.got, 2)
	assert.Equal(t, api.ResourceInfo_SUCCESS, all.got[0].GetState())
	assert.Equal(t, "inventory.CloudService", all.got[0].GetResourceType())
	assert.Equal(t, map[string]any{"1": []any{"name"}}, all.got[0].GetMatchRules().AsMap())
	assert.Equal(t, map[string]any{"name": 0.0, "cloud_service_type": "Disk"}, all.got[0].GetResource().AsMap())
	assert.Equal(t, api.ResourceInfo_FAILURE, all.got[1].GetState())
	assert.Equal(t, "inventory.ErrorResource", all.got[1].GetResourceType())
	assert.Equal(t, "Disk", all.got[1].GetResource().AsMap()["cloud_service_type"])
	assert.NotContains(t, all.got[1].String(), "hunter2", "what goes wrong inside stays inside")
}

func TestCollectEndsWithItsCaller(t *testing.T) {
	m := &machine{disks: 1000}
	assert.ErrorIs(t, collector(m).Collect(t.Context(), &api.CollectRequest{}, &answers{enough: 3}), context.Canceled)
	assert.Equal(t, 4, m.given, "nothing is read that nobody wants")

	ended, end := context.WithCancel(t.Context())
	end()
	assert.ErrorIs(t, collector(&machine{}).Collect(ended, &api.CollectRequest{}, &answers{}), context.Canceled,
		"a collection that was cut short is no complete one")
}

func TestCollectChecksFilters(t *testing.T) {
	bad := object(t, map[string]any{"cloud_service_types": "hunter2"})
	for key, req := range map[string]*api.CollectRequest{"filter": {Filter: bad}, "task_options": {TaskOptions: bad}} {
		err := collector(&machine{}).Collect(t.Context(), req, &answers{})
		assert.Equal(t, apierror.Invalid(key+".cloud_service_types", "it must be of the type array"), err)
	}
}
