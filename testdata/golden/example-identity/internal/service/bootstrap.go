package service

import (
	"context"
	"fmt"
	"time"

	"github.com/cloudforet-io/identity/internal/core/apierror"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// Bootstrap makes what a platform begins with: its first domain, an
// administrator of it, and the token by which services call each other. No API
// offers it.
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
	Password    string        // none is needed when he is there already
	SystemToken time.Duration // how long the system token holds
	Token       string        // a system token from before
}

// Begun is what a platform has begun with.
type Begun struct {
	DomainID    string `json:"domain_id"`
	UserID      string `json:"user_id"`
	SystemToken string `json:"system_token,omitempty"`
}

// Run makes what is not there yet. Whoever is an administrator of the first
// domain already keeps the password that he has. A system token from before is
// kept as long as half of its time is left, so that no service is ever without
// one that holds.
func (s *Bootstrap) Run(ctx context.Context, first First) (*Begun, error) {
	domain, err := s.domain(ctx, first.Domain)
	if err != nil {
		return nil, err
	}
	if err := s.administrator(ctx, domain, first); err != nil {
		return nil, err
	}
	begun := &Begun{DomainID: domain.DomainID, UserID: first.UserID, SystemToken: first.Token}
	if s.holds(ctx, domain, first) {
		return begun, nil
	}
	begun.SystemToken, err = s.signer.Sign(domain, model.Claims{
		RoleType: model.SystemToken, TokenType: model.SystemToken, OwnerType: model.OwnerSystem,
		Audience: "SYSTEM", ExpiresAt: time.Now().Add(first.SystemToken).Unix(),
	})
	return begun, err
}

// holds reports whether the token from before may be kept. One of a database
// that is gone was signed by another key.
func (s *Bootstrap) holds(ctx context.Context, domain *model.Domain, first First) bool {
	if first.Token == "" {
		return false
	}
	claims, of, err := s.signer.Read(ctx, first.Token)
	return err == nil && of.DomainID == domain.DomainID && claims.TokenType == model.SystemToken &&
		!claims.Expired(time.Now().Add(first.SystemToken/2))
}

func (s *Bootstrap) domain(ctx context.Context, name string) (*model.Domain, error) {
	domain, err := s.domains.Root(ctx)
	switch {
	case err != nil:
		return nil, err
	case domain == nil:
		domain = &model.Domain{Name: name, State: model.Enabled, IsRoot: true}
		return domain, s.domains.Create(ctx, domain)
	case domain.Name != name:
		return nil, fmt.Errorf("the platform's first domain is called %s, not %s; further ones are made by Domain.create", domain.Name, name)
	default:
		return domain, nil
	}
}

func (s *Bootstrap) administrator(ctx context.Context, domain *model.Domain, first First) error {
	user, err := s.users.Get(ctx, model.Scope{DomainID: domain.DomainID}, first.UserID)
	if err == nil {
		if user.RoleType != model.DomainAdmin {
			return fmt.Errorf("%s is a user of the domain %s already, and no administrator of it", first.UserID, domain.Name)
		}
		return nil
	}
	if apierror.From(err).Code != "ERROR_NOT_FOUND" {
		return err
	}
	if first.Password == "" {
		return fmt.Errorf("%s is not there yet; put a password for it into an environment variable, and name that with --password-env", first.UserID)
	}
	user = &model.User{UserID: first.UserID, DomainID: domain.DomainID, State: model.Enabled, RoleType: model.DomainAdmin}
	if err := s.users.SetPassword(ctx, user, first.Password); err != nil {
		return err
	}
	return s.users.Create(ctx, user)
}
