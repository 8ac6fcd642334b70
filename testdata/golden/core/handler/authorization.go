package handler

import (
	"context"
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// The roles of the platform.
const (
	domainAdmin     = "DOMAIN_ADMIN"
	workspaceOwner  = "WORKSPACE_OWNER"
	workspaceMember = "WORKSPACE_MEMBER"
	user            = "USER"
	systemAdmin     = "SYSTEM_ADMIN"
)

// authorization refuses callers whose role, permissions or projects don't
// allow a call.
type authorization struct{}

// NewAuthorization makes the platform's authorization handler. It has no
// options.
func NewAuthorization(options map[string]any, _ Deps) (pipeline.AuthorizationHandler, error) {
	return authorization{}, Read(options, &struct{}{})
}

// Verify checks, in this order: the role, the resource group for the role, the
// permissions of the token, the project. A system token may do everything.
func (authorization) Verify(_ context.Context, t *pipeline.Transaction, req proto.Message) error {
	caller := t.Identity
	if caller == nil {
		return apierror.Unauthenticated("The caller is not authenticated: no authentication handler identified the caller.")
	}
	if caller.TokenType == systemToken {
		return nil
	}
	if len(t.Method.RoleTypes) > 0 {
		if err := checkRole(t, caller); err != nil {
			return err
		}
		if !suits(text(req, "resource_group"), caller.RoleType) {
			return apierror.PermissionDenied()
		}
	}
	if !caller.May(t.Method.Permission) {
		return apierror.PermissionDenied()
	}
	project, projects := text(req, "project_id"), projectsOf(caller)
	if projects != nil && project != "" && project != "*" && !slices.Contains(projects, project) {
		return apierror.PermissionDenied()
	}
	return nil
}

// checkRole holds the role against those of the method. A method for users
// alone is about its caller, and neither an app nor the platform is a user.
func checkRole(t *pipeline.Transaction, caller *pipeline.Identity) error {
	if len(t.Method.RoleTypes) == 1 && t.Method.RoleTypes[0] == user {
		if caller.OwnerType == ownerApp || caller.OwnerType == ownerSystem {
			return apierror.PermissionDenied()
		}
		t.ForceUserID = true
		t.Scope.DomainID, t.Scope.UserID = caller.DomainID, caller.Audience // others may have users of that name
		return nil
	}
	if !slices.Contains(t.Method.RoleTypes, caller.RoleType) {
		return apierror.PermissionDenied()
	}
	return nil
}

// suits reports whether a role may act on a resource group.
func suits(group, role string) bool {
	if group == "" {
		return true
	}
	allowed, limited := map[string][]string{
		domainAdmin:     {"DOMAIN", "WORKSPACE", "PROJECT"},
		workspaceOwner:  {"WORKSPACE", "PROJECT"},
		workspaceMember: {"PROJECT"},
		systemAdmin:     {"SYSTEM"},
	}[role]
	return !limited || slices.Contains(allowed, group)
}

// text is a request's text or enum field; empty if it has none of this name.
func text(req proto.Message, name protoreflect.Name) string {
	if req == nil {
		return ""
	}
	m := req.ProtoReflect()
	field := m.Descriptor().Fields().ByName(name)
	if field == nil || field.IsList() || field.IsMap() || !m.Has(field) {
		return ""
	}
	switch field.Kind() {
	case protoreflect.StringKind:
		return m.Get(field).String()
	case protoreflect.EnumKind:
		if value := field.Enum().Values().ByNumber(m.Get(field).Enum()); value != nil {
			return string(value.Name())
		}
	}
	return ""
}
