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

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/service"
)

// issue signs in by REST, and gives the status and what is answered.
func issue(t *testing.T, address, from string, body map[string]any) (int, string) {
	t.Helper()
	text, err := json.Marshal(body)
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+"/identity/v2/token/issue", bytes.NewReader(text))
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
	by := func(domain, user, password string) map[string]any {
		return map[string]any{
			"domain_id": domain, "auth_type": "LOCAL", "credentials": map[string]string{"user_id": user, "password": password},
		}
	}
	right := by(begun.DomainID, "admin", passwordOfAdmin)
	code, _ := issue(t, replicas[0].rest, home, right)
	require.Equal(t, http.StatusOK, code)

	said := map[string]bool{}
	for name, who := range map[string][2]string{
		"a user":         {begun.DomainID, "admin"},
		"nobody":         {begun.DomainID, "nobody"},
		"no such domain": {"domain-x", "admin"},
	} {
		for n := range 5 {
			code, text := issue(t, replicas[n%2].rest, abroad, by(who[0], who[1], "wrong password"))
			require.Equal(t, http.StatusUnauthorized, code, "%s: %s", name, text)
		}
		for _, replica := range replicas {
			code, text := issue(t, replica.rest, abroad, by(who[0], who[1], passwordOfAdmin))
			assert.Equal(t, http.StatusTooManyRequests, code, name)
			text, _, _ = strings.Cut(text, " try again in ") // some seconds
			said[text] = true
		}
	}
	assert.Equal(t, map[string]bool{"ERROR_TOO_MANY_ATTEMPTS: Too many sign-ins failed:": true}, said, "nobody learns who there is")

	_, err = api.NewTokenClient(dial(t, replicas[0].grpc)).Issue(t.Context(), byPassword(begun.DomainID, "admin", "wrong password"))
	assert.Equal(t, codes.ResourceExhausted, status.Code(err), "by gRPC as by REST")
	assert.Positive(t, apierror.RetryAfter(status.Convert(err)), "when to come back is said")

	code, _ = issue(t, replicas[1].rest, home, right)
	assert.Equal(t, http.StatusOK, code, "he was here before")
}
