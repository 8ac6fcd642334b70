//go:build unix

package main

import (
	"bytes"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The first signal asks to stop, the second does not wait.
func TestSignalsAreOrders(t *testing.T) {
	for _, first := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE} {
		ctx, kill, stop := orders(t.Context())
		require.NoError(t, syscall.Kill(os.Getpid(), first))
		<-ctx.Done()
		require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGPIPE), "nobody reads, which is no hurry")
		time.Sleep(20 * time.Millisecond)
		select {
		case <-kill:
			t.Fatal("one signal asks, and no more")
		default:
		}
		require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGINT))
		<-kill
		stop()
	}
	ctx, _, stop := orders(t.Context())
	stop()
	<-ctx.Done()
}

func TestColoursAreForTerminals(t *testing.T) {
	assert.False(t, colourful(new(bytes.Buffer)))
	file, err := os.CreateTemp(t.TempDir(), "")
	require.NoError(t, err)
	defer file.Close() //nolint:errcheck // nothing was written
	assert.False(t, colourful(file))
}
