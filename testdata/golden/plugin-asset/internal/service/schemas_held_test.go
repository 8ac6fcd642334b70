package service_test

import (
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/plugin-asset/gen/go/spaceone/api/inventory/plugin"
	"github.com/cloudforet-io/plugin-asset/internal/manager"
	"github.com/cloudforet-io/plugin-asset/internal/service"
)

// TestSchemasArePublished has the plugin say what it wants to be told.
func TestSchemasArePublished(t *testing.T) {
	for method, init := range map[string]func() (*structpb.Struct, error){
		"Collector.init": func() (*structpb.Struct, error) {
			answer, err := service.NewCollector(manager.Managers{}).Init(t.Context(), &api.InitRequest{})
			return answer.GetMetadata(), err
		},
	} {
		metadata, err := init()
		require.NoError(t, err, method)
		for _, schema := range []string{"options_schema", "secret_schema"} {
			assert.Equal(t, "object", metadata.GetFields()[schema].GetStructValue().GetFields()["type"].GetStringValue(), "%s of %s", schema, method)
		}
	}
}

// TestSchemasAreHeldTo tells every method what no schema knows. A caller is told
// where it stands, and nothing of what it is.
func TestSchemasAreHeldTo(t *testing.T) {
	unknown := &structpb.Struct{Fields: map[string]*structpb.Value{"unknown": structpb.NewStringValue("hunter2")}}
	for name, calls := range map[string]map[string]func() error{
		"options": {
			"Collector.verify": func() error {
				_, err := service.NewCollector(manager.Managers{}).Verify(t.Context(), &api.VerifyRequest{Options: unknown})
				return err
			},
			"Collector.collect": func() error {
				return service.NewCollector(manager.Managers{}).Collect(t.Context(), &api.CollectRequest{Options: unknown}, nil)
			},
		},
		"secret_data": {
			"Collector.verify": func() error {
				_, err := service.NewCollector(manager.Managers{}).Verify(t.Context(), &api.VerifyRequest{SecretData: unknown})
				return err
			},
			"Collector.collect": func() error {
				return service.NewCollector(manager.Managers{}).Collect(t.Context(), &api.CollectRequest{SecretData: unknown}, nil)
			},
		},
	} {
		for method, call := range calls {
			fault := apierror.From(call())
			assert.Equal(t, "ERROR_INVALID_PARAMETER", fault.Code, method)
			assert.Contains(t, fault.Message, "key = "+name+".", method)
			assert.NotContains(t, fault.Message, "hunter2", method)
		}
	}
}
