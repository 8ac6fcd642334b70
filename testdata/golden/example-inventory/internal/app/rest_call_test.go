package app_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// post calls a method and gives its answer, or its error.
func post(t *testing.T, address, path, body string) map[string]any {
	t.Helper()
	res, err := http.Post("http://"+address+path, "application/json", bytes.NewBufferString(body)) //nolint:noctx // the server is this process's own
	require.NoError(t, err)
	defer res.Body.Close() //nolint:errcheck // it is read below
	answer := map[string]any{}
	require.NoError(t, json.NewDecoder(res.Body).Decode(&answer))
	return answer
}
