package cache

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type region struct {
	Name string
	Tags map[string]string
	At   time.Time
}

func TestGetOrLoad(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c Cache) {
		at := time.Date(2026, 2, 3, 4, 5, 6, 7_000_000, time.UTC)
		loads := 0
		get := func() *region {
			got, err := GetOrLoad(t.Context(), c, "r", time.Minute, func(context.Context) (*region, error) {
				loads++
				return &region{Name: "seoul", Tags: map[string]string{"a": "b"}, At: at}, nil
			})
			require.NoError(t, err)
			return got
		}
		want := &region{Name: "seoul", Tags: map[string]string{"a": "b"}, At: at}
		for range 3 {
			got := get()
			assert.Equal(t, want, got)
			got.Tags["a"] = "changed by its owner"
		}
		assert.Equal(t, 1, loads)

		require.NoError(t, c.Delete(t.Context(), "r"))
		get()
		assert.Equal(t, 2, loads)

		require.NoError(t, c.Set(t.Context(), "r", []byte("[of an older release"), 0))
		assert.Equal(t, want, get())
		assert.Equal(t, 3, loads)
	})
}

func TestGetOrLoadFails(t *testing.T) {
	t.Parallel()
	c := open(t, "", nil)
	sad := errors.New("sad")
	_, err := GetOrLoad(t.Context(), c, "k", 0, func(context.Context) (int, error) { return 0, sad })
	require.ErrorIs(t, err, sad)
	_, err = GetOrLoad(t.Context(), c, "k", 0, func(context.Context) (int, error) { panic("boom") })
	require.ErrorContains(t, err, "boom")
	_, err = GetOrLoad(t.Context(), c, "k", 0, func(context.Context) (chan int, error) { return make(chan int), nil })
	require.ErrorContains(t, err, "encoding k")

	got, err := GetOrLoad(t.Context(), c, "k", 0, func(context.Context) (int, error) { return 1, nil })
	require.NoError(t, err)
	assert.Equal(t, 1, got, "failures are not kept")
}

func TestGetOrLoadShares(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := New(Options{})
		require.NoError(t, err)
		defer func() { require.NoError(t, c.Close()) }()
		var loads atomic.Int32
		load := func(ctx context.Context) (*region, error) {
			loads.Add(1)
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
				return nil, ctx.Err()
			}
			return &region{Tags: map[string]string{}}, nil
		}

		// The first to come leaves early; the others still get the value.
		leaving, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := GetOrLoad(leaving, c, "k", 0, load)
			assert.ErrorIs(t, err, context.DeadlineExceeded)
		})
		synctest.Wait()
		for range 20 {
			wg.Go(func() {
				got, err := GetOrLoad(t.Context(), c, "k", 0, load)
				if assert.NoError(t, err) {
					got.Tags["mine"] = "alone" // a race if values were shared
				}
			})
		}
		wg.Wait()
		assert.EqualValues(t, 1, loads.Load())
	})
}

// What was read before a change must not be kept after it.
func TestDeleteDuringLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := New(Options{})
		require.NoError(t, err)
		defer func() { require.NoError(t, c.Close()) }()

		stored, proceed := "old", make(chan struct{})
		load := func(context.Context) (string, error) {
			read := stored
			<-proceed
			return read, nil
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			got, err := GetOrLoad(t.Context(), c, "k", 0, load)
			assert.NoError(t, err)
			assert.Equal(t, "old", got)
		})
		synctest.Wait()
		stored = "new"
		require.NoError(t, c.Delete(t.Context(), "k"))
		close(proceed)
		wg.Wait()

		got, err := GetOrLoad(t.Context(), c, "k", 0, load)
		require.NoError(t, err)
		assert.Equal(t, "new", got)
	})
}

// Other implementations work too, only that they share no loads.
type foreign struct{ Cache }

func TestGetOrLoadForeign(t *testing.T) {
	t.Parallel()
	c := foreign{open(t, "", nil)}
	for range 2 {
		got, err := GetOrLoad(t.Context(), c, "k", 0, func(context.Context) (int, error) { return 5, nil })
		require.NoError(t, err)
		assert.Equal(t, 5, got)
	}
}
