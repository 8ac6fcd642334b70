package manager

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/identifier"

	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/core/signing"
	"github.com/cloudforet-io/identity/internal/model"
)

const (
	issuer       = "spaceone.identity"
	tokenVersion = "2.0" // of the claims
)

// Signer signs the tokens of domains and checks them. Nothing else works with
// the domains' private keys.
type Signer interface {
	// PublicKey gives the key that checks a domain's tokens: a JWK, as JSON. A
	// domain that is disabled gives none.
	PublicKey(ctx context.Context, domainID string) (string, error)
	// Sign signs claims by a domain's key, and fills in what all tokens have in
	// common: issuer, domain, time, version, and an identifier where there is none.
	Sign(domain *model.Domain, claims model.Claims) (string, error)
	// Read checks a token that was signed here, and gives its claims and domain.
	Read(ctx context.Context, token string) (*model.Claims, *model.Domain, error)
}

type signerManager struct {
	domains *database.Domain
	now     func() time.Time
}

// NewSigner makes the manager.
func NewSigner(c connector.Connectors) Signer {
	return &signerManager{domains: c.Domain, now: time.Now}
}

func (m *signerManager) PublicKey(ctx context.Context, domainID string) (string, error) {
	domain, err := m.domains.Get(ctx, nil, domainID)
	if err != nil {
		return "", err
	}
	if domain.State != model.Enabled {
		return "", apierror.NotFound("domain_id", domainID)
	}
	return signing.PublicKey(domain.PrivateKey.Reveal())
}

func (m *signerManager) Sign(domain *model.Domain, claims model.Claims) (string, error) {
	claims.Issuer, claims.Version = issuer, tokenVersion
	claims.DomainID, claims.IssuedAt = domain.DomainID, m.now().Unix()
	if claims.TokenID == "" {
		claims.TokenID = identifier.New("token")
	}
	return signing.Sign(domain.PrivateKey.Reveal(), claims)
}

func (m *signerManager) Read(ctx context.Context, token string) (*model.Claims, *model.Domain, error) {
	said := new(model.Claims)
	if err := signing.Peek(token, said); err != nil {
		return nil, nil, errToken.Because(err)
	}
	domain, err := m.domains.Get(ctx, nil, said.DomainID)
	if err != nil {
		if apierror.From(err).Code == "ERROR_NOT_FOUND" {
			return nil, nil, errToken.Because(err)
		}
		return nil, nil, err
	}
	claims := new(model.Claims)
	if err := signing.Verify(domain.PrivateKey.Reveal(), token, claims); err != nil {
		return nil, nil, errToken.Because(err)
	}
	switch {
	case claims.Issuer != issuer, claims.Version != tokenVersion, claims.DomainID != domain.DomainID:
		return nil, nil, errToken.Because(errIssuer)
	case claims.Expired(m.now()):
		return nil, nil, errToken.Because(errExpired)
	case domain.State != model.Enabled:
		return nil, nil, errToken
	}
	return claims, domain, nil
}
