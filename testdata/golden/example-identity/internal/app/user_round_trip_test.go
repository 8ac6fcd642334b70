package app_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apirecordtest"
	"github.com/cloudforet-io/spacegen/core/resttest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v1"
)

// newDomain makes a domain and gives its identifier.
func newDomain(t *testing.T, running running) string {
	t.Helper()
	domain, err := api.NewDomainClient(dial(t, running.grpc)).Create(t.Context(), apirecordtest.Fill(&api.CreateDomainRequest{}, 1))
	require.NoError(t, err)
	return domain.GetDomainId()
}

// newUser asks for a user unlike those of other numbers.
func newUser(domain string, n uint8) *api.CreateUserRequest {
	req := apirecordtest.Fill(&api.CreateUserRequest{}, n)
	req.UserId, req.DomainId = fmt.Sprint("ann-", n), domain
	req.RoleBindings = []*api.RoleBinding{{WorkspaceId: "workspace-1", RoleType: api.RoleBinding_WORKSPACE_OWNER}}
	return req
}

// TestUserRoundTrip makes a user and asks for it, as callers do.
func TestUserRoundTrip(t *testing.T) {
	running := start(t, settings)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	domain := newDomain(t, running)
	client := api.NewUserClient(dial(t, running.grpc))
	created, err := client.Create(ctx, newUser(domain, 1))
	require.NoError(t, err)
	got, err := client.Get(ctx, &api.UserRequest{UserId: created.GetUserId(), DomainId: domain})
	require.NoError(t, err)
	assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)

	created = &api.UserInfo{}
	resttest.Call(t, running.rest, resttest.Bindings(t, "spaceone.api.identity.v1.User.create")[0], newUser(domain, 2), created)
	for _, binding := range resttest.Bindings(t, "spaceone.api.identity.v1.User.get") {
		got = &api.UserInfo{}
		resttest.Call(t, running.rest, binding, &api.UserRequest{UserId: created.GetUserId(), DomainId: domain}, got)
		assert.True(t, proto.Equal(created, got), "by %v created %v, got %v", binding, created, got)
	}
	got, err = client.Get(ctx, &api.UserRequest{UserId: created.GetUserId(), DomainId: domain})
	require.NoError(t, err)
	assert.True(t, proto.Equal(created, got), "created by REST %v, got by gRPC %v", created, got)
}
