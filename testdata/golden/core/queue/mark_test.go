package queue

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMark(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{"remote": remote(t), "in the process": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, o)
			noon := time.Date(2026, 2, 3, 12, 0, 0, 5e6, time.UTC)
			mark := func(name string, to time.Time) time.Time {
				was, err := s.Mark(t.Context(), "q", name, to)
				require.NoError(t, err)
				return was
			}
			assert.Zero(t, mark("a", noon))
			assert.Equal(t, noon, mark("a", noon.Add(time.Hour)))
			assert.Equal(t, noon.Add(time.Hour), mark("a", noon), "it does not move back")
			assert.Equal(t, noon.Add(time.Hour), mark("a", noon))
			assert.Zero(t, mark("b", noon), "marks have names")

			// Of many that move it over a time, one sees it before that.
			var moved sync.Map
			var wg sync.WaitGroup
			for i := range 20 {
				wg.Go(func() { moved.Store(i, mark("a", noon.Add(time.Duration(i+2)*time.Hour))) })
			}
			wg.Wait()
			before := 0
			moved.Range(func(_, was any) bool {
				if was.(time.Time).Equal(noon.Add(time.Hour)) {
					before++
				}
				return true
			})
			assert.Equal(t, 1, before)
			assert.Equal(t, noon.Add(21*time.Hour), mark("a", noon))
		})
	}

	s := open(t, Options{})
	_, err := s.Mark(t.Context(), "nowhere", "a", time.Now())
	require.ErrorContains(t, err, "unknown queue")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.Mark(ended, "q", "a", time.Now())
	assert.ErrorIs(t, err, context.Canceled)
}
