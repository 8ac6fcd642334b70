package app_test

import (
	"context"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/resttest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
)

// TestSupervisorRoundTrip makes a supervisor and asks for it, as callers do.
func TestSupervisorRoundTrip(t *testing.T) {
	running := start(t, settings)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	client := api.NewSupervisorClient(dial(t, running.grpc))
	created, err := client.Publish(ctx, &api.PublishSupervisorRequest{Name: "one", Hostname: "host-1"})
	require.NoError(t, err)
	got, err := client.Get(ctx, &api.SupervisorRequest{SupervisorId: created.GetSupervisorId()})
	require.NoError(t, err)
	assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)

	created = &api.SupervisorInfo{}
	resttest.Call(t, running.rest, resttest.Bindings(t, "spaceone.api.plugin.v1.Supervisor.publish")[0],
		&api.PublishSupervisorRequest{Name: "two", Hostname: "host-2"}, created)
	for _, binding := range resttest.Bindings(t, "spaceone.api.plugin.v1.Supervisor.get") {
		got = &api.SupervisorInfo{}
		resttest.Call(t, running.rest, binding, &api.SupervisorRequest{SupervisorId: created.GetSupervisorId()}, got)
		assert.True(t, proto.Equal(created, got), "by %v created %v, got %v", binding, created, got)
	}
	got, err = client.Get(ctx, &api.SupervisorRequest{SupervisorId: created.GetSupervisorId()})
	require.NoError(t, err)
	assert.True(t, proto.Equal(created, got), "created by REST %v, got by gRPC %v", created, got)
}
