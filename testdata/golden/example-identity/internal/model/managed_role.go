package model

// The roles that each domain has, which nobody changes.
const (
	ManagedDomainAdmin     = "managed-domain-admin"
	ManagedWorkspaceOwner  = "managed-workspace-owner"
	ManagedWorkspaceMember = "managed-workspace-member"
)

// ManagedRoles are the roles that each domain has. They may do all that their type allows.
func ManagedRoles(domainID string) []Role {
	role := func(id, name, roleType string) Role {
		return Role{RoleID: id, Name: name, RoleType: roleType, DomainID: domainID, State: Enabled, IsManaged: true}
	}
	return []Role{
		role(ManagedDomainAdmin, "Domain Admin", DomainAdmin),
		role(ManagedWorkspaceOwner, "Workspace Owner", WorkspaceOwner),
		role(ManagedWorkspaceMember, "Workspace Member", WorkspaceMember),
	}
}
