package preflight

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestRun(t *testing.T) {
	asked := 0
	probes := []Probe{
		{Name: "database", Look: func(ctx context.Context) Finding {
			asked++
			<-ctx.Done()
			return Bad(errors.New("it does not answer"))
		}},
		{Name: "configuration", Offline: true, Look: func(context.Context) Finding { return Good("read from %s", "c.yaml") }},
		{Name: "cache", Look: func(context.Context) Finding { return Doubtful("it is slow") }},
	}
	found := Run(t.Context(), probes, time.Millisecond, false)
	assert.Equal(t, []Finding{
		{Name: "configuration", State: OK, Detail: "read from c.yaml"},
		{Name: "database", State: Failed, Detail: "no answer within 1ms: it does not answer"},
		{Name: "cache", State: Warning, Detail: "it is slow"},
	}, found)
	assert.Equal(t, []string{"database"}, Failures(found))

	asked = 0
	found = Run(t.Context(), probes, time.Millisecond, true)
	assert.Zero(t, asked)
	assert.Equal(t, Skipped, found[1].State)
	assert.Empty(t, Failures(found))
}
