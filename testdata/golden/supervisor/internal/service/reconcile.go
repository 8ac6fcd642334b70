package service

import (
	"cmp"
	"slices"
	"time"

	"github.com/cloudforet-io/supervisor/internal/model"
)

// recoverPause is how long an instance is left alone after its start, though
// somebody asks for a new one: the request stands until it is reported active.
const recoverPause = 2 * time.Minute

// A verb is what is to be done to an instance.
type verb string

const (
	start   verb = "start"   // or set right
	restart verb = "restart" // though it runs
	stop    verb = "stop"
)

// An action is a step from the plugins that run to those that ought to.
type action struct {
	verb     verb
	plugin   model.Plugin   // to start
	instance model.Instance // to restart or to stop
}

// name is what the instance that the action is about is called.
func (a action) name() string {
	if a.verb == start {
		return a.plugin.Name()
	}
	return a.instance.Name
}

// reconcile gives the steps from the instances that run to the plugins that are
// wanted. An instance that is wanted no more goes at once, unless another
// instance of its plugin is wanted: then it stays until that one is ready.
func reconcile(wanted []model.Plugin, running []model.Instance, now time.Time) []action {
	instances := map[string]model.Instance{}
	for _, i := range running {
		instances[i.Name] = i
	}
	var actions []action
	names := map[string]bool{}
	pending := map[string]bool{} // plugins, by ID, of which not all that is wanted is ready
	for _, p := range wanted {
		if p.Problem != "" {
			pending[p.ID] = true
			continue
		}
		name := p.Name()
		if names[name] {
			continue
		}
		names[name] = true
		i, exists := instances[name]
		if !exists || !i.Ready {
			pending[p.ID] = true
		}
		switch {
		case exists && now.Before(i.Retry):
		case !exists, i.Drifted:
			actions = append(actions, action{verb: start, plugin: p})
		case p.Recover && i.State != model.Provisioning && now.Sub(i.Started) >= recoverPause:
			actions = append(actions, action{verb: restart, instance: i})
		}
	}
	for _, i := range running {
		if !names[i.Name] && !pending[i.PluginID] {
			actions = append(actions, action{verb: stop, instance: i})
		}
	}
	slices.SortFunc(actions, func(a, b action) int {
		return cmp.Or(cmp.Compare(a.verb.order(), b.verb.order()), cmp.Compare(a.name(), b.name()))
	})
	return actions
}

// order puts what ends behind what begins.
func (v verb) order() int { return slices.Index([]verb{start, restart, stop}, v) }
