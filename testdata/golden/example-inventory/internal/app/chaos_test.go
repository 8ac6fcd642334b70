//go:build chaos && unix

package app_test

import (
	"fmt"
	"testing"

	"github.com/cloudforet-io/spacegen/core/chaostest"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/app"
)

// TestChaos kills what the service depends on while it creates regions, and counts what
// is lost: make chaos. Give Request what your rules ask for.
func TestChaos(t *testing.T) {
	chaostest.Run(t, chaostest.Service{
		Command: "../../cmd/inventory",
		Servers: app.Names(),
		Table:   "region",
		Task:    "Region.create",
		Method:  api.Region_Create_FullMethodName,
		Path:    "/inventory/v1/region/create",
		Request: func(n int) proto.Message {
			return &api.CreateRegionRequest{
				Name:       fmt.Sprint("name ", n),
				RegionCode: fmt.Sprint("region code ", n),
				Provider:   fmt.Sprint("provider ", n),
				Tags:       &structpb.Struct{Fields: map[string]*structpb.Value{"key": structpb.NewStringValue("value")}},
			}
		},
	})
}
