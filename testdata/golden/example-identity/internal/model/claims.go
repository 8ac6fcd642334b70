package model

import "time"

// The types of tokens.
const (
	AccessToken  = "ACCESS_TOKEN"
	RefreshToken = "REFRESH_TOKEN"
	ClientSecret = "CLIENT_SECRET"
	SystemToken  = "SYSTEM_TOKEN"
)

// The owners of tokens.
const (
	OwnerUser   = "USER"
	OwnerApp    = "APP"
	OwnerSystem = "SYSTEM"
)

// The roles that tokens name.
const (
	SystemAdmin     = "SYSTEM_ADMIN"
	DomainAdmin     = "DOMAIN_ADMIN"
	WorkspaceOwner  = "WORKSPACE_OWNER"
	WorkspaceMember = "WORKSPACE_MEMBER"
	RoleUser        = "USER"
)

// The states of domains, users and apps.
const (
	Enabled  = "ENABLED"
	Disabled = "DISABLED"
	Pending  = "PENDING" // a user who has not signed in yet
)

// Resource groups are what roles are for: the domain, a workspace, projects in it.
const (
	InDomain    = "DOMAIN"
	InWorkspace = "WORKSPACE"
	InProject   = "PROJECT"
)

// AllWorkspaces stands for a workspace where something is of the domain as a whole.
const AllWorkspaces = "*"

// RootDomain is the platform's own domain.
const RootDomain = "domain-root"

// LocalAuth is how users sign in whose passwords are kept here.
const LocalAuth = "LOCAL"

// UpdatePassword is asked of a user before he may do anything else.
const UpdatePassword = "UPDATE_PASSWORD"

// Claims are what a token says, by the names that every service of the
// platform knows them by.
type Claims struct {
	Issuer      string   `json:"iss"`
	RoleType    string   `json:"rol"`
	TokenType   string   `json:"typ"`
	OwnerType   string   `json:"own"`
	DomainID    string   `json:"did"`
	WorkspaceID string   `json:"wid,omitempty"`
	Audience    string   `json:"aud"` // the user or the app
	TokenID     string   `json:"jti"`
	SessionID   string   `json:"sid,omitempty"`        // of a refresh token
	Permissions []string `json:"permissions,omitzero"` // nil: all that the role may; an empty list: none
	Projects    []string `json:"projects,omitempty"`
	UserGroups  []string `json:"user_groups,omitempty"`
	IssuedAt    int64    `json:"iat"` // seconds since 1970
	ExpiresAt   int64    `json:"exp"`
	Version     string   `json:"ver"`
}

// Expired reports whether the token holds no longer.
func (c *Claims) Expired(now time.Time) bool { return now.Unix() >= c.ExpiresAt }
