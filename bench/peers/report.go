package main

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// A cell is what is compared: one method, with a number of callers.
type cell struct {
	method  string
	callers int
}

// measured is one round of one server.
type measured struct {
	calls            int
	took             time.Duration
	p50, p99         time.Duration
	server, postgres time.Duration // work of their processes
}

func (m measured) throughput() float64 { return float64(m.calls) / m.took.Seconds() }

// each is a time by the call.
func (m measured) each(d time.Duration) time.Duration { return d / time.Duration(max(m.calls, 1)) }

// start is one start of a server.
type start struct {
	took   time.Duration
	memory int64 // bytes, at rest
	size   int64 // of the program
}

// results are all that was measured, in the order in which it was.
type results struct {
	out    io.Writer // for benchstat; nil: nobody
	headed bool
	names  []string
	cells  []cell
	starts map[string][]start
	rounds map[cell]map[string][]measured
}

func (r *results) started(name string, s start) {
	if r.starts == nil {
		r.starts = map[string][]start{}
	}
	r.starts[name] = append(r.starts[name], s)
}

// add takes a round, and writes it for benchstat.
func (r *results) add(c cell, name string, m measured) error {
	if r.rounds == nil {
		r.rounds = map[cell]map[string][]measured{}
	}
	if r.rounds[c] == nil {
		r.rounds[c] = map[string][]measured{}
		r.cells = append(r.cells, c)
	}
	r.rounds[c][name] = append(r.rounds[c][name], m)
	if r.out == nil {
		return nil
	}
	if !r.headed {
		r.headed = true
		if _, err := fmt.Fprintf(r.out, "goos: %s\ngoarch: %s\npkg: bench/peers\n", runtime.GOOS, runtime.GOARCH); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(r.out, "Benchmark%s/callers=%d/server=%s %d %d ns/op %.0f calls/s %d p50-ns %d p99-ns %d server-cpu-ns/op %d postgres-cpu-ns/op\n",
		strings.ToUpper(c.method[:1])+c.method[1:], c.callers, name, m.calls, m.each(m.took), m.throughput(),
		m.p50, m.p99, m.each(m.server), m.each(m.postgres))
	return err
}

// progress tells of one cell once it is done.
func (r *results) progress(w io.Writer, c cell) {
	fmt.Fprintf(w, "%s, %d callers:", c.method, c.callers)
	for _, name := range r.names {
		fmt.Fprintf(w, " %s %.0f/s", name, median(r.rounds[c][name], measured.throughput))
	}
	fmt.Fprintln(w)
}

// report prints tables: medians of the rounds, and shares of the first server, which are
// medians of the shares that the rounds have, each with its neighbour.
func (r *results) report(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if len(r.starts) > 0 {
		fmt.Fprintln(t, "server\tstart\tmemory at rest\tprogram")
		for _, name := range r.names {
			s := r.starts[name]
			fmt.Fprintf(t, "%s\t%.1f ms\t%.1f MB\t%.1f MB\n", name, median(s, func(s start) float64 { return ms(s.took) }),
				median(s, func(s start) float64 { return mb(s.memory) }), median(s, func(s start) float64 { return mb(s.size) }))
		}
		fmt.Fprintln(t)
	}
	fmt.Fprintln(t, "method\tcallers\tserver\tcalls/s\tshare\tp50 ms\tp99 ms\tshare of p99\tserver CPU s/1000\tPostgreSQL CPU s/1000\tshare")
	for _, c := range r.cells {
		rounds := r.rounds[c]
		first := rounds[r.names[0]]
		for _, name := range r.names {
			own := rounds[name]
			postgres := func(m measured) float64 { return m.each(m.postgres).Seconds() * 1000 }
			fmt.Fprintf(t, "%s\t%d\t%s\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t%.3f\t%.3f\t%.2f\n", c.method, c.callers, name,
				median(own, measured.throughput), share(own, first, measured.throughput),
				median(own, func(m measured) float64 { return ms(m.p50) }),
				median(own, func(m measured) float64 { return ms(m.p99) }), share(own, first, func(m measured) float64 { return ms(m.p99) }),
				median(own, func(m measured) float64 { return m.each(m.server).Seconds() * 1000 }),
				median(own, postgres), share(own, first, postgres))
		}
	}
	_ = t.Flush() // what cannot be printed cannot be told either
}

// share is the median of what a has of b, round by round.
func share(a, b []measured, of func(measured) float64) float64 {
	var shares []float64
	for i := range min(len(a), len(b)) {
		if of(b[i]) > 0 {
			shares = append(shares, of(a[i])/of(b[i]))
		}
	}
	return median(shares, func(s float64) float64 { return s })
}

func median[T any](all []T, of func(T) float64) float64 {
	if len(all) == 0 {
		return 0
	}
	values := make([]float64, len(all))
	for i, item := range all {
		values[i] = of(item)
	}
	slices.SortFunc(values, cmp.Compare[float64])
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func mb(bytes int64) float64 { return float64(bytes) / 1e6 }
