package service_test

import (
	"fmt"
	"testing"

	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/resourcetest"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/cost-analysis/gen/go/spaceone/api/cost_analysis/v1"
	"github.com/cloudforet-io/cost-analysis/internal/connector/database"
	"github.com/cloudforet-io/cost-analysis/internal/model"
	"github.com/cloudforet-io/cost-analysis/internal/service"
)

// samplePolicy is a request for a policy unlike those of other numbers.
func samplePolicy(n int) *api.CreatePolicyRequest {
	return &api.CreatePolicyRequest{
		Name:   fmt.Sprint("name ", n),
		Limits: []float64{float64(n) + 0.5},
		Rules:  []*structpb.Struct{{Fields: map[string]*structpb.Value{"key": structpb.NewStringValue("value")}}},
	}
}

// policyServices is the contract of services, for that of policies without rules.
func policyServices() resourcetest.Services {
	return resourcetest.Services{
		Migrations: database.Migrations,
		New: func(t *testing.T, db *core.DB) resourcetest.Methods {
			t.Helper()
			s := service.NewPolicy(managersOn(t, db))
			return resourcetest.Methods{
				Create: resourcetest.MethodOf(s.Create), Update: resourcetest.MethodOf(s.Update),
				Delete: resourcetest.MethodOf(s.Delete), Get: resourcetest.MethodOf(s.Get),
				List: resourcetest.MethodOf(s.List), Stat: resourcetest.MethodOf(s.Stat),
			}
		},
		Sample:   func(n int) proto.Message { return samplePolicy(n) },
		Schema:   model.PolicySchema(),
		Required: []string{"name"},
		Unique:   []string{"name"},
	}
}

func TestPolicy(t *testing.T) { policyServices().Test(t) }
