//go:build chaos && unix

package app_test

import (
	"fmt"
	"testing"

	"github.com/cloudforet-io/spacegen/core/chaostest"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/cost-analysis/gen/go/spaceone/api/cost_analysis/v1"
	"github.com/cloudforet-io/cost-analysis/internal/app"
)

// TestChaos kills what the service depends on while it creates policies, and counts what
// is lost: make chaos. Give Request what your rules ask for.
func TestChaos(t *testing.T) {
	chaostest.Run(t, chaostest.Service{
		Command: "../../cmd/cost-analysis",
		Servers: app.Names(),
		Table:   "policy",
		Task:    "Policy.create",
		Method:  api.Policy_Create_FullMethodName,
		Path:    "/cost-analysis/v1/policy/create",
		Request: func(n int) proto.Message {
			return &api.CreatePolicyRequest{
				Name:   fmt.Sprint("name ", n),
				Limits: []float64{float64(n) + 0.5},
				Rules:  []*structpb.Struct{{Fields: map[string]*structpb.Value{"key": structpb.NewStringValue("value")}}},
			}
		},
	})
}
