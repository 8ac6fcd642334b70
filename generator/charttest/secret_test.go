package charttest

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJzcGFjZW9uZSJ9.c2ln"

// A chart refuses to put what looks like a secret in one of its files into a ConfigMap,
// and says where it stands.
func TestSecretsInFilesOfCharts(t *testing.T) {
	t.Parallel()
	charts := map[string]func() string{
		"service":    func() string { return chart(t, everything("inventory")) },
		"supervisor": func() string { return supervisorChart(t, "supervisor") },
	}
	for version := range helms(t) {
		for kind, of := range charts {
			dir := of()
			file := filepath.Join(dir, "config", "config.yaml")
			text, err := os.ReadFile(file) //nolint:gosec // a test's own
			require.NoError(t, err)
			lines := 0
			for _, c := range text {
				if c == '\n' {
					lines++
				}
			}
			for line, key := range map[string]string{
				"  TOKEN: abc":                              "GLOBAL.TOKEN",
				"  clientSecret: 12345":                     "GLOBAL.clientSecret",
				"  HEADER: Bearer " + jwt:                   "GLOBAL.HEADER",
				"  ADDRESS: 'redis://me:pw@redis:6379'":     "GLOBAL.ADDRESS",
				"  OTHER: {list: [{api_key: x}]}":           "GLOBAL.OTHER.list.0.api_key",
				"  KEY: |\n    -----BEGIN PRIVATE KEY-----": "GLOBAL.KEY",
				"  TOKEN: '{{ .Values.timezone }}'":         "GLOBAL.TOKEN",
			} {
				if kind == "supervisor" { // it ends in the middle of a condition
					require.NoError(t, os.WriteFile(file, append(append([]byte{}, text...), []byte("\n"+line+"\n")...), 0o600))
				} else {
					require.NoError(t, os.WriteFile(file, append(append([]byte{}, text...), []byte(line+"\n")...), 0o600))
				}
				out, err := template(t, version, dir, "test", ".")
				require.Error(t, err, "%s %s: %s", version, kind, line)
				assert.Regexp(t, `config/config.yaml:\d+: `+key+` looks like a secret, and would stand in a ConfigMap`, out, line)
				if kind == "service" {
					assert.Contains(t, out, "config/config.yaml:"+strconv.Itoa(lines+1)+": ", line)
				}
			}
			for _, line := range []string{
				"  TOKEN: abc # not a secret", "  TOKEN: ''", "  TOKEN:", "  TOKEN: ${TOKEN}", "  TOKEN_FILE: /run/token", "  PASSWORD_LENGTH: 8", "  secret: true",
				"  ENDPOINTS: {secret: 'grpc://secret:50051'}",
			} {
				require.NoError(t, os.WriteFile(file, append(append([]byte{}, text...), []byte("\n"+line+"\n")...), 0o600))
				mustTemplate(t, version, dir, "test", ".")
			}
		}

		dir := frontendChart(t)
		file := filepath.Join(dir, "config", "production.json")
		require.NoError(t, os.WriteFile(file, []byte(`{
  "title": "x",
  "apiKey": "abc"
}`), 0o600))
		out, err := template(t, version, dir, "test", ".", "--set", "server=nginx")
		require.Error(t, err)
		assert.Contains(t, out, "config/production.json:3: apiKey looks like a secret")
		assert.Contains(t, out, "every browser reads this file")
	}
}
