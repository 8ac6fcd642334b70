package app_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/resttest"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/core/signing"
	"github.com/cloudforet-io/identity/internal/model"
	"github.com/cloudforet-io/identity/internal/service"
)

const passwordOfAdmin = "Open sesame 1"

// platform is the service as an installation has it: with its first domain, and
// with the handlers that ask everybody for a token.
type platform struct {
	domainID string
	system   string // the system token
	dir      string // where the database is
	grpc     string // the address
	call     caller
}

// A caller calls a method of the API, such as User.list, with a token. Errors
// read "CODE: text".
type caller func(t *testing.T, method, token string, req, res proto.Message) error

// onPlatform runs a test with callers by gRPC and by REST.
func onPlatform(t *testing.T, test func(t *testing.T, p platform)) {
	t.Helper()
	dir := t.TempDir()
	own := "LOG: {level: error}\nDATABASES: {default: {engine: sqlite, path: " + filepath.Join(dir, "test.db") + "}}\n"
	a := build(t, own)
	begun, err := a.Bootstrap(t.Context(), service.First{
		Domain: "acme", UserID: "admin", Password: passwordOfAdmin, SystemToken: time.Hour,
	})
	require.NoError(t, err)
	a.Close(t.Context())
	running := start(t, own+"ENDPOINTS: {inventory: 'grpc://inventory:50051'}\n")
	p := platform{domainID: begun.DomainID, system: begun.SystemToken, dir: dir, grpc: running.grpc}
	t.Run("grpc", func(t *testing.T) { p.call = byGRPC(dial(t, running.grpc)); test(t, p) })
	t.Run("rest", func(t *testing.T) { p.call = byREST(running.rest); test(t, p) })
}

func byGRPC(conn *grpc.ClientConn) caller {
	return func(t *testing.T, method, token string, req, res proto.Message) error {
		ctx := t.Context()
		if token != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, "token", token)
		}
		err := conn.Invoke(ctx, "/spaceone.api.identity.v2."+strings.Replace(method, ".", "/", 1), req, res)
		if err != nil {
			return errors.New(status.Convert(err).Message())
		}
		return nil
	}
}

func byREST(address string) caller {
	return func(t *testing.T, method, token string, req, res proto.Message) error {
		t.Helper()
		rule := resttest.Bindings(t, protoreflect.FullName("spaceone.api.identity.v2."+method))[0]
		body, err := protojson.Marshal(req)
		require.NoError(t, err)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+rule.GetPost(), bytes.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Token", token)
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		defer answer.Body.Close() //nolint:errcheck // it is read below
		var text json.RawMessage
		require.NoError(t, json.NewDecoder(answer.Body).Decode(&text))
		if answer.StatusCode != http.StatusOK {
			var fault struct {
				Detail struct{ Code, Message string }
			}
			require.NoError(t, json.Unmarshal(text, &fault))
			return errors.New(fault.Detail.Code + ": " + fault.Detail.Message)
		}
		return protojson.Unmarshal(text, res)
	}
}

// byPassword asks for the tokens of a user.
func byPassword(domainID, userID, password string) *api.IssueTokenRequest {
	said := map[string]*structpb.Value{"user_id": structpb.NewStringValue(userID), "password": structpb.NewStringValue(password)}
	return &api.IssueTokenRequest{
		Credentials: &structpb.Struct{Fields: said}, AuthType: api.IssueTokenRequest_LOCAL, DomainId: domainID,
	}
}

// signIn gives the tokens of a user.
func (p platform) signIn(t *testing.T, domainID, userID, password string) *api.TokenInfo {
	t.Helper()
	tokens := new(api.TokenInfo)
	require.NoError(t, p.call(t, "Token.issue", "", byPassword(domainID, userID, password), tokens))
	return tokens
}

// grant asks for a token of a scope.
func grant(tokens *api.TokenInfo, scope api.GrantTokenRequest_Scope, workspace string) *api.GrantTokenRequest {
	return &api.GrantTokenRequest{
		GrantType: api.GrantTokenRequest_REFRESH_TOKEN, Token: tokens.GetRefreshToken(), Scope: scope, WorkspaceId: workspace,
	}
}

// granted gives a token of a user for a scope.
func (p platform) granted(t *testing.T, tokens *api.TokenInfo, scope api.GrantTokenRequest_Scope, workspace string) string {
	t.Helper()
	info := new(api.GrantTokenInfo)
	require.NoError(t, p.call(t, "Token.grant", "", grant(tokens, scope, workspace), info))
	return info.GetAccessToken()
}

// admin gives the token of an administrator of a domain.
func (p platform) admin(t *testing.T, domainID, userID, password string) string {
	t.Helper()
	return p.granted(t, p.signIn(t, domainID, userID, password), api.GrantTokenRequest_DOMAIN, "")
}

// key is the private key of a domain, as it stands in the database.
func (p platform) key(t *testing.T, domainID string) string {
	t.Helper()
	db, err := database.Open(t.Context(), database.Options{Path: filepath.Join(p.dir, "test.db")})
	require.NoError(t, err)
	defer db.Close() //nolint:errcheck // nothing was written
	domain, err := connector.New(connector.Deps{DB: db}).Domain.Get(t.Context(), nil, domainID)
	require.NoError(t, err)
	return domain.PrivateKey.Reveal()
}

// sign gives the access token of an administrator, but for what is changed.
func sign(t *testing.T, key, domainID string, change func(*model.Claims)) string {
	t.Helper()
	claims := model.Claims{
		Issuer: "spaceone.identity", RoleType: model.DomainAdmin, TokenType: model.AccessToken, OwnerType: model.OwnerUser,
		DomainID: domainID, Audience: "admin", TokenID: "token-1", Version: "2.0",
		IssuedAt: time.Now().Unix(), ExpiresAt: time.Now().Add(time.Hour).Unix(),
	}
	change(&claims)
	token, err := signing.Sign(key, claims)
	require.NoError(t, err)
	return token
}
