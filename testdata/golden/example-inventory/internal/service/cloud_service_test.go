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
		Name:              fmt.Sprint("name ", n),
		ResourceId:        fmt.Sprint("resource id ", n),
		Provider:          fmt.Sprint("provider ", n),
		CloudServiceGroup: fmt.Sprint("cloud service group ", n),
		CloudServiceType:  fmt.Sprint("cloud service type ", n),
		RegionCode:        fmt.Sprint("region code ", n),
		Account:           fmt.Sprint("account ", n),
		InstanceType:      fmt.Sprint("instance type ", n),
		InstanceSize:      float64(n) + 0.5,
		IpAddresses:       []string{fmt.Sprint("ip addresses ", n)},
		ExternalLink:      fmt.Sprint("external link ", n),
		Data:              &structpb.Struct{Fields: map[string]*structpb.Value{"key": structpb.NewStringValue("value")}},
		Tags:              &structpb.Struct{Fields: map[string]*structpb.Value{"key": structpb.NewStringValue("value")}},
		CollectorId:       fmt.Sprint("collector id ", n),
		CollectedAt:       "2026-01-02T03:04:05.678Z",
		State:             api.CloudServiceInfo_ACTIVE,
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
		Required: []string{"name", "resource_id"},
		Unique:   []string{"resource_id"},
	}
}

func TestCloudService(t *testing.T) { cloudServiceServices().Test(t) }
