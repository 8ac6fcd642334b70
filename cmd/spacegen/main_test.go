package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestInterrupted: after Ctrl-C spacegen says so, and has made nothing.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, said bytes.Buffer
	dir := filepath.Join(t.TempDir(), "demo")
	status := run(ctx, []string{"new", "demo", "--yes", "--dir", dir}, stdio{strings.NewReader(""), &out, &said})
	assert.Equal(t, exitFailed, status)
	assert.Regexp(t, `^spacegen: interrupted`, said.String())
	assert.NoDirExists(t, dir)
}
