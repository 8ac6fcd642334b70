package service

import (
	"context"
	"fmt"
	"time"

	"github.com/cloudforet-io/spacegen/core/query"

	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// Bootstrap makes what a platform begins with: its own domain, a first one beside that
// with an administrator, and the token by which services call each other. No API offers
// it.
type Bootstrap struct {
	domains manager.Domain
	users   manager.User
	signer  manager.Signer
}

// NewBootstrap makes the service.
func NewBootstrap(m manager.Managers) *Bootstrap {
	return &Bootstrap{domains: m.Domain, users: m.User, signer: m.Signer}
}

// First says what a platform begins with.
type First struct {
	Domain      string // its name
	UserID      string
	Password    string        // none is needed when the domain is there already
	SystemToken time.Duration // how long the system token holds
	Token       string        // a system token from before
}

// Begun is what a platform has begun with.
type Begun struct {
	DomainID    string `json:"domain_id"`
	UserID      string `json:"user_id"` // empty: there is no such administrator, and none was made
	SystemToken string `json:"system_token,omitempty"`
}

// Run makes the platform's own domain and the first one beside it, with its
// administrator, where there is none. In a domain that is there already it makes nobody:
// whoever was deleted there, disabled or made somebody else, stays so. A system token
// from before is kept as long as half of its time is left, so that no service is ever
// without one that holds.
func (s *Bootstrap) Run(ctx context.Context, first First) (*Begun, error) {
	root, err := s.root(ctx)
	if err != nil {
		return nil, err
	}
	domain, err := s.domains.First(ctx)
	if err != nil {
		return nil, err
	}
	begun := &Begun{UserID: first.UserID, SystemToken: first.Token}
	if domain == nil {
		domain, err = s.begin(ctx, first)
	} else {
		begun.UserID, err = s.found(ctx, domain, first)
	}
	if err != nil {
		return nil, err
	}
	begun.DomainID = domain.DomainID
	if err := s.complete(ctx); err != nil {
		return nil, err
	}
	if s.holds(ctx, root, first) {
		return begun, nil
	}
	begun.SystemToken, err = s.signer.Sign(root, systemClaims(time.Now().Add(first.SystemToken)))
	return begun, err
}

// systemClaims are those of a system token.
func systemClaims(until time.Time) model.Claims {
	return model.Claims{
		RoleType: model.SystemToken, TokenType: model.SystemToken, OwnerType: model.OwnerSystem,
		Audience: "SYSTEM", ExpiresAt: until.Unix(),
	}
}

// rootDomain is the platform's own domain, as it is made.
func rootDomain() *model.Domain {
	return &model.Domain{DomainID: model.RootDomain, Name: "root", State: model.Enabled, IsRoot: true}
}

// root gives the platform's own domain, which nobody signs in to until System.init makes
// an administrator of it.
func (s *Bootstrap) root(ctx context.Context) (*model.Domain, error) {
	root, err := s.domains.Root(ctx)
	if err != nil || root != nil {
		return root, err
	}
	root = rootDomain()
	return root, s.domains.Create(ctx, root)
}

// complete makes of domains what those have that are made today.
func (s *Bootstrap) complete(ctx context.Context) error {
	var ids []string
	err := s.domains.Each(ctx, model.Scope{}, query.Query{}, func(domain *model.Domain) error {
		ids = append(ids, domain.DomainID)
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.domains.Complete(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// holds reports whether the token from before may be kept. One of a database
// that is gone was signed by another key.
func (s *Bootstrap) holds(ctx context.Context, root *model.Domain, first First) bool {
	if first.Token == "" {
		return false
	}
	claims, of, err := s.signer.Read(ctx, first.Token)
	return err == nil && of.DomainID == root.DomainID && claims.TokenType == model.SystemToken &&
		!claims.Expired(time.Now().Add(first.SystemToken/2))
}

// begin makes the first domain and its administrator.
func (s *Bootstrap) begin(ctx context.Context, first First) (*model.Domain, error) {
	if first.Password == "" {
		return nil, fmt.Errorf("%s is not there yet; put a password for it into an environment variable, and name that with --password-env", first.UserID)
	}
	domain := &model.Domain{Name: first.Domain, State: model.Enabled}
	user := &model.User{UserID: first.UserID, Name: first.UserID, State: model.Enabled, AuthType: model.LocalAuth}
	if err := s.users.SetPassword(ctx, user, first.Password); err != nil {
		return nil, err
	}
	return domain, s.domains.CreateWith(ctx, domain, user)
}

// found gives the administrator of the domain that is there; empty if he is none.
func (s *Bootstrap) found(ctx context.Context, domain *model.Domain, first First) (string, error) {
	if domain.Name != first.Domain {
		return "", fmt.Errorf("the platform's first domain is called %s, not %s; further ones are made by Domain.create", domain.Name, first.Domain)
	}
	user, err := s.users.Get(ctx, model.Scope{DomainID: domain.DomainID}, first.UserID)
	switch {
	case err == nil && user.State == model.Enabled && user.RoleType == model.DomainAdmin:
		return user.UserID, nil
	case err == nil || notFound(err):
		return "", nil
	default:
		return "", err
	}
}
