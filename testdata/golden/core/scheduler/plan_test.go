package scheduler

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/queue"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return parsed
}

func TestPlan(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		timing  Timing
		job     Job
		backend string
		from    string
		want    []string
	}{
		"hourly, of the seed": {
			timing: Timing{Interval: 1, Minute: ":00"}, from: "2026-02-03T04:05:06Z",
			want: []string{"2026-02-03T05:00:00Z", "2026-02-03T06:00:00Z"},
		},
		"hourly at a minute": {
			timing: Timing{Minute: ":15"}, from: "2026-02-03T04:05:06Z",
			want: []string{"2026-02-03T04:15:00Z", "2026-02-03T05:15:00Z"},
		},
		"strictly after": {
			timing: Timing{Minute: "15"}, from: "2026-02-03T04:15:00Z",
			want: []string{"2026-02-03T05:15:00Z"},
		},
		"every six hours, with seconds": {
			timing: Timing{Interval: 6, Minute: ":30:15"}, from: "2026-02-03T04:05:06Z",
			want: []string{"2026-02-03T06:30:15Z", "2026-02-03T12:30:15Z"},
		},
		"hours by the name of the class": {
			timing: Timing{Interval: 2}, backend: "spaceone.x.InventoryHourlyScheduler", from: "2026-02-03T04:05:06Z",
			want: []string{"2026-02-03T06:00:00Z"},
		},
		"hours by the job": {
			timing: Timing{Interval: 2}, job: Job{Kind: Hourly}, from: "2026-02-03T04:05:06Z",
			want: []string{"2026-02-03T06:00:00Z"},
		},
		"the job over the name": {
			timing: Timing{Interval: 2}, job: Job{Kind: Interval}, backend: "HourlyScheduler", from: "2026-02-03T04:05:06Z",
			want: []string{"2026-02-03T04:05:08Z"},
		},
		"seconds": {
			timing: Timing{Interval: 90}, from: "2026-02-03T04:05:06.7Z",
			want: []string{"2026-02-03T04:06:00Z", "2026-02-03T04:07:30Z"},
		},
		"cron": {
			timing: Timing{Rule: "*/20 3 * * 1-5"}, from: "2026-02-06T03:30:00Z",
			want: []string{"2026-02-06T03:40:00Z", "2026-02-09T03:00:00Z"},
		},
		"cron, 29 February": {
			timing: Timing{Rule: "0 0 29 2 *"}, job: Job{Kind: Hourly}, from: "2026-02-06T03:30:00Z",
			want: []string{"2028-02-29T00:00:00Z"},
		},
		"zones do not matter": {
			timing: Timing{Interval: 24, Minute: ":05"}, from: "2026-02-03T04:05:06+09:00",
			want: []string{"2026-02-03T00:05:00Z", "2026-02-04T00:05:00Z"},
		},
		"the job's own": {
			job: Job{Default: Timing{Rule: "30 4 * * *"}}, from: "2026-02-03T04:05:06Z",
			want: []string{"2026-02-03T04:30:00Z"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := newPlan(c.timing, c.job, c.backend)
			require.NoError(t, err)
			moment := at(t, c.from)
			for _, want := range c.want {
				next := p.Next(moment.UTC())
				require.Equal(t, want, next.Format(time.RFC3339))
				assert.Equal(t, next, last(p, moment, next), "the last one that has come, at that moment")
				assert.True(t, last(p, moment, next.Add(-1)).IsZero(), "and none before")
				assert.Equal(t, next, last(p, moment, p.Next(next).Add(-1)))
				moment = next
			}
		})
	}
}

func TestPlanRefuses(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		timing Timing
		job    Job
		err    string
	}{
		"nothing":            {err: "interval: 0 is not a number of seconds"},
		"negative":           {timing: Timing{Interval: -5}, err: "interval: -5 is not a number of seconds"},
		"negative hours":     {timing: Timing{Interval: -5, Minute: ":00"}, err: "interval: -5 is not a number of hours"},
		"too many hours":     {timing: Timing{Interval: 100_000_000, Minute: ":00"}, err: "is not a number of hours"},
		"minute":             {timing: Timing{Minute: ":60"}, err: `minute: ":60" is not a minute such as ":15"`},
		"minute, more":       {timing: Timing{Minute: "1:2:3"}, err: "is not a minute"},
		"rule and minute":    {timing: Timing{Rule: "* * * * *", Minute: ":00"}, err: "a rule does not go with interval or minute"},
		"rule, six fields":   {timing: Timing{Rule: "* * * * * *"}, err: `rule "* * * * * *"`},
		"rule, out of range": {timing: Timing{Rule: "61 * * * *"}, err: `rule "61 * * * *"`},
		"rule, never":        {timing: Timing{Rule: "0 0 31 2 *"}, err: "it never comes true"},
		"rule, descriptor":   {timing: Timing{Rule: "@every 1s"}, err: "five fields are wanted"},
		"rule, zone":         {timing: Timing{Rule: "TZ=Asia/Seoul 0 0 * * *"}, err: "five fields are wanted"},
		"cron without rule":  {job: Job{Kind: Cron}, err: "rule is missing"},
		"unknown kind":       {timing: Timing{Interval: 1}, job: Job{Name: "j", Kind: "yearly"}, err: `job "j" is of the unknown kind "yearly"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newPlan(c.timing, c.job, "")
			require.ErrorContains(t, err, c.err)
		})
	}
}

func none(context.Context, time.Time) ([]queue.Task, error) { return nil, nil }

func TestFindJob(t *testing.T) {
	t.Parallel()
	all, err := index("cost-analysis", []Job{
		{Name: "hourly", Create: none}, {Name: "CostAnalysisDataSyncScheduler", Create: none}, {Name: "CostAnalysis", Create: none},
	})
	require.NoError(t, err)
	for backend, want := range map[string]string{
		"spaceone.cost_analysis.scheduler.hourly_scheduler.CostAnalysisHourlyScheduler": "hourly",
		"scheduler:HourlyScheduler": "hourly",
		"HOURLY":                    "hourly",
		"cost_analysis_hourly":      "hourly",
		"DataSync":                  "CostAnalysisDataSyncScheduler",
		"data-sync-scheduler":       "CostAnalysisDataSyncScheduler",
		"CostAnalysisScheduler":     "CostAnalysis",
	} {
		job, err := all.find(backend)
		require.NoError(t, err, backend)
		assert.Equal(t, want, job.Name, backend)
	}
	for _, backend := range []string{"", "spaceone.x.", "Scheduler", "dataSync2"} {
		_, err := all.find(backend)
		assert.ErrorContains(t, err, "known are hourly, CostAnalysisDataSyncScheduler, CostAnalysis", backend)
	}

	_, err = index("a", []Job{{Name: "Hourly", Create: none}, {Name: "AHourlyScheduler", Create: none}})
	require.ErrorContains(t, err, "two jobs are called")
	_, err = index("a", []Job{{Name: "Hourly"}})
	assert.ErrorContains(t, err, "has no Create")
}
