package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/supervisor/internal/manager"
	"github.com/cloudforet-io/supervisor/internal/model"
)

// PluginSync makes the plugins that run those that ought to.
type PluginSync struct {
	plugins manager.Plugin
	running sync.Mutex
	repeats repeats
}

// NewPluginSync makes the service.
func NewPluginSync(m manager.Managers) *PluginSync { return &PluginSync{plugins: m.Plugin} }

// Run reports what runs, takes the steps to what ought to run, and reports
// again. It answers with the steps and the states. While one run is on, another
// does nothing.
func (s *PluginSync) Run(ctx context.Context, _ *structpb.Struct) (*structpb.Struct, error) {
	if !s.running.TryLock() {
		return structpb.NewStruct(map[string]any{"skipped": "another run is on"})
	}
	defer s.running.Unlock()
	outcome, err := s.sync(ctx)
	if err != nil {
		return nil, passing(err)
	}
	s.repeats.end(ctx) // a run that failed has not seen all
	return outcome.answer()
}

// passing is the error of a run that failed. The task is not to be tried again:
// the next run does that, and knows better what is to be done.
func passing(err error) error {
	return apierror.New(codes.FailedPrecondition, "ERROR_SYNC_PLUGINS", "Plugins can't be brought in line. (reason = %s)",
		apierror.From(err).Message).Because(err)
}

// An outcome is what a run did.
type outcome struct {
	disabled bool
	done     []string
	problems map[string]model.Instance // by name
	states   []model.Instance
}

func (s *PluginSync) sync(ctx context.Context) (*outcome, error) {
	o := &outcome{problems: map[string]model.Instance{}}
	running, err := s.plugins.Running(ctx)
	if err != nil {
		return nil, fmt.Errorf("look at what runs: %w", err)
	}
	enabled, err := s.plugins.Report(ctx, reportable(running))
	if err != nil {
		return nil, fmt.Errorf("report what runs: %w", err)
	}
	o.states = running
	if !enabled {
		o.disabled = true
		return o, nil
	}
	wanted, err := s.plugins.Wanted(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask what ought to run: %w", err)
	}
	for _, p := range wanted {
		if p.Problem != "" {
			s.repeats.failed(ctx, pipeline.TransactionFrom(ctx).Log.With("plugin", p.ID), "run "+p.Name(), "plugin can't run", p.Problem)
			o.problem(p, errors.New(p.Problem))
		}
	}
	for _, i := range running {
		if i.State == model.Failed {
			s.repeats.failed(ctx, pipeline.TransactionFrom(ctx).Log.With("instance", i.Name), "fail "+i.Name, "plugin fails", i.Reason)
		}
	}
	for _, a := range reconcile(wanted, running, time.Now()) {
		s.take(ctx, a, o)
	}
	if len(o.done) == 0 && len(o.problems) == 0 {
		return o, nil
	}
	if running, err = s.plugins.Running(ctx); err != nil {
		return nil, fmt.Errorf("look at what runs: %w", err)
	}
	o.states = slices.AppendSeq(running, maps.Values(o.problems))
	if _, err := s.plugins.Report(ctx, reportable(o.states)); err != nil {
		return nil, fmt.Errorf("report what runs: %w", err)
	}
	return o, nil
}

// take takes a step. One that fails is reported, and does not keep others from
// being taken.
func (s *PluginSync) take(ctx context.Context, a action, o *outcome) {
	log := pipeline.TransactionFrom(ctx).Log.With("instance", a.name())
	var err error
	switch a.verb {
	case start:
		err = s.plugins.Start(ctx, a.plugin)
	case restart:
		err = s.plugins.Restart(ctx, a.instance)
	case stop:
		err = s.plugins.Stop(ctx, a.instance)
	}
	if err != nil {
		s.repeats.failed(ctx, log.With("step", a.verb), string(a.verb)+" "+a.name(), "step failed", err.Error())
		if a.verb == start {
			o.problem(a.plugin, err)
		}
		return
	}
	log.InfoContext(ctx, "step taken", "step", a.verb)
	o.done = append(o.done, string(a.verb)+" "+a.name())
}

// problem notes that a plugin can't be started.
func (o *outcome) problem(p model.Plugin, err error) {
	o.problems[p.Name()] = model.Instance{
		Name: p.Name(), PluginID: p.ID, Version: p.Version, DomainID: p.DomainID,
		State: model.Failed, Reason: err.Error(),
	}
}

// reportable is one instance of each version of a plugin, the one that does
// best: while its image changes there are two.
func reportable(instances []model.Instance) []model.Instance {
	all := slices.Clone(instances)
	slices.SortFunc(all, func(a, b model.Instance) int {
		return cmp.Or(
			cmp.Compare(a.PluginID, b.PluginID), cmp.Compare(a.Version, b.Version),
			cmp.Compare(rank(a), rank(b)), b.Started.Compare(a.Started), cmp.Compare(a.Name, b.Name),
		)
	})
	return slices.CompactFunc(all, func(a, b model.Instance) bool {
		return a.PluginID == b.PluginID && a.Version == b.Version
	})
}

// rank orders instances, those that do best first.
func rank(i model.Instance) int {
	if i.Ready {
		return 0
	}
	return 1 + slices.Index([]model.State{model.Active, model.Provisioning, model.Failed}, i.State)
}

func (o *outcome) answer() (*structpb.Struct, error) {
	instances := make([]any, 0, len(o.states))
	for _, i := range o.states {
		instances = append(instances, map[string]any{
			"plugin_id": i.PluginID, "version": i.Version, "state": string(i.State),
			"endpoint": i.Endpoint, "reason": i.Reason,
		})
	}
	done := make([]any, 0, len(o.done))
	for _, step := range o.done {
		done = append(done, step)
	}
	return structpb.NewStruct(map[string]any{"disabled": o.disabled, "steps": done, "plugins": instances})
}
