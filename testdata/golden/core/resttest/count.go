package resttest

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Calls is how many calls of a method, such as Book.get, a service has seen to
// their ends, by the metrics at its admin address.
func Calls(t *testing.T, address, method string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/metrics", nil)
	require.NoError(t, err)
	res, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer res.Body.Close() //nolint:errcheck // it is read below
	metrics, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	total := 0
	for line := range strings.Lines(string(metrics)) {
		if !strings.HasPrefix(line, "calls_total{") || !strings.Contains(line, fmt.Sprintf("method=%q", method)) {
			continue
		}
		_, number, _ := strings.Cut(strings.TrimSpace(line), "} ")
		n, err := strconv.ParseFloat(number, 64)
		require.NoError(t, err, line)
		total += int(n)
	}
	return total
}
