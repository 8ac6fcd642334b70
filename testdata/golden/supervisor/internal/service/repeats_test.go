package service //nolint:testpackage // it is not for others

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRepeats(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelInfo}))
	r, ctx := &repeats{}, t.Context()
	said := func() []string {
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		out.Reset()
		for i := range lines {
			_, lines[i], _ = strings.Cut(lines[i], " level=")
		}
		return lines
	}
	for range 120 {
		r.failed(ctx, log, "start a", "step failed", "no such image")
		r.end(ctx)
	}
	assert.Equal(t, []string{
		`WARN msg="step failed" reason="no such image" times=1`,
		`WARN msg="step failed" reason="no such image" times=10`,
		`WARN msg="step failed" reason="no such image" times=100`,
	}, said())
	r.failed(ctx, log, "start a", "step failed", "no memory")
	r.failed(ctx, log, "start b", "step failed", "no memory")
	r.end(ctx)
	assert.Equal(t, []string{
		`WARN msg="step failed" reason="no memory" times=1`,
		`WARN msg="step failed" reason="no memory" times=1`,
	}, said(), "another reason, another step")
	r.failed(ctx, log, "start b", "step failed", "no memory")
	r.end(ctx)
	assert.Equal(t, []string{`INFO msg="over: step failed" times=1`}, said())
	r.end(ctx)
	assert.Equal(t, []string{`INFO msg="over: step failed" times=2`}, said())
	r.end(ctx)
	assert.Equal(t, []string{""}, said())
}
