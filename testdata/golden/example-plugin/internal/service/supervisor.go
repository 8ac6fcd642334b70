package service

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/query"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/manager"
	"github.com/cloudforet-io/plugin/internal/model"
)

// Supervisor is the service Supervisor of the API.
//
// Supervisors run plugins, each where it is: in a cluster, or on a machine. They
// tell what they run, and ask what they ought to.
type Supervisor struct {
	supervisors manager.Supervisor
	installed   manager.InstalledPlugin
	list        *InstalledPlugin
	now         func() time.Time
}

// NewSupervisor makes the service.
func NewSupervisor(m manager.Managers) *Supervisor {
	return &Supervisor{
		supervisors: m.Supervisor,
		installed:   m.InstalledPlugin,
		list:        NewInstalledPlugin(m),
		now:         time.Now,
	}
}

// Register accepts a supervisor that is PENDING: from now on it is given plugins to run.
func (s *Supervisor) Register(ctx context.Context, req *api.RegisterSupervisorRequest) (*api.SupervisorInfo, error) {
	return s.change(ctx, req, func(item *model.Supervisor) []string {
		if item.State != model.SupervisorPending {
			return nil
		}
		item.State = model.SupervisorEnabled
		return []string{"state"}
	})
}

// Update updates a supervisor. What the request leaves out stays as it is.
func (s *Supervisor) Update(ctx context.Context, req *api.RegisterSupervisorRequest) (*api.SupervisorInfo, error) {
	return s.change(ctx, req, func(*model.Supervisor) []string { return nil })
}

// change stores what a request says of a supervisor, and what further changes
// of it, of which it gets the columns.
func (s *Supervisor) change(
	ctx context.Context, req *api.RegisterSupervisorRequest, further func(*model.Supervisor) []string,
) (*api.SupervisorInfo, error) {
	if req.GetSupervisorId() == "" {
		return nil, apierror.Required("supervisor_id")
	}
	if ownerOf(ctx, req.GetDomainId()) == "" {
		req = proto.CloneOf(req)
		req.DomainId = "" // it names the platform by its own domain
	}
	scope := domainOf(ctx)
	item, err := s.supervisors.GetForUpdate(ctx, scope, req.GetSupervisorId())
	if err != nil {
		return nil, err
	}
	if name := req.GetName(); name != "" && name != item.Name {
		return nil, apierror.Invalid("name", "a supervisor says its name itself: deregister it, and give it another one where it runs")
	}
	if req.GetIsPublic() && !item.IsPublic {
		return nil, notPublic()
	}
	columns, err := apirecord.Change(req, item, "supervisor_id", "name", "is_public")
	if err != nil {
		return nil, err
	}
	if err := s.supervisors.Update(ctx, scope, item, append(columns, further(item)...)...); err != nil {
		return nil, err
	}
	return supervisorInfo(item)
}

// Deregister forgets a supervisor. Others are given the plugins that it ran, at
// the next look of SupervisorWatch.
func (s *Supervisor) Deregister(ctx context.Context, req *api.SupervisorRequest) (*emptypb.Empty, error) {
	if req.GetSupervisorId() == "" {
		return nil, apierror.Required("supervisor_id")
	}
	return &emptypb.Empty{}, s.supervisors.Delete(ctx, domainOf(ctx), req.GetSupervisorId())
}

// Enable lets a supervisor be given plugins again.
func (s *Supervisor) Enable(ctx context.Context, req *api.SupervisorRequest) (*api.SupervisorInfo, error) {
	if req.GetSupervisorId() == "" {
		return nil, apierror.Required("supervisor_id")
	}
	scope := domainOf(ctx)
	item, err := s.supervisors.GetForUpdate(ctx, scope, req.GetSupervisorId())
	if err != nil {
		return nil, err
	}
	item.State = model.SupervisorEnabled
	if err := s.supervisors.Update(ctx, scope, item, "state"); err != nil {
		return nil, err
	}
	return supervisorInfo(item)
}

// Disable keeps a supervisor from starting and stopping plugins. What it runs, runs on.
func (s *Supervisor) Disable(ctx context.Context, req *api.SupervisorRequest) (*api.SupervisorInfo, error) {
	if req.GetSupervisorId() == "" {
		return nil, apierror.Required("supervisor_id")
	}
	scope := domainOf(ctx)
	item, err := s.supervisors.GetForUpdate(ctx, scope, req.GetSupervisorId())
	if err != nil {
		return nil, err
	}
	item.State = model.SupervisorDisabled
	if err := s.supervisors.Update(ctx, scope, item, "state"); err != nil {
		return nil, err
	}
	return supervisorInfo(item)
}

// Get gets one supervisor.
func (s *Supervisor) Get(ctx context.Context, req *api.SupervisorRequest) (*api.SupervisorInfo, error) {
	if req.GetSupervisorId() == "" {
		return nil, apierror.Required("supervisor_id")
	}
	item, err := s.supervisors.Get(ctx, domainOf(ctx), req.GetSupervisorId())
	if err != nil {
		return nil, err
	}
	return supervisorInfo(item)
}

// List lists supervisors.
func (s *Supervisor) List(ctx context.Context, req *api.SupervisorQuery) (*api.SupervisorsInfo, error) {
	q, err := query.FromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	filters, err := apirecord.Filters(req, model.SupervisorSchema())
	if err != nil {
		return nil, err
	}
	q.Filter = append(q.Filter, filters...)
	items, total, err := s.supervisors.List(ctx, domainOf(ctx), q)
	if err != nil {
		return nil, err
	}
	answer := &api.SupervisorsInfo{
		TotalCount: int32(total), //nolint:gosec // no table has 2^31 rows
	}
	for i := range items {
		info, err := supervisorInfo(&items[i])
		if err != nil {
			return nil, err
		}
		answer.Results = append(answer.Results, info)
	}
	return answer, nil
}

// Stat gives statistics of supervisors.
func (s *Supervisor) Stat(ctx context.Context, req *api.SupervisorStatQuery) (*structpb.Struct, error) {
	q, err := query.StatFromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	rows, total, err := s.supervisors.Stat(ctx, domainOf(ctx), q)
	if err != nil {
		return nil, err
	}
	return statInfo(q, rows, total)
}
