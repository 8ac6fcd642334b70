package service

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/plugin/internal/manager"
	"github.com/cloudforet-io/plugin/internal/model"
)

const (
	// silentAfter is when a supervisor that nobody hears of is DISCONNECTED.
	silentAfter = 2 * time.Minute
	// lostAfter is how long after that its plugins are given to others. When this
	// service was away itself, all supervisors seem silent until they had the time
	// to publish.
	lostAfter = time.Minute
	// unusedAfter is when a plugin that nobody asks for is removed.
	unusedAfter = 7 * 24 * time.Hour
)

// SupervisorWatch gives the plugins of supervisors that are gone to others, and
// removes those that nobody asks for.
type SupervisorWatch struct {
	placement placement
	now       func() time.Time
}

// NewSupervisorWatch makes the service.
func NewSupervisorWatch(m manager.Managers) *SupervisorWatch {
	return &SupervisorWatch{placement: placement{supervisors: m.Supervisor, installed: m.InstalledPlugin}, now: time.Now}
}

// Run looks once, and answers with how many supervisors it found silent, and how
// many plugins it moved and removed.
func (s *SupervisorWatch) Run(ctx context.Context, _ *structpb.Struct) (*structpb.Struct, error) {
	disconnected, err := s.disconnect(ctx)
	if err != nil {
		return nil, err
	}
	removed, err := s.remove(ctx)
	if err != nil {
		return nil, err
	}
	moved, err := s.move(ctx)
	if err != nil {
		return nil, err
	}
	return structpb.NewStruct(map[string]any{"disconnected": disconnected, "moved": moved, "removed": removed})
}

func (s *SupervisorWatch) disconnect(ctx context.Context) (int, error) {
	silent, err := s.placement.supervisors.Silent(ctx, s.now().Add(-silentAfter))
	if err != nil {
		return 0, err
	}
	disconnected := 0
	for i := range silent {
		silent[i].State = model.SupervisorDisconnected
		err := s.placement.supervisors.Update(ctx, model.Scope{}, &silent[i], "state")
		switch {
		case err == nil:
			disconnected++
		case !failed(err, "ERROR_NOT_FOUND") && !failed(err, "ERROR_CONFLICT"): // then it was heard of
			return 0, err
		}
	}
	return disconnected, nil
}

func (s *SupervisorWatch) remove(ctx context.Context) (int, error) {
	unused, err := s.placement.installed.Unused(ctx, s.now().Add(-unusedAfter))
	if err != nil {
		return 0, err
	}
	removed := 0
	for i := range unused {
		err := s.placement.installed.DeleteRead(ctx, model.Scope{}, &unused[i])
		switch {
		case err == nil:
			removed++
		case !failed(err, "ERROR_NOT_FOUND") && !failed(err, "ERROR_CONFLICT"): // then somebody asked for it
			return 0, err
		}
	}
	return removed, nil
}

// move gives plugins whose supervisor is gone to another of the domain.
func (s *SupervisorWatch) move(ctx context.Context) (moved int, err error) {
	supervisors := map[string]*model.Supervisor{}
	err = s.placement.supervisors.Each(ctx, model.Scope{}, query.Query{}, func(by *model.Supervisor) error {
		supervisors[by.SupervisorID] = by
		return nil
	})
	if err != nil {
		return 0, err
	}
	err = s.placement.installed.Each(ctx, model.Scope{}, query.Query{}, func(item *model.InstalledPlugin) error {
		by := supervisors[item.SupervisorID]
		lost := s.lost(by)
		if !lost && (by.State != model.SupervisorDisabled || item.State == model.PluginActive) {
			return nil
		}
		did, err := s.moveOne(ctx, item, lost)
		if did {
			moved++
		}
		return err
	})
	return moved, err
}

// lost reports whether a supervisor is gone, and not only for a moment.
func (s *SupervisorWatch) lost(by *model.Supervisor) bool {
	switch {
	case by == nil:
		return true
	case by.State == model.SupervisorDisconnected:
		return by.UpdatedAt.Before(s.now().Add(-lostAfter))
	default:
		return by.PublishedAt.Before(s.now().Add(-silentAfter - lostAfter))
	}
}

// moveOne gives a plugin to another supervisor. Where there is none, one whose
// supervisor is lost serves nobody until it is back.
func (s *SupervisorWatch) moveOne(ctx context.Context, item *model.InstalledPlugin, lost bool) (bool, error) {
	enabled, err := s.placement.supervisors.Enabled(ctx, item.DomainID)
	if err != nil {
		return false, err
	}
	to := choose(want{pluginID: item.PluginID, domainIDs: []string{item.DomainID}}, enabled)
	if to != nil {
		return true, s.placement.move(ctx, item, to)
	}
	if !lost || item.State == model.PluginProvisioning {
		return false, nil
	}
	item.State, item.Endpoint, item.Endpoints = model.PluginProvisioning, "", nil
	if err := s.placement.installed.Report(ctx, item); err != nil && !failed(err, "ERROR_NOT_FOUND") {
		return false, err
	}
	return false, nil
}
