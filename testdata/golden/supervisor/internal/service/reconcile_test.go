package service

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/supervisor/internal/model"
)

func TestReconcile(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	plugin := func(id, version string) model.Plugin {
		return model.Plugin{ID: id, Version: version, Image: "example/" + id}
	}
	with := func(p model.Plugin, change func(*model.Plugin)) model.Plugin { change(&p); return p }
	runs := func(p model.Plugin, change ...func(*model.Instance)) model.Instance {
		i := model.Instance{
			Name: p.Name(), PluginID: p.ID, Version: p.Version,
			State: model.Active, Ready: true, Started: now.Add(-time.Hour),
		}
		for _, c := range change {
			c(&i)
		}
		return i
	}
	starting := func(i *model.Instance) { i.State, i.Ready = model.Provisioning, false }
	failed := func(i *model.Instance) { i.State, i.Ready = model.Failed, false }
	drifted := func(i *model.Instance) { i.Drifted = true }
	backsOff := func(i *model.Instance) { failed(i); drifted(i); i.Retry = now.Add(time.Second) }
	mayRetry := func(i *model.Instance) { failed(i); drifted(i); i.Retry = now }
	fresh := func(i *model.Instance) { i.Started = now.Add(-time.Second) }
	recovering := func(p *model.Plugin) { p.Recover = true }
	unknown := func(p *model.Plugin) { p.Problem, p.Image = "no image", "" }

	a1, a2, b1 := plugin("a", "1"), plugin("a", "2"), plugin("b", "1")
	otherImage := with(a1, func(p *model.Plugin) { p.Image = "example/other" })

	for name, c := range map[string]struct {
		wanted  []model.Plugin
		running []model.Instance
		want    []string
	}{
		"nothing":                       {},
		"all is as it ought to be":      {wanted: []model.Plugin{a1, b1}, running: []model.Instance{runs(a1), runs(b1)}},
		"missing":                       {wanted: []model.Plugin{b1, a1}, want: []string{"start a 1", "start b 1"}},
		"wanted twice":                  {wanted: []model.Plugin{a1, a1}, want: []string{"start a 1"}},
		"two versions at once":          {wanted: []model.Plugin{a1, a2}, running: []model.Instance{runs(a1)}, want: []string{"start a 2"}},
		"orphan":                        {running: []model.Instance{runs(a1)}, want: []string{"stop a 1"}},
		"orphan beside a wanted one":    {wanted: []model.Plugin{b1}, running: []model.Instance{runs(a1), runs(b1)}, want: []string{"stop a 1"}},
		"orphan that fails":             {running: []model.Instance{runs(a1, backsOff)}, want: []string{"stop a 1"}},
		"new version: it starts":        {wanted: []model.Plugin{a2}, running: []model.Instance{runs(a1)}, want: []string{"start a 2"}},
		"new version: not ready yet":    {wanted: []model.Plugin{a2}, running: []model.Instance{runs(a1), runs(a2, starting)}},
		"new version: fails":            {wanted: []model.Plugin{a2}, running: []model.Instance{runs(a1), runs(a2, backsOff)}},
		"new version: ready":            {wanted: []model.Plugin{a2}, running: []model.Instance{runs(a1), runs(a2)}, want: []string{"stop a 1"}},
		"new image":                     {wanted: []model.Plugin{otherImage}, running: []model.Instance{runs(a1)}, want: []string{"start a 1"}},
		"new image: ready":              {wanted: []model.Plugin{otherImage}, running: []model.Instance{runs(a1), runs(otherImage)}, want: []string{"stop a 1"}},
		"back to the old version":       {wanted: []model.Plugin{a1}, running: []model.Instance{runs(a1), runs(a2, failed)}, want: []string{"stop a 2"}},
		"drifted":                       {wanted: []model.Plugin{a1}, running: []model.Instance{runs(a1, drifted)}, want: []string{"start a 1"}},
		"ended, backs off":              {wanted: []model.Plugin{a1}, running: []model.Instance{runs(a1, backsOff)}},
		"ended, may be tried again":     {wanted: []model.Plugin{a1}, running: []model.Instance{runs(a1, mayRetry)}, want: []string{"start a 1"}},
		"fails without an end":          {wanted: []model.Plugin{a1}, running: []model.Instance{runs(a1, failed)}},
		"recover":                       {wanted: []model.Plugin{with(a1, recovering)}, running: []model.Instance{runs(a1)}, want: []string{"restart a 1"}},
		"recover one that fails":        {wanted: []model.Plugin{with(a1, recovering)}, running: []model.Instance{runs(a1, failed)}, want: []string{"restart a 1"}},
		"recover one that starts":       {wanted: []model.Plugin{with(a1, recovering)}, running: []model.Instance{runs(a1, starting)}},
		"recover one that just started": {wanted: []model.Plugin{with(a1, recovering)}, running: []model.Instance{runs(a1, fresh)}},
		"recover one that is missing":   {wanted: []model.Plugin{with(a1, recovering)}, want: []string{"start a 1"}},
		"unknown image: nothing starts": {wanted: []model.Plugin{with(a1, unknown)}},
		"unknown image: what runs stays": {
			wanted: []model.Plugin{with(a1, unknown)}, running: []model.Instance{runs(a1), runs(b1)}, want: []string{"stop b 1"},
		},
		"ends come last": {
			wanted: []model.Plugin{b1}, running: []model.Instance{runs(plugin("d", "1")), runs(a1)},
			want: []string{"start b 1", "stop a 1", "stop d 1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			describe := func(a action) string {
				if a.verb == start {
					return string(a.verb) + " " + a.plugin.ID + " " + a.plugin.Version
				}
				return string(a.verb) + " " + a.instance.PluginID + " " + a.instance.Version
			}
			var got []string
			for _, a := range reconcile(c.wanted, c.running, now) {
				got = append(got, describe(a))
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestReconcileComesToRest(t *testing.T) {
	wanted := []model.Plugin{{ID: "a", Version: "2"}, {ID: "b", Version: "1"}}
	running := map[string]model.Instance{}
	old := model.Plugin{ID: "a", Version: "1"}
	running[old.Name()] = model.Instance{Name: old.Name(), PluginID: "a", State: model.Active, Ready: true}
	served := func() bool { // some instance of a is ready
		for _, i := range running {
			if i.PluginID == "a" && i.Ready {
				return true
			}
		}
		return false
	}
	for round := range 10 {
		var all []model.Instance
		for name, i := range running {
			all = append(all, i)
			i.State, i.Ready = model.Active, true // by the next round
			running[name] = i
		}
		actions := reconcile(wanted, all, time.Now())
		if len(actions) == 0 && round > 1 {
			assert.Len(t, running, 2)
			return
		}
		for _, a := range actions {
			if a.verb == start {
				running[a.name()] = model.Instance{Name: a.name(), PluginID: a.plugin.ID, State: model.Provisioning}
			} else {
				delete(running, a.name())
			}
			assert.True(t, served(), "round %d", round)
		}
	}
	t.Error("it goes on for ever")
}
