package projecttest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/metadata"

	"github.com/cloudforet-io/spacegen/core/handler"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// An issuer gives callers tokens, which its handlers trust.
type issuer struct{ secret *ecdsa.PrivateKey }

func newIssuer(t *testing.T) issuer {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return issuer{secret}
}

// handlers are those that every service has by default, but for the events.
func (i issuer) handlers(t *testing.T) pipeline.Handlers {
	t.Helper()
	public, err := jwk.Import(i.secret.Public())
	require.NoError(t, err)
	text, err := json.Marshal(public)
	require.NoError(t, err)
	var key map[string]any
	require.NoError(t, json.Unmarshal(text, &key))
	authentication, err := handler.NewAuthentication(map[string]any{"keys": map[string]any{Domain: key}}, handler.Deps{})
	require.NoError(t, err)
	authorization, err := handler.NewAuthorization(nil, handler.Deps{})
	require.NoError(t, err)
	mutation, err := handler.NewMutation(nil, handler.Deps{})
	require.NoError(t, err)
	return pipeline.Handlers{
		Authentication: []pipeline.AuthenticationHandler{authentication},
		Authorization:  []pipeline.AuthorizationHandler{authorization},
		Mutation:       []pipeline.MutationHandler{mutation},
	}
}

// as is the context of calls by somebody of a role, whose token names projects.
func (i issuer) as(t *testing.T, role string, projects ...string) context.Context {
	t.Helper()
	claims, err := json.Marshal(map[string]any{
		"rol": role, "typ": "ACCESS_TOKEN", "own": "USER", "did": Domain, "wid": Workspace, "aud": "somebody",
		"jti": "token-1", "ver": "2.0", "exp": time.Now().Add(time.Hour).Unix(), "projects": projects,
	})
	require.NoError(t, err)
	token, err := jws.Sign(claims, jws.WithKey(jwa.ES256(), i.secret))
	require.NoError(t, err)
	return metadata.AppendToOutgoingContext(t.Context(), "token", string(token))
}
