package manager_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/core/signing"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// access are the claims of somebody's access token.
func access(expires time.Time) model.Claims {
	return model.Claims{
		RoleType: model.DomainAdmin, TokenType: model.AccessToken, OwnerType: model.OwnerUser,
		Audience: "ann", ExpiresAt: expires.Unix(),
	}
}

func TestSignerReadsWhatItSigned(t *testing.T) {
	eachStore(t, func(t *testing.T, m manager.Managers, _ connector.Connectors) {
		domain := newDomain(t, m, "acme")
		token, err := m.Signer.Sign(domain, access(time.Now().Add(time.Hour)))
		require.NoError(t, err)
		claims, of, err := m.Signer.Read(t.Context(), token)
		require.NoError(t, err)
		assert.Equal(t, domain.DomainID, of.DomainID)
		assert.Equal(t, domain.DomainID, claims.DomainID)
		assert.Equal(t, "2.0", claims.Version)
		assert.Equal(t, "ann", claims.Audience)
		assert.NotEmpty(t, claims.TokenID)
		assert.InDelta(t, time.Now().Unix(), claims.IssuedAt, 2)
	})
}

func TestSignerRefuses(t *testing.T) {
	eachStore(t, func(t *testing.T, m manager.Managers, _ connector.Connectors) {
		ctx, ahead := t.Context(), time.Now().Add(time.Hour)
		domain, other := newDomain(t, m, "acme"), newDomain(t, m, "other")
		sign := func(by *model.Domain, c model.Claims) string {
			token, err := m.Signer.Sign(by, c)
			require.NoError(t, err)
			return token
		}
		raw := func(change func(*model.Claims)) string {
			c := access(ahead)
			c.Issuer, c.Version, c.DomainID = "spaceone.identity", "2.0", domain.DomainID
			change(&c)
			token, err := signing.Sign(domain.PrivateKey.Reveal(), c)
			require.NoError(t, err)
			return token
		}
		borrowed := &model.Domain{DomainID: domain.DomainID, PrivateKey: other.PrivateKey}
		gone := &model.Domain{DomainID: "domain-x", PrivateKey: other.PrivateKey}
		_, _, err := m.Signer.Read(ctx, raw(func(*model.Claims) {}))
		require.NoError(t, err)
		for name, token := range map[string]string{
			"no token":                   "",
			"no JWT":                     "a.b.c",
			"an expired one":             sign(domain, access(time.Now().Add(-time.Second))),
			"another's key":              sign(borrowed, access(ahead)),
			"a domain that is not there": sign(gone, access(ahead)),
			"another issuer":             raw(func(c *model.Claims) { c.Issuer = "somebody" }),
			"another version":            raw(func(c *model.Claims) { c.Version = "1.0" }),
			"no expiry":                  raw(func(c *model.Claims) { c.ExpiresAt = 0 }),
		} {
			_, _, err := m.Signer.Read(ctx, token)
			assert.Equal(t, refused, apierror.From(err).Code, name)
		}

		token := sign(domain, access(ahead))
		domain.State = model.Disabled
		require.NoError(t, m.Domain.Update(ctx, model.Scope{}, domain, "state"))
		_, _, err = m.Signer.Read(ctx, token)
		assert.Equal(t, refused, apierror.From(err).Code, "its domain is disabled")
	})
}

func TestPublicKey(t *testing.T) {
	eachStore(t, func(t *testing.T, m manager.Managers, _ connector.Connectors) {
		ctx, domain := t.Context(), newDomain(t, m, "acme")
		text, err := m.Signer.PublicKey(ctx, domain.DomainID)
		require.NoError(t, err)
		key := map[string]any{}
		require.NoError(t, json.Unmarshal([]byte(text), &key))
		assert.Equal(t, "OKP", key["kty"])
		assert.NotContains(t, key, "d", "that is the private half")

		domain.State = model.Disabled
		require.NoError(t, m.Domain.Update(ctx, model.Scope{}, domain, "state"))
		for _, id := range []string{domain.DomainID, "domain-x", ""} {
			_, err := m.Signer.PublicKey(ctx, id)
			assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code, id)
		}
	})
}
