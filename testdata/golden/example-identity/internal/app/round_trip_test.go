package app_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/cloudforet-io/spacegen/core/resttest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
)

// A place is the service, with a domain where ann and bob are users, and a workspace in it.
type place struct {
	running
	conn              *grpc.ClientConn
	domain, workspace string
}

func newPlace(t *testing.T) place {
	t.Helper()
	p := place{running: start(t, settings)}
	p.conn = dial(t, p.grpc)
	domain, err := api.NewDomainClient(p.conn).Create(t.Context(), &api.CreateDomainRequest{
		Name: "acme", Admin: &api.Admin{UserId: "admin", Password: passwordOfAdmin},
	})
	require.NoError(t, err)
	p.domain = domain.GetDomainId()
	made := new(api.WorkspaceInfo)
	require.NoError(t, p.invoke(t, p.domain, "Workspace.create", &api.CreateWorkSpaceRequest{Name: "first"}, made))
	p.workspace = made.GetWorkspaceId()
	for _, name := range []string{"ann", "bob"} {
		user := &api.CreateUserRequest{UserId: name, Password: passwordOfAdmin}
		require.NoError(t, p.invoke(t, p.domain, "User.create", user, new(api.UserInfo)))
	}
	return p
}

// invoke calls a method by gRPC for a domain, and the workspace.
func (p place) invoke(t *testing.T, domain, method string, req, res proto.Message) error {
	t.Helper()
	ctx := metadata.AppendToOutgoingContext(t.Context(), "x_domain_id", domain, "x_workspace_id", p.workspace)
	name := protoreflect.FullName("spaceone.api.identity.v2." + method)
	return p.conn.Invoke(ctx, fmt.Sprintf("/%s/%s", name.Parent(), name.Name()), req, res)
}

// roundTrip makes something by gRPC and by REST, and asks for it in both ways, and from
// another domain, which does not get it.
func roundTrip[Info proto.Message](
	t *testing.T, p place, service string, create func(n int) proto.Message, ask func(Info) proto.Message, none func() Info,
) {
	t.Helper()
	rest := resttest.Caller{Address: p.rest, Domain: p.domain, Workspace: p.workspace}
	other := resttest.Caller{Address: p.rest, Domain: "domain-2", Workspace: p.workspace}
	bind := func(method string) protoreflect.FullName {
		return protoreflect.FullName("spaceone.api.identity.v2." + service + "." + method)
	}
	byGRPC, byREST := none(), none()
	require.NoError(t, p.invoke(t, p.domain, service+".create", create(1), byGRPC))
	rest.Call(t, resttest.Bindings(t, bind("create"))[0], create(2), byREST)
	for _, created := range []Info{byGRPC, byREST} {
		if secret := created.ProtoReflect().Descriptor().Fields().ByName("client_secret"); secret != nil {
			created.ProtoReflect().Clear(secret) // it is shown just once
		}
		got := none()
		require.NoError(t, p.invoke(t, p.domain, service+".get", ask(created), got))
		assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)
		got = none()
		rest.Call(t, resttest.Bindings(t, bind("get"))[0], ask(created), got)
		assert.True(t, proto.Equal(created, got), "created %v, got %v by REST", created, got)
		err := p.invoke(t, "domain-2", service+".get", ask(created), none())
		assert.Equal(t, codes.NotFound, status.Code(err), "another domain gets it")
		code, answer := other.Do(t, resttest.Bindings(t, bind("get"))[0], ask(created))
		assert.Equal(t, http.StatusNotFound, code, "another domain gets it: %s", answer)
	}
}
