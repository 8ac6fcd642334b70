// Package redistest finds a Redis for tests: a real one if the environment names it, else
// one that stands in for it.
package redistest

import (
	"net"
	"os"
	"strconv"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/require"
)

// AddressVariable names the environment variable that holds host:port of a Redis in which
// tests may keep what they like.
const AddressVariable = "TEST_REDIS_ADDR"

// Server gives a Redis that is reached over the network. What others keep in it may be
// there already.
func Server(t testing.TB) (host string, port int) {
	t.Helper()
	address := os.Getenv(AddressVariable)
	if address == "" {
		address = miniredis.RunT(t).Addr()
	}
	host, text, err := net.SplitHostPort(address)
	require.NoError(t, err, AddressVariable)
	port, err = strconv.Atoi(text)
	require.NoError(t, err, "the port in %s", AddressVariable)
	return host, port
}
