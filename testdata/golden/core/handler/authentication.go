package handler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/lestrrat-go/jwx/v3/jwt"
	"google.golang.org/protobuf/proto"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

const (
	tokenVersion = "2.0"
	clockSkew    = 30 * time.Second
	maxToken     = 16 << 10 // bytes

	systemToken  = "SYSTEM_TOKEN"
	accessToken  = "ACCESS_TOKEN"
	clientSecret = "CLIENT_SECRET"
	ownerUser    = "USER"
	ownerApp     = "APP"
	ownerSystem  = "SYSTEM" // the platform itself
)

// authentication finds out who calls by his token: a JWT, signed with the key
// of his domain.
type authentication struct {
	keys         keySource
	verified     verified
	systemDomain func(context.Context) (string, error)
}

// NewAuthentication makes the platform's authentication handler. Options:
// keys, a map of domain → public key (JWK); without it, keys are asked of the
// identity service, and apps too; cache, how long an answer holds (5m);
// system_domain, the one domain whose system tokens and system administrators are
// taken, instead of Deps.SystemDomain. Both are good for all domains, so that without
// either none is taken. A system token need not expire; every other token must.
func NewAuthentication(options map[string]any, deps Deps) (pipeline.AuthenticationHandler, error) {
	o := struct {
		Keys         map[string]map[string]any `mapstructure:"keys"`
		Cache        time.Duration             `mapstructure:"cache"`
		SystemDomain string                    `mapstructure:"system_domain"`
	}{Cache: 5 * time.Minute}
	if err := Read(options, &o); err != nil {
		return nil, err
	}
	system := deps.SystemDomain
	if o.SystemDomain != "" || system == nil {
		system = SystemDomain(o.SystemDomain, nil)
	}
	if len(o.Keys) > 0 {
		keys, err := newStaticKeys(o.Keys)
		return &authentication{keys, newVerified(), system}, err
	}
	if deps.Identity == nil {
		return nil, errors.New("no connector to the identity service, and no keys")
	}
	return &authentication{newIdentity(deps.Identity, o.Cache), newVerified(), system}, nil
}

// claims are what the platform's tokens say.
type claims struct {
	RoleType       string         `json:"rol"`
	TokenType      string         `json:"typ"`
	OwnerType      string         `json:"own"`
	DomainID       string         `json:"did"`
	WorkspaceID    string         `json:"wid"`
	Audience       audience       `json:"aud"`
	TokenID        string         `json:"jti"`
	Version        string         `json:"ver"`
	ExpiresAt      any            `json:"exp"` // nil: it has no end; what it says is checked apart
	Permissions    []string       `json:"permissions"`
	Projects       []string       `json:"projects"`
	UserGroups     []string       `json:"user_groups"`
	InjectedParams map[string]any `json:"injected_params"`
}

// Verify checks the token, and sets who calls and what he is confined to.
func (h *authentication) Verify(ctx context.Context, t *pipeline.Transaction, _ proto.Message) error {
	c, err := h.claims(ctx, t.Metadata.Token)
	if err != nil {
		return err
	}
	if c.TokenType == systemToken {
		if err := h.isSystemDomain(ctx, c.DomainID, "system tokens"); err != nil {
			return err
		}
		t.Identity = &pipeline.Identity{
			TokenType: systemToken, RoleType: systemToken, OwnerType: ownerSystem, TokenID: c.TokenID,
			DomainID: t.Metadata.DomainID, WorkspaceID: t.Metadata.WorkspaceID,
			SystemDomainID: c.DomainID,
			Audience:       string(c.Audience), Permissions: c.Permissions, InjectedParams: c.InjectedParams,
		}
		t.Scope = pipeline.Scope{DomainID: t.Metadata.DomainID, WorkspaceID: t.Metadata.WorkspaceID}
		return nil
	}
	if err := h.complete(ctx, c); err != nil {
		return err
	}
	t.Identity = &pipeline.Identity{
		TokenType: c.TokenType, RoleType: c.RoleType, OwnerType: c.OwnerType, TokenID: c.TokenID,
		DomainID: c.DomainID, WorkspaceID: c.WorkspaceID, Audience: string(c.Audience),
		Permissions: c.Permissions, Projects: c.Projects, UserGroups: c.UserGroups, InjectedParams: c.InjectedParams,
	}
	switch c.RoleType {
	case systemAdmin: // of all domains
	case workspaceOwner, workspaceMember:
		t.Scope = pipeline.Scope{DomainID: c.DomainID, WorkspaceID: c.WorkspaceID}
	default:
		t.Scope = pipeline.Scope{DomainID: c.DomainID}
	}
	t.Scope.UserProjects = projectsOf(t.Identity)
	return nil
}

// complete refuses tokens that are not for calls, and asks what an app may do,
// which its token doesn't say.
func (h *authentication) complete(ctx context.Context, c *claims) error {
	switch c.TokenType {
	case accessToken, clientSecret:
	default:
		return apierror.Unauthenticated("a token of this type grants no access.")
	}
	if c.ExpiresAt == nil {
		return apierror.Unauthenticated("the token has no exp: system tokens alone may be without one.")
	}
	switch c.RoleType {
	case domainAdmin, workspaceOwner, workspaceMember, user:
	case systemAdmin:
		if err := h.isSystemDomain(ctx, c.DomainID, "system administrators"); err != nil {
			return err
		}
	default:
		return apierror.Unauthenticated("invalid role type.")
	}
	if (c.RoleType == workspaceOwner || c.RoleType == workspaceMember) && c.WorkspaceID == "" {
		return apierror.Unauthenticated("the token names no workspace.")
	}
	switch {
	case (c.OwnerType == ownerUser || c.OwnerType == ownerSystem) && c.TokenType == accessToken:
		return nil
	case c.OwnerType != ownerApp:
		return apierror.Unauthenticated("invalid owner type.")
	}
	app, err := h.keys.app(ctx, c.TokenID, c.DomainID)
	if err != nil {
		return err
	}
	c.Permissions, c.Projects = app.Permissions, app.Projects
	return nil
}

// claims checks a token's signature and times, and reads it. Nothing in it is
// believed before that but which domain's key to check it with. What it gives is the
// caller's to change.
func (h *authentication) claims(ctx context.Context, token string) (*claims, error) {
	switch {
	case token == "":
		return nil, apierror.Unauthenticated("empty token provided.")
	case len(token) > maxToken:
		return nil, apierror.Unauthenticated("the token is too long.")
	}
	if kept, ok := h.verified.get(token); ok {
		key, err := h.keys.key(ctx, kept.claims.DomainID)
		if err != nil {
			return nil, err
		}
		if key == kept.key || jwk.Equal(key, kept.key) {
			return kept.claims.clone(), nil
		}
	}
	message, unverified, err := decode([]byte(token))
	if err != nil {
		return nil, apierror.Unauthenticated("failed to decode token.").Because(err)
	}
	if unverified.DomainID == "" {
		return nil, apierror.Unauthenticated("empty domain_id provided.")
	}
	key, err := h.keys.key(ctx, unverified.DomainID)
	if err != nil {
		return nil, err
	}
	ends, err := verify([]byte(token), message, key)
	if err != nil {
		return nil, err
	}
	if unverified.Version != tokenVersion {
		return nil, apierror.Unauthenticated("invalid token version.")
	}
	h.verified.put(token, unverified, key, ends)
	return unverified, nil // the bytes that were checked are those that were read
}

// verify checks the signature, by an algorithm that fits the domain's public
// key, whatever the token says; then the times. It gives the time after which the token
// is refused; zero: there is none.
func verify(token []byte, message *jws.Message, key jwk.Key) (ends time.Time, err error) {
	algorithm, err := algorithmOf(message, key)
	if err != nil {
		return ends, apierror.Unauthenticated("the token's algorithm does not fit the domain's key.").Because(err)
	}
	if _, err := jws.Verify(token, jws.WithKey(algorithm, key)); err != nil {
		return ends, apierror.Unauthenticated("invalid token signature.").Because(err)
	}
	parsed, err := jwt.ParseInsecure(token) // its signature has been checked
	if err != nil {
		return ends, apierror.Unauthenticated("the token's claims cannot be read.").Because(err)
	}
	if err := jwt.Validate(parsed, jwt.WithAcceptableSkew(clockSkew)); err != nil {
		return ends, apierror.Unauthenticated("the token is expired or not valid yet.").Because(err)
	}
	if exp, ok := parsed.Expiration(); ok {
		ends = exp.Add(clockSkew)
	}
	return ends, nil
}

// algorithmOf gives the token's algorithm if it is one for a key of this type:
// asymmetric, so that a public key is never taken for a shared secret.
func algorithmOf(message *jws.Message, key jwk.Key) (jwa.SignatureAlgorithm, error) {
	none := jwa.SignatureAlgorithm{}
	if len(message.Signatures()) != 1 {
		return none, errors.New("not one signature")
	}
	named, ok := message.Signatures()[0].ProtectedHeaders().Algorithm()
	if !ok {
		return none, errors.New("no algorithm")
	}
	fits := map[jwa.KeyType][]jwa.SignatureAlgorithm{
		jwa.RSA(): {jwa.RS256(), jwa.RS384(), jwa.RS512(), jwa.PS256(), jwa.PS384(), jwa.PS512()},
		jwa.EC():  {jwa.ES256(), jwa.ES384(), jwa.ES512()},
		jwa.OKP(): {jwa.EdDSA()},
	}
	for _, algorithm := range fits[key.KeyType()] {
		if algorithm == named {
			return algorithm, nil
		}
	}
	return none, fmt.Errorf("%s with a key of type %s", named, key.KeyType())
}
