package service

import (
	"context"
	"hash/fnv"
	"slices"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"

	"github.com/cloudforet-io/plugin/internal/manager"
	"github.com/cloudforet-io/plugin/internal/model"
)

// A want is a version of a plugin that somebody wants to run.
type want struct {
	pluginID, version string
	domainIDs         []string // whose supervisors may run it, the preferred first
	labels            []string // those that start it have these
}

// newWant is what somebody of a domain wants of a plugin. A domain's own
// supervisors come before those of the platform, and run its own plugins alone:
// those are no business of other domains.
func newWant(plugin *model.RegisteredPlugin, version, domainID string, labels []string) want {
	w := want{pluginID: plugin.PluginID, version: version, domainIDs: []string{plugin.DomainID}, labels: labels}
	if plugin.DomainID == "" && domainID != "" {
		w.domainIDs = []string{domainID, ""}
	}
	return w
}

// placement decides which supervisors run what.
type placement struct {
	supervisors manager.Supervisor
	installed   manager.InstalledPlugin
}

// install gives what is installed for a want: what serves, or what a supervisor
// is about to run. Else one is given it; nil where there is none.
func (p placement) install(ctx context.Context, w want) (*model.InstalledPlugin, error) {
	installed, err := p.installed.Versions(ctx, w.pluginID, w.version, w.domainIDs...)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(installed, func(a, b model.InstalledPlugin) int {
		return slices.Index(w.domainIDs, a.DomainID) - slices.Index(w.domainIDs, b.DomainID)
	})
	for i := range installed {
		if installed[i].State == model.PluginActive {
			return &installed[i], nil
		}
	}
	enabled, err := p.supervisors.Enabled(ctx, w.domainIDs...)
	if err != nil {
		return nil, err
	}
	for i := range installed {
		if runsBy(&installed[i], enabled) {
			return &installed[i], nil
		}
	}
	to := choose(w, enabled)
	if to == nil {
		return nil, nil
	}
	for i := range installed {
		if installed[i].DomainID == to.DomainID {
			return &installed[i], p.move(ctx, &installed[i], to)
		}
	}
	return p.create(ctx, w, to)
}

// create has a supervisor run what is installed nowhere. Of many who want it at
// once, one installs it, and the others find that.
func (p placement) create(ctx context.Context, w want, to *model.Supervisor) (*model.InstalledPlugin, error) {
	item := &model.InstalledPlugin{
		PluginID: w.pluginID, Version: w.version, State: model.PluginProvisioning, DomainID: to.DomainID,
		SupervisorID: to.SupervisorID, SupervisorName: to.Name, Hostname: to.Hostname, AskedAt: time.Now().UTC(),
	}
	err := p.installed.Create(ctx, item)
	if !apierror.IsTaken(err) {
		return item, err
	}
	installed, err := p.installed.Versions(ctx, w.pluginID, w.version, to.DomainID)
	if err != nil {
		return nil, err
	}
	if len(installed) == 0 { // it was uninstalled at once
		return nil, apierror.NotFound("plugin_id", w.pluginID)
	}
	return &installed[0], nil
}

// move gives a plugin to another supervisor, unless somebody else does.
func (p placement) move(ctx context.Context, item *model.InstalledPlugin, to *model.Supervisor) error {
	if err := p.installed.Move(ctx, item, to); !failed(err, "ERROR_NOT_FOUND") {
		return err
	}
	return nil
}

func failed(err error, code string) bool { return err != nil && apierror.From(err).Code == code }

func runsBy(item *model.InstalledPlugin, supervisors []model.Supervisor) bool {
	return slices.ContainsFunc(supervisors, func(s model.Supervisor) bool { return s.SupervisorID == item.SupervisorID })
}

// choose gives the supervisor that is to run a plugin, of those that are sorted
// by priority and have the labels: of the preferred domain, of the highest priority.
// Among equals the plugin's name decides, so that plugins spread and everybody comes to
// the same conclusion.
func choose(w want, supervisors []model.Supervisor) (chosen *model.Supervisor) {
	for _, domainID := range w.domainIDs {
		var highest uint64
		for i := range supervisors {
			s := &supervisors[i]
			if s.DomainID != domainID || !labelled(s, w.labels) || chosen != nil && s.Priority < chosen.Priority {
				continue
			}
			if score := score(w.pluginID, s.SupervisorID); chosen == nil || score > highest {
				chosen, highest = s, score
			}
		}
		if chosen != nil {
			return chosen
		}
	}
	return nil
}

func labelled(s *model.Supervisor, labels []string) bool {
	return !slices.ContainsFunc(labels, func(label string) bool {
		_, has := s.Labels[label]
		return !has
	})
}

func score(pluginID, supervisorID string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(pluginID + "\x00" + supervisorID)) // never fails
	return h.Sum64()
}
