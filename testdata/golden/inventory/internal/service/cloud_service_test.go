package service_test

import (
	"fmt"
	"testing"

	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/resourcetest"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/connector/database"
	"github.com/cloudforet-io/inventory/internal/model"
	"github.com/cloudforet-io/inventory/internal/service"
)

// sampleCloudService is a request for a cloud service unlike those of other numbers.
func sampleCloudService(n int) *api.CreateCloudServiceRequest {
	return &api.CreateCloudServiceRequest{
		Name:        fmt.Sprint("name ", n),
		State:       api.CloudServiceInfo_ACTIVE,
		Size:        int64(n + 1),
		Cost:        float64(n) + 0.5,
		Monitored:   true,
		IpAddresses: []string{fmt.Sprint("ip addresses ", n)},
		LaunchedAt:  "2026-01-02T03:04:05.678Z",
		Data:        &structpb.Struct{Fields: map[string]*structpb.Value{"key": structpb.NewStringValue("value")}},
		ProjectId:   fmt.Sprint("project id ", n),
	}
}

// cloudServiceServices is the contract of services, for that of cloud services without rules.
func cloudServiceServices() resourcetest.Services {
	return resourcetest.Services{
		Migrations: database.Migrations,
		New: func(t *testing.T, db *core.DB) resourcetest.Methods {
			t.Helper()
			s := service.NewCloudService(managersOn(t, db))
			return resourcetest.Methods{
				Create: resourcetest.MethodOf(s.Create), Update: resourcetest.MethodOf(s.Update),
				Delete: resourcetest.MethodOf(s.Delete), Get: resourcetest.MethodOf(s.Get),
				List: resourcetest.MethodOf(s.List), Stat: resourcetest.MethodOf(s.Stat),
			}
		},
		Sample:   func(n int) proto.Message { return sampleCloudService(n) },
		Schema:   model.CloudServiceSchema(),
		Required: []string{"name"},
	}
}

func TestCloudService(t *testing.T) { cloudServiceServices().Test(t) }
