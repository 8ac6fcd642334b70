package app_test

import (
	"context"
	"errors"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	plugin "github.com/cloudforet-io/plugin-asset/gen/go/spaceone/api/inventory/plugin"
)

func object(t *testing.T, fields map[string]any) *structpb.Struct {
	t.Helper()
	s, err := structpb.NewStruct(fields)
	require.NoError(t, err)
	return s
}

// collect gives all that a collection tells of.
func collect(ctx context.Context, client plugin.CollectorClient, req *plugin.CollectRequest) ([]*plugin.ResourceInfo, error) {
	stream, err := client.Collect(ctx, req)
	if err != nil {
		return nil, err
	}
	var all []*plugin.ResourceInfo
	for {
		info, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, info)
	}
}

// TestCollector goes the way that the inventory goes: it asks the plugin what it
// wants, has it check that, and collects.
func TestCollector(t *testing.T) {
	service := start(t, settings)
	client := plugin.NewCollectorClient(dial(t, service.grpc))
	info, err := client.Init(t.Context(), &plugin.InitRequest{})
	require.NoError(t, err)
	options := info.GetMetadata().GetFields()["options_schema"].GetStructValue().GetFields()["properties"].GetStructValue()
	assert.Contains(t, options.GetFields(), "region_code")

	req := &plugin.CollectRequest{
		Options:    object(t, map[string]any{"region_code": "seoul"}),
		SecretData: object(t, map[string]any{"account_id": "a-1"}),
	}
	_, err = client.Verify(t.Context(), &plugin.VerifyRequest{Options: req.GetOptions(), SecretData: req.GetSecretData()})
	require.NoError(t, err)

	all, err := collect(t.Context(), client, req)
	require.NoError(t, err)
	host, err := os.Hostname()
	require.NoError(t, err)
	found := false
	for _, r := range all {
		resource := r.GetResource().AsMap()
		if r.GetResourceType() != "inventory.CloudService" || resource["cloud_service_type"] != "Host" {
			continue
		}
		found = true
		assert.Equal(t, plugin.ResourceInfo_SUCCESS, r.GetState())
		assert.Equal(t, host, resource["name"])
		assert.Equal(t, "seoul", resource["region_code"])
		assert.Equal(t, "a-1", resource["account"])
		assert.NotEmpty(t, r.GetMatchRules().AsMap()["1"])
	}
	assert.True(t, found, "this machine is among them")

	fewer, err := collect(t.Context(), client, &plugin.CollectRequest{Filter: object(t, map[string]any{"resource_ids": []any{"nothing"}})})
	require.NoError(t, err)
	assert.Len(t, fewer, 4, "the region and the three types")
}

func TestCollectorRefuses(t *testing.T) {
	client := plugin.NewCollectorClient(dial(t, start(t, settings).grpc))
	for key, req := range map[string]*plugin.CollectRequest{
		"options.region_code":    {Options: object(t, map[string]any{"region_code": "hunter 2"})},
		"options.regions":        {Options: object(t, map[string]any{"regions": "hunter 2"})},
		"secret_data.account_id": {SecretData: object(t, map[string]any{"account_id": map[string]any{"a": "hunter 2"}})},
	} {
		_, verified := client.Verify(t.Context(), &plugin.VerifyRequest{Options: req.GetOptions(), SecretData: req.GetSecretData()})
		_, collected := collect(t.Context(), client, req)
		for _, err := range []error{verified, collected} {
			assert.Equal(t, codes.InvalidArgument, status.Code(err))
			assert.ErrorContains(t, err, "ERROR_INVALID_PARAMETER: ")
			assert.ErrorContains(t, err, "key = "+key+",")
			assert.NotContains(t, err.Error(), "hunter")
		}
	}
}
