// Package preflight looks, before a process serves, whether all that it needs is there. What
// looks at one thing is a Probe; packages that reach something have one of their own.
package preflight

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A State says what became of one look.
type State string

// The states. Only Failed keeps the service from its work.
const (
	OK      State = "ok"
	Warning State = "warning" // the service works, and somebody ought to know
	Failed  State = "failed"  // what is needed is missing
	Skipped State = "skipped" // nobody looked
)

// A Finding is what one probe saw.
type Finding struct {
	Name   string   `json:"name"`
	State  State    `json:"state"`
	Detail string   `json:"detail"`
	Items  []string `json:"items,omitempty"` // what the detail is about, such as migrations
}

// A Probe looks at one thing, and changes nothing of it.
type Probe struct {
	Name string
	// Offline probes ask nobody outside of the process, and come first.
	Offline bool
	// Look gives what there is to say; the probe's name is filled in. A context that
	// ends is what was looked for not answering.
	Look func(ctx context.Context) Finding
}

// Good is the finding that all is well.
func Good(format string, args ...any) Finding {
	return Finding{State: OK, Detail: fmt.Sprintf(format, args...)}
}

// Bad is the finding that something needed is missing.
func Bad(err error) Finding { return Finding{State: Failed, Detail: err.Error()} }

// Doubtful is the finding that somebody ought to know something.
func Doubtful(format string, args ...any) Finding {
	return Finding{State: Warning, Detail: fmt.Sprintf(format, args...)}
}

// Passed leaves a thing out, for a reason.
func Passed(format string, args ...any) Finding {
	return Finding{State: Skipped, Detail: fmt.Sprintf(format, args...)}
}

// Run lets all probes look, one after another: those that are offline first, in their
// order, then the others, each for no longer than timeout. With offline alone the others
// are skipped.
func Run(ctx context.Context, probes []Probe, timeout time.Duration, offline bool) []Finding {
	findings := make([]Finding, 0, len(probes))
	for _, asks := range []bool{false, true} {
		for _, p := range probes {
			if p.Offline == asks {
				continue
			}
			finding := Passed("it asks others, and --offline does not")
			if !asks || !offline {
				finding = p.look(ctx, timeout)
			}
			finding.Name = p.Name
			findings = append(findings, finding)
		}
	}
	return findings
}

func (p Probe) look(ctx context.Context, timeout time.Duration) (finding Finding) {
	looking, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	finding = p.Look(looking)
	if finding.State == Failed && errors.Is(looking.Err(), context.DeadlineExceeded) && ctx.Err() == nil {
		finding.Detail = fmt.Sprintf("no answer within %s: %s", timeout, finding.Detail)
	}
	return finding
}

// Failures names the findings that keep the service from its work.
func Failures(findings []Finding) []string {
	var names []string
	for _, f := range findings {
		if f.State == Failed {
			names = append(names, f.Name)
		}
	}
	return names
}
