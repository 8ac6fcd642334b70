package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/query"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// Role is the service Role of the API.
//
// Roles say what those who have them may do. Each domain has three that are
// managed: Domain Admin, Workspace Owner and Workspace Member.
type Role struct {
	roles        manager.Role
	roleBindings manager.RoleBinding
}

// NewRole makes the service.
func NewRole(m manager.Managers) *Role {
	return &Role{roles: m.Role, roleBindings: m.RoleBinding}
}

// Create creates a role.
func (s *Role) Create(ctx context.Context, req *api.CreateRoleRequest) (*api.RoleInfo, error) {
	scope, err := domainScope(ctx)
	if err != nil {
		return nil, err
	}
	if err := apirecord.Require(req, "name", "role_type"); err != nil {
		return nil, err
	}
	item := new(model.Role)
	if err := apirecord.New(req, item); err != nil {
		return nil, err
	}
	item.DomainID, item.State = scope.DomainID, model.Enabled
	if err := mayGive(ctx, item.Permissions); err != nil {
		return nil, err
	}
	if err := s.roles.Create(ctx, item); err != nil {
		return nil, err
	}
	return roleInfo(item)
}

// Update updates a role that is not managed. What the request leaves out stays as it is.
func (s *Role) Update(ctx context.Context, req *api.UpdateRoleRequest) (*api.RoleInfo, error) {
	item, err := s.find(ctx, req.GetRoleId())
	if err != nil {
		return nil, err
	}
	if item.IsManaged {
		return nil, errManaged
	}
	columns, err := apirecord.Change(req, item, "role_id", "permissions", "page_access")
	if err != nil {
		return nil, err
	}
	if req.GetPermissions() != nil {
		if item.Permissions, err = texts("permissions", req.GetPermissions()); err != nil {
			return nil, err
		}
		columns = append(columns, "permissions")
	}
	if req.GetPageAccess() != nil {
		if item.PageAccess, err = texts("page_access", req.GetPageAccess()); err != nil {
			return nil, err
		}
		columns = append(columns, "page_access")
	}
	if err := mayGive(ctx, item.Permissions); err != nil {
		return nil, err
	}
	return s.change(ctx, item, columns...)
}

// texts are those of a list that may hold anything.
func texts(key string, list *structpb.ListValue) ([]string, error) {
	found := []string{}
	for _, value := range list.GetValues() {
		text, ok := value.GetKind().(*structpb.Value_StringValue)
		if !ok {
			return nil, apierror.InvalidType(key, "list of strings")
		}
		found = append(found, text.StringValue)
	}
	return found, nil
}

// errManaged is why what the service made itself stays as it is.
var errManaged = apierror.New(codes.PermissionDenied, "ERROR_PERMISSION_DENIED", "Permission denied. (reason = it is managed)")

// find gives a role of the caller's domain, to change it.
func (s *Role) find(ctx context.Context, id string) (*model.Role, error) {
	if id == "" {
		return nil, apierror.Required("role_id")
	}
	scope, err := domainScope(ctx)
	if err != nil {
		return nil, err
	}
	return s.roles.GetForUpdate(ctx, scope, id)
}

// change stores columns of a role.
func (s *Role) change(ctx context.Context, item *model.Role, columns ...string) (*api.RoleInfo, error) {
	if err := s.roles.Update(ctx, model.Scope{DomainID: item.DomainID}, item, columns...); err != nil {
		return nil, err
	}
	return roleInfo(item)
}

// unused refuses a role that somebody has.
func (s *Role) unused(ctx context.Context, item *model.Role) error {
	q := where("role_id", item.RoleID)
	q.CountOnly = true
	_, total, err := s.roleBindings.List(ctx, model.Scope{DomainID: item.DomainID}, q)
	if err != nil {
		return err
	}
	if total > 0 {
		return invalid("ERROR_ROLE_IN_USED_AT_ROLE_BINDING", "Users have the role %s: %d of them.", item.RoleID, total)
	}
	return nil
}

// Enable lets a role be given again.
func (s *Role) Enable(ctx context.Context, req *api.RoleRequest) (*api.RoleInfo, error) {
	item, err := s.find(ctx, req.GetRoleId())
	if err != nil {
		return nil, err
	}
	item.State = model.Enabled
	return s.change(ctx, item, "state")
}

// Disable keeps a role that nobody has from being given.
func (s *Role) Disable(ctx context.Context, req *api.RoleRequest) (*api.RoleInfo, error) {
	item, err := s.find(ctx, req.GetRoleId())
	if err != nil {
		return nil, err
	}
	if err := s.unused(ctx, item); err != nil {
		return nil, err
	}
	item.State = model.Disabled
	return s.change(ctx, item, "state")
}

// Delete deletes a role that nobody has and that is not managed.
func (s *Role) Delete(ctx context.Context, req *api.RoleRequest) (*emptypb.Empty, error) {
	item, err := s.find(ctx, req.GetRoleId())
	if err != nil {
		return nil, err
	}
	if item.IsManaged {
		return nil, errManaged
	}
	if err := s.unused(ctx, item); err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, s.roles.Delete(ctx, model.Scope{DomainID: item.DomainID}, item.RoleID)
}

// Get gets one role.
func (s *Role) Get(ctx context.Context, req *api.RoleRequest) (*api.RoleInfo, error) {
	if req.GetRoleId() == "" {
		return nil, apierror.Required("role_id")
	}
	item, err := s.roles.Get(ctx, model.Scope{DomainID: scopeOf(ctx).DomainID}, req.GetRoleId())
	if err != nil {
		return nil, err
	}
	return roleInfo(item)
}

// List lists roles, filtered, sorted and in pages.
func (s *Role) List(ctx context.Context, req *api.RoleSearchQuery) (*api.RolesInfo, error) {
	q, err := query.FromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	filters, err := apirecord.Filters(req, model.RoleSchema())
	if err != nil {
		return nil, err
	}
	q.Filter = append(q.Filter, filters...)
	items, total, err := s.roles.List(ctx, model.Scope{DomainID: scopeOf(ctx).DomainID}, q)
	if err != nil {
		return nil, err
	}
	answer := &api.RolesInfo{
		TotalCount: int32(total), //nolint:gosec // no table has 2^31 rows
	}
	for i := range items {
		info, err := roleInfo(&items[i])
		if err != nil {
			return nil, err
		}
		answer.Results = append(answer.Results, info)
	}
	return answer, nil
}

// ListBasicRole lists roles to everybody.
func (s *Role) ListBasicRole(ctx context.Context, req *api.RoleSearchQuery) (*api.RolesInfo, error) {
	return s.List(ctx, req)
}

// Stat computes statistics over roles.
func (s *Role) Stat(ctx context.Context, req *api.RoleStatQuery) (*structpb.Struct, error) {
	q, err := query.StatFromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	rows, total, err := s.roles.Stat(ctx, model.Scope{DomainID: scopeOf(ctx).DomainID}, q)
	if err != nil {
		return nil, err
	}
	return statInfo(q, rows, total)
}
