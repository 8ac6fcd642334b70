//go:build unix

package chaostest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
)

// room is how large a file may become while the disk is full, in blocks of 512 bytes.
const room = 4096

// fillTime is what calls have to fill it.
const fillTime = 30 * time.Second

// diskFull has the service run into the end of its database's file, and then gives it room
// again. Nothing that was answered well is lost; reading goes on; so does writing once there
// is room.
func (w *world) diskFull(t *testing.T) {
	settings := sqlite(t)
	tight := w.start(t, settings, how{wrapped: limited("-f", room)})
	c := w.dial(t, tight)
	written, refused, failed := 0, 0, map[codes.Code]int{}
	for end := time.Now().Add(fillTime); refused < clients && time.Now().Before(end); {
		if code := c.create(t.Context(), domain(written), written); code == codes.OK {
			written++
		} else {
			refused++
			failed[code]++
		}
	}
	require.NotZero(t, refused, "the database did not become full: %d were written", written)
	assert.Equal(t, codes.OK, c.list(t.Context(), domain(0)), "what is there can be read")
	require.NoError(t, tight.alive())
	require.NoError(t, tight.stop())
	roomy := w.start(t, settings, how{})
	c = w.dial(t, roomy)
	there := 0
	for n := range written {
		if c.has(t.Context(), domain(n)) {
			there++
		}
	}
	t.Logf("a database that may have %d KiB: written %d, lost %d, then failed%s; with room again all is well", room/2, written, written-there, numbers(failed))
	assert.Equal(t, written, there, "calls that were answered well, and are there")
	assert.Equal(t, codes.OK, c.create(t.Context(), domain(written), written), "it goes on")
}
