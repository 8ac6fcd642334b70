//go:build unix

package chaostest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
)

const (
	samples   = 60                     // that are taken of a process
	soakPause = 100 * time.Millisecond // of each client, between calls
)

// A sample is what a process holds at a moment.
type sample struct {
	goroutines  float64
	heap        float64 // bytes at which the collector begins next: what is alive, and a share of it
	resident    float64 // bytes
	descriptors float64 // files and connections that are open
}

// soak has the service work for as long as the environment says, on each engine, with
// calls that come steadily. What it holds must stay level: what grows ends some day.
func (w *world) soak(t *testing.T) {
	for _, engine := range []string{"postgresql", "sqlite"} {
		t.Run(engine, func(t *testing.T) {
			name, settings := "", sqlite(t)
			if engine == "postgresql" {
				name, settings = w.database(t)
			}
			service := w.start(t, settings, how{})
			var taken []sample
			calls := w.strain(t, load{caller: w.dial(t, service), lists: true, pause: soakPause}, func() {
				for range samples {
					taken = append(taken, w.sample(t, service))
					time.Sleep(w.load / (samples + 1))
				}
			})
			failed := slices.DeleteFunc(slices.Clone(calls), func(c call) bool { return c.code == codes.OK && c.listed == codes.OK })
			first, last := level(taken)
			t.Logf("%d creates and lists in %s, %d failed; second third → last: goroutines %.0f → %.0f, heap %.1f → %.1f MiB, resident %.1f → %.1f MiB, descriptors %.0f → %.0f",
				len(calls), w.load, len(failed), first.goroutines, last.goroutines, first.heap/(1<<20), last.heap/(1<<20),
				first.resident/(1<<20), last.resident/(1<<20), first.descriptors, last.descriptors)
			assert.Empty(t, failed, "calls that failed")
			if name != "" {
				w.assertNothingLost(t, w.judge(t, name, calls), 0, service)
			}
			assertLevel(t, "goroutines", first.goroutines, last.goroutines, 10)
			assertLevel(t, "bytes of the heap", first.heap, last.heap, 4<<20)
			assertLevel(t, "bytes of memory", first.resident, last.resident, 16<<20)
			assertLevel(t, "descriptors", first.descriptors, last.descriptors, 16)
		})
	}
}

// assertLevel fails if what a process holds has grown by more than a fifth, and more than
// comes and goes.
func assertLevel(t *testing.T, what string, first, last, noise float64) {
	t.Helper()
	assert.LessOrEqual(t, last, max(first*1.2, first+noise), "%s grow", what)
}

// level is the median of the second third of samples and of the last. The first is the
// time in which pools and caches are filled.
func level(taken []sample) (first, last sample) {
	third := len(taken) / 3
	return median(taken[third : 2*third]), median(taken[2*third:])
}

// median is that of each figure by itself.
func median(of []sample) sample {
	middle := func(figure func(sample) float64) float64 {
		var all []float64
		for _, one := range of {
			all = append(all, figure(one))
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	return sample{
		middle(func(s sample) float64 { return s.goroutines }), middle(func(s sample) float64 { return s.heap }),
		middle(func(s sample) float64 { return s.resident }), middle(func(s sample) float64 { return s.descriptors }),
	}
}

// sample asks a process what it holds: its metrics know, and on Linux the system counts
// its descriptors.
func (w *world) sample(t *testing.T, i *instance) sample {
	t.Helper()
	var text []byte
	eventually(t, startTime, "metrics", func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+i.admin+"/metrics", nil)
		if err != nil {
			return err
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		defer res.Body.Close() //nolint:errcheck // it is read
		text, err = io.ReadAll(res.Body)
		return err
	})
	s := sample{goroutines: figure(t, text, "go_goroutines"), heap: figure(t, text, "go_memstats_next_gc_bytes")}
	if open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", i.cmd.Process.Pid)); err == nil {
		s.descriptors, s.resident = float64(len(open)), figure(t, text, "process_resident_memory_bytes")
	}
	return s
}

// figure is what metrics say of something.
func figure(t *testing.T, metrics []byte, name string) float64 {
	t.Helper()
	found := regexp.MustCompile(`(?m)^` + name + `(?:\{[^}]*\})? (\S+)$`).FindSubmatch(metrics)
	require.NotNil(t, found, "the service has no metric %s", name)
	value, err := strconv.ParseFloat(string(found[1]), 64)
	require.NoError(t, err, name)
	return value
}
