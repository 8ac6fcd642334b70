package app_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v1"
	"github.com/cloudforet-io/identity/internal/service"
)

// issue signs in by REST, and gives the status and what is answered.
func issue(t *testing.T, address, from string, body map[string]string) (int, string) {
	t.Helper()
	text, err := json.Marshal(body)
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+"/identity/v1/token/issue", bytes.NewReader(text))
	require.NoError(t, err)
	r.Header.Set("X-Forwarded-For", from)
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close() //nolint:errcheck // it is read below
	var fault struct {
		Detail struct{ Code, Message string }
	}
	require.NoError(t, json.NewDecoder(answer.Body).Decode(&fault))
	return answer.StatusCode, fault.Detail.Code + ": " + fault.Detail.Message
}

func TestReplicasCountFailedSignInsTogether(t *testing.T) {
	own := "LOG: {level: error}\nSIGN_IN: {first_delay: 1m}\nDATABASES: {default: {engine: sqlite, path: " + filepath.Join(t.TempDir(), "test.db") + "}}\n"
	a := build(t, own)
	begun, err := a.Bootstrap(t.Context(), service.First{Domain: "acme", UserID: "admin", Password: passwordOfAdmin, SystemToken: time.Hour})
	require.NoError(t, err)
	a.Close(t.Context())
	replicas := []running{start(t, own), start(t, own)}

	const home, abroad = "203.0.113.7", "198.51.100.1"
	right := map[string]string{"domain": "acme", "user_id": "admin", "password": passwordOfAdmin}
	code, _ := issue(t, replicas[0].rest, home, right)
	require.Equal(t, http.StatusOK, code)

	said := map[string]bool{}
	for name, body := range map[string]map[string]string{
		"a user":         {"domain": "acme", "user_id": "admin"},
		"nobody":         {"domain": "acme", "user_id": "nobody"},
		"no such domain": {"domain": "nothing", "user_id": "admin"},
	} {
		body["password"] = "wrong password"
		for n := range 5 {
			code, text := issue(t, replicas[n%2].rest, abroad, body)
			require.Equal(t, http.StatusUnauthorized, code, "%s: %s", name, text)
		}
		body["password"] = passwordOfAdmin
		for _, replica := range replicas {
			code, text := issue(t, replica.rest, abroad, body)
			assert.Equal(t, http.StatusTooManyRequests, code, name)
			text, _, _ = strings.Cut(text, " try again in ") // some seconds
			said[text] = true
		}
	}
	assert.Equal(t, map[string]bool{"ERROR_TOO_MANY_ATTEMPTS: Too many sign-ins failed:": true}, said, "nobody learns who there is")

	byID := &api.IssueTokenRequest{DomainId: begun.DomainID, UserId: "admin", Password: "wrong password"}
	_, err = api.NewTokenClient(dial(t, replicas[0].grpc)).Issue(t.Context(), byID)
	assert.Equal(t, codes.ResourceExhausted, status.Code(err), "the domain has a name and an identifier")
	assert.Positive(t, apierror.RetryAfter(status.Convert(err)), "when to come back is said")

	code, _ = issue(t, replicas[1].rest, home, right)
	assert.Equal(t, http.StatusOK, code, "he was here before")
}
