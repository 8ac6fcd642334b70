package queue

import (
	"context"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// The Redis is away when the process starts, comes, goes away again and comes
// back: puts are refused as long as it is away, and nothing has to be restarted.
func TestRedisComesLater(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	port, err := strconv.Atoi(server.Port())
	require.NoError(t, err)
	host := server.Host()
	server.Close()

	s := open(t, Options{Host: host, Port: port})
	assert.ErrorContains(t, s.Away(), "queue q: redis at 127.0.0.1:"+strconv.Itoa(port)+" does not answer: ")
	ran := make(chan string, 10)
	consumer := consume(t, s, ConsumeOptions{Poll: 5 * time.Millisecond}, func(_ context.Context, d *Delivery) error {
		ran <- d.ID
		return nil
	})
	for _, id := range []string{"first", "second"} {
		assert.Error(t, s.Ping(t.Context()))
		err := s.Put(t.Context(), "q", syncTask("a"), WithID(id))
		assert.Equal(t, codes.Unavailable, apierror.From(err).Status, err)
		require.NoError(t, server.Restart())
		require.Eventually(t, func() bool { return s.Ping(t.Context()) == nil }, time.Minute, 10*time.Millisecond)
		require.NoError(t, s.Put(t.Context(), "q", syncTask("a"), WithID(id)))
		assert.Equal(t, id, <-ran)
		server.Close()
	}
	require.NoError(t, server.Restart())
	require.NoError(t, consumer.Stop(t.Context()))
}

// A caller's deadline bounds what it asks of a Redis that takes connections and
// never answers.
func TestSilentRedis(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close() //nolint:errcheck // nobody was served
	s := open(t, Options{Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port})
	assert.ErrorIs(t, s.Away(), context.DeadlineExceeded)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = s.Known(ctx, "q", "a")
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}
