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

// sampleRegion is a request for a region unlike those of other numbers.
func sampleRegion(n int) *api.CreateRegionRequest {
	return &api.CreateRegionRequest{
		Name:       fmt.Sprint("name ", n),
		RegionCode: fmt.Sprint("region code ", n),
		Provider:   fmt.Sprint("provider ", n),
		Tags:       &structpb.Struct{Fields: map[string]*structpb.Value{"key": structpb.NewStringValue("value")}},
	}
}

// regionServices is the contract of services, for that of regions without rules.
func regionServices() resourcetest.Services {
	return resourcetest.Services{
		Migrations: database.Migrations,
		New: func(t *testing.T, db *core.DB) resourcetest.Methods {
			t.Helper()
			s := service.NewRegion(managersOn(t, db))
			return resourcetest.Methods{
				Create: resourcetest.MethodOf(s.Create), Update: resourcetest.MethodOf(s.Update),
				Delete: resourcetest.MethodOf(s.Delete), Get: resourcetest.MethodOf(s.Get),
				List: resourcetest.MethodOf(s.List), Stat: resourcetest.MethodOf(s.Stat),
			}
		},
		Sample:   func(n int) proto.Message { return sampleRegion(n) },
		Schema:   model.RegionSchema(),
		Required: []string{"name", "region_code"},
		Unique:   []string{"region_code"},
	}
}

func TestRegion(t *testing.T) { regionServices().Test(t) }
