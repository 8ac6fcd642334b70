package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/service"
)

// configured points the commands of a test to a database of its own.
func configured(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "config.yaml")
	text := "LOG: {level: error}\nDATABASES: {default: {engine: sqlite, path: " + filepath.Join(dir, "test.db") + "}}\n"
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	t.Setenv("SPACEONE_CONFIG_FILE", file)
	t.Setenv("PASSWORD", "Open sesame 1")
}

// execute runs a command and gives what it prints.
func execute(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	cmd := command()
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

func bootstrap(domain string) []string {
	return []string{"bootstrap", "--domain", domain, "--user", "admin", "--password-env", "PASSWORD", "--json"}
}

func TestBootstrapTwice(t *testing.T) {
	configured(t)
	var begun [2]service.Begun
	for i := range begun {
		out, err := execute(t, bootstrap("acme")...)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal([]byte(out), &begun[i]))
		assert.NotEmpty(t, begun[i].SystemToken)
		assert.Equal(t, "admin", begun[i].UserID)
		assert.Equal(t, begun[0].DomainID, begun[i].DomainID)
	}
	out, err := execute(t, strings.Fields("bootstrap --domain acme --user admin")...)
	require.NoError(t, err, "whoever is there needs no password")
	assert.Contains(t, out, begun[0].DomainID)
	assert.Contains(t, out, "system_token")
	out, err = execute(t, strings.Fields("bootstrap --domain acme --user second")...)
	require.NoError(t, err)
	assert.Contains(t, out, "second is no administrator of the domain acme")
	assert.NotContains(t, out, "user_id")
	_, err = execute(t, bootstrap("another")...)
	assert.ErrorContains(t, err, "the platform's first domain is called acme")
}

// Logs that are kept get to know no token.
func TestBootstrapWithoutToken(t *testing.T) {
	configured(t)
	for _, form := range []string{"--json=false", "--json"} {
		out, err := execute(t, append(bootstrap("acme"), "--no-token", form)...)
		require.NoError(t, err)
		assert.Contains(t, out, "domain_id")
		assert.NotContains(t, out, "system_token")
		assert.NotContains(t, out, "eyJ")
	}
}

func TestManyBootstrapsAtOnceMakeOneDomain(t *testing.T) {
	configured(t)
	var mu sync.Mutex
	domains := map[string]bool{}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			out, err := execute(t, bootstrap("acme")...)
			var begun service.Begun
			if assert.NoError(t, err) && assert.NoError(t, json.Unmarshal([]byte(out), &begun)) {
				mu.Lock()
				defer mu.Unlock()
				domains[begun.DomainID] = true
			}
		})
	}
	group.Wait()
	assert.Len(t, domains, 1)
}

func TestBootstrapRefuses(t *testing.T) {
	configured(t)
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	for line, want := range map[string]string{
		"":                           "required flag(s)",
		"--domain acme --user admin": "password-env",
		"--domain acme --user admin --password-env NOBODY_SETS_IT":                    "NOBODY_SETS_IT is not set",
		"--domain= --user admin --password-env PASSWORD":                              "must not be empty",
		"--domain acme --user admin --password-env PASSWORD --system-token-holds -1h": "lies ahead",
		"--domain acme --user admin --password-env PASSWORD --secret token":           "this is no pod",
	} {
		_, err := execute(t, append([]string{"bootstrap"}, strings.Fields(line)...)...)
		assert.ErrorContains(t, err, want, line)
	}
	t.Setenv("PASSWORD", "short")
	_, err := execute(t, bootstrap("acme")...)
	assert.ErrorContains(t, err, "8 characters")
	t.Setenv("PASSWORD", "Open sesame 1")
	_, err = execute(t, bootstrap("another")...)
	assert.NoError(t, err, "what failed has left nothing behind")
}

// TestAdminReset: the way back for who has locked himself out.
func TestAdminReset(t *testing.T) {
	configured(t)
	_, err := execute(t, bootstrap("acme")...)
	require.NoError(t, err)
	t.Setenv("PASSWORD", "Open another 1")
	out, err := execute(t, "admin", "reset", "acme", "admin")
	require.NoError(t, err)
	assert.Contains(t, out, "admin is an administrator of domain-")
	assert.NotContains(t, out, "Open another")
	out, err = execute(t, "admin", "reset", "acme", "second", "--create", "--json")
	require.NoError(t, err)
	assert.Contains(t, out, `"changed":["password","created"]`)
	for line, want := range map[string]string{
		"admin":                     "name what to do",
		"admin reset acme":          "accepts 2 arg(s)",
		"admin reset acme third":    "has no user third",
		"admin reset nowhere admin": "no domain nowhere",
		"admin reset acme admin --password-env NOBODY_SETS_IT": "NOBODY_SETS_IT is not set",
	} {
		_, err := execute(t, strings.Fields(line)...)
		assert.ErrorContains(t, err, want, line)
	}
}
