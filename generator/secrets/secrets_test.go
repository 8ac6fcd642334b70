package secrets_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/secrets"
)

const token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJzcGFjZW9uZSJ9.c2ln"

func TestIn(t *testing.T) {
	for text, want := range map[string]string{
		"TOKEN: abc":                                       "1 TOKEN: it is called TOKEN",
		"GLOBAL:\n  TOKEN: 'abc'\n":                        "2 GLOBAL.TOKEN: it is called TOKEN",
		"a: {db: {Password: 12345}}":                       "1 a.db.Password: it is called Password",
		"list:\n  - name: x\n    api_key: k\n":             "3 list.api_key: it is called api_key",
		"clientSecret: s":                                  "1 clientSecret: it is called clientSecret",
		"client-secret: s":                                 "1 client-secret: it is called client-secret",
		"AWS_SECRET_ACCESS_KEY: AKIA":                      "1 AWS_SECRET_ACCESS_KEY: it is called AWS_SECRET_ACCESS_KEY",
		"private_key: |\n  abc\n":                          "1 private_key: it is called private_key",
		"header: Bearer " + token:                          "1 header: it is a token (a JWT)",
		"key: |\n  -----BEGIN RSA PRIVATE KEY-----\n  x\n": "1 key: it is a private key",
		"key: |\n  -----BEGIN PRIVATE KEY-----\n":          "1 key: it is a private key",
		"url: postgres://me:pw@db/x":                       "1 url: there is a password in the URL",
		"urls: ['redis://:pw@r:6379']":                     "1 urls: there is a password in the URL",
		"ENDPOINTS: {identity: 'http://a:b@identity'}":     "1 ENDPOINTS: there is a password in the URL",
		"---\na: 1\n---\nTOKEN: abc\n":                     "4 TOKEN: it is called TOKEN",
		`{"title": "x", "token": "abc"}`:                   "1 token: it is called token",
		// Of a template, line by line if need be.
		"a: 1\n{{- if .Values.x }}\nTOKEN: abc\n{{- end }}\n":      "3 TOKEN: it is called TOKEN",
		"{{ range .Values.x }}- {{ . }}{{ end }}: [\nTOKEN: abc\n": "2 TOKEN: it is called TOKEN",
		"TOKEN: abc # a comment, and not a secret of anybody's\n":  "1 TOKEN: it is called TOKEN",
	} {
		found := secrets.In([]byte(text))
		require.Len(t, found, 1, text)
		assert.Equal(t, want, fmt.Sprintf("%d %s: %s", found[0].Line, found[0].Key, found[0].Looks), text)
	}
}

// What is none is left alone, and so is what somebody says is none.
func TestInLeavesAlone(t *testing.T) {
	for _, text := range []string{
		"", "TOKEN:", "TOKEN: ''", "TOKEN: null", "# TOKEN: abc", "TOKEN: ${TOKEN}", "TOKEN: $TOKEN", "TOKEN: '{{ .Values.token }}'", "password: <yours>", "password: …",
		"TOKEN_FILE: /run/token", "password_file: /run/pw", "tokens: 5", "token_ttl: 1h", "secret: true", "TOKEN: {ttl: 3600, issuer: x}", "max_tokens: 3",
		"PASSWORD_MIN_LENGTH: 8", "secretName: tls", "secretKeyRef: {name: a, key: b}",
		"endpoints:\n  secret: grpc://secret:50051\n  token: grpc://token:1", "services: {secret: 'http://secret:8000'}", "url: https://example.com/a:b@c", "url: 'https://user@example.com'",
		"url: postgres://me:${PASSWORD}@db", "email: a@example.com", "-----BEGIN CERTIFICATE-----", "public_key: |\n  -----BEGIN PUBLIC KEY-----\n",
		"TOKEN: abc # not a secret", "# not a secret\nTOKEN: abc", "key: | # not a secret\n  -----BEGIN PRIVATE KEY-----\n",
	} {
		assert.Empty(t, secrets.In([]byte(text)), text)
	}
}

func TestFind(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	found, err := secrets.Find(fstest.MapFS{
		"config/config.yaml":             file("HOST: x\nTOKEN: abc\n"),
		"config/more/x.yml":              file("password: abc\n"),
		"deploy/helm/config/config.yaml": file("GLOBAL: {TOKEN: abc}\n"),
		"deploy/helm/values.yaml":        file("secret: {TOKEN: abc}\n"),
		"config/readme.txt":              file("TOKEN: abc\n"),
		"internal/config/config.yaml":    file("TOKEN: abc\n"),
	})
	require.NoError(t, err)
	var at []string
	for _, s := range found {
		at = append(at, fmt.Sprintf("%s:%d %s", s.Path, s.Line, s.Goes))
	}
	assert.Equal(t, []string{"config/config.yaml:2 the image", "config/more/x.yml:1 the image", "deploy/helm/config/config.yaml:1 a ConfigMap"}, at)
	found, err = secrets.Find(fstest.MapFS{})
	require.NoError(t, err)
	assert.Empty(t, found)
}

// What spacegen emits itself has nothing that looks like one.
func TestGoldenRepositories(t *testing.T) {
	all, err := filepath.Glob("../../testdata/golden/*")
	require.NoError(t, err)
	require.NotEmpty(t, all)
	for _, dir := range all {
		found, err := secrets.Find(os.DirFS(dir))
		require.NoError(t, err)
		assert.Empty(t, found, dir)
	}
}
