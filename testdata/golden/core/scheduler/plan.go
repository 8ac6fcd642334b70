package scheduler

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Kind is a way to set fire times.
type Kind string

// The kinds of schedules. All of them count in UTC.
const (
	Hourly   Kind = "hourly"   // every so many hours, at a minute
	Interval Kind = "interval" // every so many seconds
	Cron     Kind = "cron"     // by a rule
)

// Timing is the part of an entry that tells when it fires: a rule, or a
// minute with an interval in hours, or an interval alone.
type Timing struct {
	Kind     Kind   // overrules what the other keys and the job say
	Interval int    // hours or seconds, as the kind has it
	Minute   string // of the hour, as in ":15"; ":15:30" with seconds
	Rule     string // five fields: minute, hour, day, month, weekday
}

// plan tells fire times, which depend on nothing but the clock.
type plan interface {
	// Next is the first fire time after t.
	Next(t time.Time) time.Time
}

func newPlan(t Timing, job Job, backend string) (plan, error) {
	if t == (Timing{Kind: t.Kind}) {
		t = job.Default
	}
	switch kind := kindOf(t, job, backend); kind {
	case Cron:
		return newCron(t)
	case Hourly:
		return newHourly(t)
	case Interval:
		return newInterval(t)
	default:
		return nil, fmt.Errorf("job %q is of the unknown kind %q", job.Name, kind)
	}
}

// kindOf goes by the keys, then by what the job says, then by the names that
// such classes bear.
func kindOf(t Timing, job Job, backend string) Kind {
	names := strings.ToLower(job.Name + " " + backend)
	switch {
	case t.Kind != "":
		return t.Kind
	case t.Rule != "":
		return Cron
	case t.Minute != "":
		return Hourly
	case job.Kind != "" && (job.Kind != Cron || t.Interval == 0):
		return job.Kind
	case strings.Contains(names, string(Hourly)):
		return Hourly
	default:
		return Interval
	}
}

func newCron(t Timing) (plan, error) {
	if t.Interval != 0 || t.Minute != "" {
		return nil, fmt.Errorf("a rule does not go with interval or minute")
	}
	if t.Rule == "" {
		return nil, fmt.Errorf("rule is missing")
	}
	// The parser would take a time zone of the rule's own.
	if strings.ContainsAny(t.Rule, "=@") {
		return nil, fmt.Errorf("rule %q: five fields are wanted: minute, hour, day, month, weekday", t.Rule)
	}
	schedule, err := cron.ParseStandard(t.Rule)
	if err != nil {
		return nil, fmt.Errorf("rule %q: %w", t.Rule, err)
	}
	if schedule.Next(time.Unix(0, 0).UTC()).IsZero() {
		return nil, fmt.Errorf("rule %q: it never comes true", t.Rule)
	}
	return schedule, nil
}

// every fires at offset and then every period, counted from 1970, so that it
// does not matter when a process was started.
type every struct{ period, offset time.Duration }

func (e every) Next(t time.Time) time.Time {
	periods := (t.Sub(time.Unix(0, 0)) - e.offset) / e.period
	return time.Unix(0, 0).UTC().Add((periods+1)*e.period + e.offset)
}

// last is the last fire time after seen that has come by now, or zero.
func last(p plan, seen, now time.Time) time.Time {
	if e, ok := p.(every); ok {
		// At once, as there may be millions of them between.
		if fire := e.Next(now).Add(-e.period); fire.After(seen) {
			return fire
		}
		return time.Time{}
	}
	var fire time.Time
	for next := p.Next(seen.UTC()); !next.IsZero() && !next.After(now); next = p.Next(next) {
		fire = next
	}
	return fire
}

// between counts the fire times after seen and before fire, which is one itself.
func between(p plan, seen, fire time.Time) int {
	if e, ok := p.(every); ok {
		return int(fire.Sub(e.Next(seen)) / e.period) // at once, as in last
	}
	n := 0
	for next := p.Next(seen.UTC()); !next.IsZero() && next.Before(fire); next = p.Next(next) {
		n++
	}
	return n
}

func newInterval(t Timing) (plan, error) {
	if t.Interval < 1 {
		return nil, fmt.Errorf("interval: %d is not a number of seconds", t.Interval)
	}
	return every{period: time.Duration(t.Interval) * time.Second}, nil
}

const maxHours = 24 * 366

func newHourly(t Timing) (plan, error) {
	hours := cmp.Or(t.Interval, 1)
	if hours < 1 || hours > maxHours {
		return nil, fmt.Errorf("interval: %d is not a number of hours", t.Interval)
	}
	offset, err := parseMinute(t.Minute)
	if err != nil {
		return nil, err
	}
	return every{period: time.Duration(hours) * time.Hour, offset: offset}, nil
}

// parseMinute reads ":15", "15", ":15:30" and "15:30" as times after the hour.
func parseMinute(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	pattern := regexp.MustCompile(`^:?([0-5]?[0-9])(?::([0-5][0-9]))?$`)
	parts := pattern.FindStringSubmatch(text)
	if parts == nil {
		return 0, fmt.Errorf("minute: %q is not a minute such as \":15\"", text)
	}
	minutes, _ := strconv.Atoi(parts[1])
	seconds, _ := strconv.Atoi(cmp.Or(parts[2], "0"))
	return time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second, nil
}
