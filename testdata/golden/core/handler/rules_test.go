package handler_test

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/handler"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// request makes a message with the fields that handlers look at.
func request(t *testing.T, values map[string]string) *dynamicpb.Message {
	t.Helper()
	message := &descriptorpb.DescriptorProto{Name: proto.String("Request")}
	names := []string{"domain_id", "workspace_id", "user_id", "resource_group", "project_id", "other", "user_projects"}
	for i, name := range names {
		label := descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL
		if name == "user_projects" {
			label = descriptorpb.FieldDescriptorProto_LABEL_REPEATED
		}
		message.Field = append(message.Field, &descriptorpb.FieldDescriptorProto{
			Name: proto.String(name), Number: proto.Int32(int32(i + 1)), Label: label.Enum(),
			Type: descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(),
		})
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("request.proto"), Package: proto.String("test"), Syntax: proto.String("proto3"),
		MessageType: []*descriptorpb.DescriptorProto{message},
	}, nil)
	require.NoError(t, err)
	m := dynamicpb.NewMessage(file.Messages().Get(0))
	for name, value := range values {
		m.Set(m.Descriptor().Fields().ByName(protoreflect.Name(name)), protoreflect.ValueOfString(value))
	}
	return m
}

func field(m *dynamicpb.Message, name protoreflect.Name) string {
	return m.Get(m.Descriptor().Fields().ByName(name)).String()
}

func TestAuthorization(t *testing.T) {
	owner := pipeline.Identity{TokenType: "ACCESS_TOKEN", RoleType: "WORKSPACE_OWNER", OwnerType: "USER", Audience: "me"}
	with := func(change func(*pipeline.Identity)) *pipeline.Identity {
		i := owner
		change(&i)
		return &i
	}
	write := pipeline.Method{Permission: "inventory:Region.write", RoleTypes: []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER"}}
	admin := func(i *pipeline.Identity) { i.RoleType = "DOMAIN_ADMIN" }
	member := func(i *pipeline.Identity) { i.RoleType = "WORKSPACE_MEMBER" }
	system := func(i *pipeline.Identity) { i.RoleType = "SYSTEM_ADMIN" }
	everyRole := pipeline.Method{RoleTypes: []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER", "WORKSPACE_MEMBER", "USER"}}
	h, err := handler.NewAuthorization(nil, handler.Deps{})
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		caller  *pipeline.Identity
		method  pipeline.Method
		request map[string]string
		allowed bool
	}{
		"role is among those of the method":     {&owner, write, nil, true},
		"role is not":                           {with(member), write, nil, false},
		"method for everyone":                   {with(member), pipeline.Method{}, nil, true},
		"system token may do everything":        {&pipeline.Identity{TokenType: "SYSTEM_TOKEN"}, write, map[string]string{"resource_group": "PROJECT"}, true},
		"user's method, by a user":              {with(admin), pipeline.Method{RoleTypes: []string{"USER"}}, nil, true},
		"user's method, by an app":              {with(func(i *pipeline.Identity) { i.OwnerType = "APP" }), pipeline.Method{RoleTypes: []string{"USER"}}, nil, false},
		"user's method, by the system":          {with(func(i *pipeline.Identity) { i.OwnerType = "SYSTEM" }), pipeline.Method{RoleTypes: []string{"USER"}}, nil, false},
		"permission is the method's":            {with(func(i *pipeline.Identity) { i.Permissions = []string{"x", "inventory:Region.write"} }), write, nil, true},
		"permission is its first words":         {with(func(i *pipeline.Identity) { i.Permissions = []string{"inventory:"} }), write, nil, true},
		"permission for something else":         {with(func(i *pipeline.Identity) { i.Permissions = []string{"inventory:Region.read"} }), write, nil, false},
		"permission is a part of a word":        {with(func(i *pipeline.Identity) { i.Permissions = []string{"inventory:Reg"} }), write, nil, false},
		"a list without permissions":            {with(func(i *pipeline.Identity) { i.Permissions = []string{} }), write, nil, false},
		"permission where none is needed":       {with(func(i *pipeline.Identity) { i.Permissions = []string{"x"} }), pipeline.Method{}, nil, true},
		"project of the token":                  {with(func(i *pipeline.Identity) { i.Projects = []string{"p1"} }), write, map[string]string{"project_id": "p1"}, true},
		"another project":                       {with(func(i *pipeline.Identity) { i.Projects = []string{"p1"} }), write, map[string]string{"project_id": "p2"}, false},
		"a project, by a member without any":    {with(member), everyRole, map[string]string{"project_id": "p1"}, false},
		"a project, by an owner of all":         {&owner, everyRole, map[string]string{"project_id": "p1"}, true},
		"all projects, which are then filtered": {with(func(i *pipeline.Identity) { i.Projects = []string{"p1"} }), write, map[string]string{"project_id": "*"}, true},
		"domain admin on a domain":              {with(admin), everyRole, map[string]string{"resource_group": "DOMAIN"}, true},
		"domain admin on a project":             {with(admin), everyRole, map[string]string{"resource_group": "PROJECT"}, true},
		"domain admin on the system":            {with(admin), everyRole, map[string]string{"resource_group": "SYSTEM"}, false},
		"owner on a workspace":                  {&owner, everyRole, map[string]string{"resource_group": "WORKSPACE"}, true},
		"owner on a domain":                     {&owner, everyRole, map[string]string{"resource_group": "DOMAIN"}, false},
		"member on a project":                   {with(member), everyRole, map[string]string{"resource_group": "PROJECT"}, true},
		"system admin, if he is named":          {with(system), pipeline.Method{RoleTypes: []string{"SYSTEM_ADMIN"}}, nil, true},
		"system admin, if he is not":            {with(system), write, nil, false},
		"system admin on the system":            {with(system), pipeline.Method{RoleTypes: []string{"SYSTEM_ADMIN"}}, map[string]string{"resource_group": "SYSTEM"}, true},
		"system admin on a domain":              {with(system), pipeline.Method{RoleTypes: []string{"SYSTEM_ADMIN"}}, map[string]string{"resource_group": "DOMAIN"}, false},
		"member on a workspace":                 {with(member), everyRole, map[string]string{"resource_group": "WORKSPACE"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			call := &pipeline.Transaction{Identity: tc.caller, Method: tc.method}
			err := h.Verify(t.Context(), call, request(t, tc.request))
			if tc.allowed {
				assert.NoError(t, err)
			} else {
				assert.Equal(t, "ERROR_PERMISSION_DENIED", apierror.From(err).Code)
			}
		})
	}
	err = h.Verify(t.Context(), &pipeline.Transaction{}, nil)
	assert.Equal(t, "ERROR_AUTHENTICATE_FAILURE", apierror.From(err).Code, "nobody knows who calls")
}

func TestMutation(t *testing.T) {
	h, err := handler.NewMutation(nil, handler.Deps{})
	require.NoError(t, err)
	said := map[string]string{"domain_id": "mine", "workspace_id": "mine", "user_id": "me"}
	caller := func(role string) *pipeline.Identity {
		return &pipeline.Identity{RoleType: role, DomainID: "d", WorkspaceID: "w", Projects: []string{"p1", "p2"}, Audience: "u"}
	}
	for name, tc := range map[string]struct {
		caller                  *pipeline.Identity
		forced                  bool
		domain, workspace, user string
		projects                int
	}{
		"domain admin":                  {caller("DOMAIN_ADMIN"), false, "d", "mine", "me", 0},
		"workspace owner":               {caller("WORKSPACE_OWNER"), false, "d", "w", "me", 0},
		"workspace member":              {caller("WORKSPACE_MEMBER"), false, "d", "w", "me", 2},
		"user, about himself":           {caller("USER"), true, "d", "mine", "u", 0},
		"system admin":                  {caller("SYSTEM_ADMIN"), false, "mine", "mine", "me", 0},
		"system admin, about himself":   {caller("SYSTEM_ADMIN"), true, "d", "mine", "u", 0},
		"system token with a domain":    {caller("SYSTEM_TOKEN"), false, "d", "w", "me", 0},
		"system token without a domain": {&pipeline.Identity{RoleType: "SYSTEM_TOKEN"}, false, "mine", "mine", "me", 0},
		"nobody knows who calls":        {nil, false, "mine", "mine", "me", 0},
	} {
		t.Run(name, func(t *testing.T) {
			req := request(t, said)
			call := &pipeline.Transaction{Identity: tc.caller, ForceUserID: tc.forced}
			require.NoError(t, h.Request(t.Context(), call, req))
			assert.Equal(t, tc.domain, field(req, "domain_id"))
			assert.Equal(t, tc.workspace, field(req, "workspace_id"))
			assert.Equal(t, tc.user, field(req, "user_id"))
			if tc.projects > 0 {
				assert.Empty(t, call.Said("user_projects"), "it is not what the caller said")
			} else {
				assert.Equal(t, []string{"user_projects"}, call.Said("user_projects"))
			}
			assert.Equal(t, tc.projects, req.Get(req.Descriptor().Fields().ByName("user_projects")).List().Len())
		})
	}

	injected := caller("USER")
	injected.InjectedParams = map[string]any{"other": "x", "no_such_field": 1}
	req := request(t, nil)
	require.NoError(t, h.Request(t.Context(), &pipeline.Transaction{Identity: injected}, req))
	assert.Equal(t, "x", field(req, "other"))
	req = request(t, map[string]string{"other": "x"})
	injected.InjectedParams = map[string]any{"user_projects": []any{}, "other": nil}
	require.NoError(t, h.Request(t.Context(), &pipeline.Transaction{Identity: injected}, req))
	assert.Empty(t, field(req, "other"), "an empty value is one, too")
	injected.InjectedParams = map[string]any{"other": 7}
	err = h.Request(t.Context(), &pipeline.Transaction{Identity: injected}, request(t, nil))
	assert.Equal(t, "ERROR_INVALID_PARAMETER_TYPE", apierror.From(err).Code)
}

func TestLogEvent(t *testing.T) {
	var out bytes.Buffer
	h, err := handler.NewLogEvent(nil, handler.Deps{Log: slog.New(slog.NewJSONHandler(&out, nil))})
	require.NoError(t, err)
	h.Notify(t.Context(), &pipeline.Transaction{
		Service: "inventory", Method: pipeline.Method{Resource: "Region", Verb: "create"}, Identity: &pipeline.Identity{Audience: "me"},
	}, pipeline.Failure, nil, errors.New("broken"))
	for _, part := range []string{`"FAILURE"`, `"Region"`, `"create"`, `"me"`, `"broken"`} {
		assert.Contains(t, out.String(), part)
	}
}

func TestHandlersByConfiguration(t *testing.T) {
	deps := handler.Deps{Identity: &identityService{}}
	h, err := handler.New(handler.Platform(), config.Handlers{
		Authentication: []map[string]any{{"backend": "spaceone.core.handler.authentication_handler:SpaceONEAuthenticationHandler"}},
		Authorization:  []map[string]any{{"backend": "spaceone.core.handler.authorization_handler.SpaceONEAuthorizationHandler"}},
		Mutation:       []map[string]any{{"backend": "SpaceONEMutationHandler"}},
		Event:          []map[string]any{{"backend": "LogEventHandler"}},
	}, deps)
	require.NoError(t, err)
	assert.Len(t, h.Authentication, 1)
	assert.Len(t, h.Authorization, 1)
	assert.Len(t, h.Mutation, 1)
	assert.Len(t, h.Event, 1)

	for want, options := range map[string]map[string]any{
		"none of SpaceONEAuthenticationHandler": {"backend": "Other"},
		"names no backend":                      {},
		"colour":                                {"backend": "SpaceONEAuthenticationHandler", "colour": "red"},
		"key of domain-1":                       {"backend": "SpaceONEAuthenticationHandler", "keys": map[string]any{"domain-1": map[string]any{"kty": "?"}}},
	} {
		_, err := handler.New(handler.Platform(), config.Handlers{Authentication: []map[string]any{options}}, deps)
		assert.ErrorContains(t, err, want)
	}
}
