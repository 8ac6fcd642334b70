package redistest_test

import (
	"net"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/redistest"
)

func TestServer(t *testing.T) {
	t.Setenv(redistest.AddressVariable, "redis.example.com:6380")
	host, port := redistest.Server(t)
	assert.Equal(t, "redis.example.com", host)
	assert.Equal(t, 6380, port)

	t.Setenv(redistest.AddressVariable, "")
	host, port = redistest.Server(t)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	require.NoError(t, err, "one stands in for it")
	require.NoError(t, conn.Close())
	_, other := redistest.Server(t)
	assert.NotEqual(t, port, other, "each test has its own")
}
