package service

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/manager"
	"github.com/cloudforet-io/plugin/internal/model"
)

// recoverWait is how long a plugin is waited for that is to be started anew. The
// request is dropped where nobody sees that it was: else it would be, for ever.
const recoverWait = 5 * time.Minute

// Publish notes that a supervisor is there, and how the plugins do that it runs.
// One that was not heard of before is PENDING until somebody registers it; one
// that was DISCONNECTED is ENABLED again.
func (s *Supervisor) Publish(ctx context.Context, req *api.PublishSupervisorRequest) (*api.SupervisorInfo, error) {
	if err := apirecord.Require(req, "name", "hostname"); err != nil {
		return nil, err
	}
	domainID := ownerOf(ctx, req.GetDomainId())
	if err := checkPublished(req, domainID); err != nil {
		return nil, err
	}
	item, err := s.supervisors.Known(ctx, domainID, req.GetHostname())
	if err != nil {
		return nil, err
	}
	if item == nil {
		item = &model.Supervisor{Hostname: req.GetHostname(), Name: req.GetName(), State: model.SupervisorPending, DomainID: domainID}
		if err := published(item, req); err != nil {
			return nil, err
		}
		if err := s.supervisors.Create(ctx, item); err != nil {
			return nil, err
		}
		return publishedInfo(item, req)
	}
	if item.Name != req.GetName() {
		// Each would stop what the other is wanted to run.
		return nil, apierror.New(codes.AlreadyExists, "ERROR_NOT_UNIQUE",
			"The hostname %s is that of the supervisor %s: give this one another, or deregister that one.", item.Hostname, item.Name)
	}
	if item, err = s.supervisors.GetForUpdate(ctx, model.Scope{}, item.SupervisorID); err != nil {
		return nil, err
	}
	if err := published(item, req); err != nil {
		return nil, err
	}
	if err := s.supervisors.Update(ctx, model.Scope{}, item, "state", "is_public", "labels", "tags", "published_at"); err != nil {
		return nil, err
	}
	if err := s.report(ctx, item, req.GetPluginInfo()); err != nil {
		return nil, err
	}
	return publishedInfo(item, req)
}

// ownerOf is whose supervisors a request is about: of the caller's domain, or of the one
// that it names. The platform's own domain is the platform itself.
func ownerOf(ctx context.Context, named string) string {
	t := pipeline.TransactionFrom(ctx)
	if t.Scope.DomainID == "" && t.Identity != nil && named == t.Identity.SystemDomainID {
		return ""
	}
	return cmp.Or(t.Scope.DomainID, named)
}

// checkPublished refuses what a supervisor says of itself and nothing is done with.
func checkPublished(req *api.PublishSupervisorRequest, domainID string) error {
	if req.GetSecretKey() != "" {
		return apierror.Invalid("secret_key", "leave it out: a supervisor shows who it is by its token")
	}
	if req.GetIsPublic() && domainID != "" {
		return notPublic()
	}
	return nil
}

func notPublic() error {
	return apierror.Invalid("is_public", "only a supervisor that publishes with a system token runs plugins of all domains")
}

// publishedInfo is a supervisor as it is told: a public one is of the domain that it
// named.
func publishedInfo(item *model.Supervisor, req *api.PublishSupervisorRequest) (*api.SupervisorInfo, error) {
	info, err := supervisorInfo(item)
	if err == nil {
		info.DomainId = cmp.Or(info.GetDomainId(), req.GetDomainId())
	}
	return info, err
}

// published puts into a supervisor what it says of itself.
func published(item *model.Supervisor, req *api.PublishSupervisorRequest) error {
	item.IsPublic = item.DomainID == ""
	item.PublishedAt = time.Now().UTC().Truncate(time.Millisecond)
	if item.State == model.SupervisorDisconnected {
		item.State = model.SupervisorEnabled
	}
	if req.Tags != nil {
		item.Tags = req.GetTags().AsMap()
	}
	if req.Labels == nil {
		return nil
	}
	item.Labels = map[string]any{}
	for _, label := range req.GetLabels().GetValues() {
		word, ok := label.GetKind().(*structpb.Value_StringValue)
		if !ok {
			return apierror.InvalidType("labels", "list of texts")
		}
		item.Labels[word.StringValue] = ""
	}
	return nil
}

// report stores how the plugins do that a supervisor ought to run. What it runs
// and ought not to, it learns from ListPlugins.
func (s *Supervisor) report(ctx context.Context, by *model.Supervisor, infos []*api.InstalledPluginInfo) error {
	wanted, err := s.installed.RunBy(ctx, by.SupervisorID)
	if err != nil {
		return err
	}
	for i := range wanted {
		item := &wanted[i]
		state, endpoint, endpoints := told(item, infos)
		same := endpoint == item.Endpoint && slices.Equal(endpoints, item.Endpoints)
		if same && state == item.State {
			continue
		}
		if same && item.State == model.PluginReProvisioning && s.now().Sub(item.UpdatedAt) < recoverWait {
			continue // it was not started anew: it is where it was
		}
		item.State, item.Endpoint, item.Endpoints = state, endpoint, endpoints
		if err := s.installed.Report(ctx, item); err != nil && !failed(err, "ERROR_NOT_FOUND") {
			return err
		}
	}
	return nil
}

// told is how a plugin does, as its supervisor says. What it says nothing of it
// has yet to start. While an instance replaces another, what serves counts.
func told(item *model.InstalledPlugin, infos []*api.InstalledPluginInfo) (state, endpoint string, endpoints []string) {
	state = model.PluginProvisioning
	for _, info := range infos {
		if info.GetPluginId() != item.PluginID || info.GetVersion() != item.Version {
			continue
		}
		switch info.GetState() {
		case api.InstalledPluginInfo_ACTIVE:
			return model.PluginActive, info.GetEndpoint(), info.GetEndpoints()
		case api.InstalledPluginInfo_ERROR:
			state = model.PluginError
		}
	}
	return state, "", nil
}

// RecoverPlugin has a supervisor start a plugin anew that does not work as it should.
func (s *Supervisor) RecoverPlugin(ctx context.Context, req *api.RecoverPluginRequest) (*api.InstalledPluginInfo, error) {
	item, err := recoverPlugin(ctx, s.installed, req)
	if err != nil {
		return nil, err
	}
	return installedPluginInfo(item)
}

// installation names an installed plugin.
type installation interface {
	GetSupervisorId() string
	GetPluginId() string
	GetVersion() string
}

// recoverPlugin marks a plugin as one that is to be started anew, which its
// supervisor learns from ListPlugins.
func recoverPlugin(ctx context.Context, installed manager.InstalledPlugin, req installation) (*model.InstalledPlugin, error) {
	for key, value := range map[string]string{"supervisor_id": req.GetSupervisorId(), "plugin_id": req.GetPluginId(), "version": req.GetVersion()} {
		if value == "" {
			return nil, apierror.Required(key)
		}
	}
	all, err := installed.RunBy(ctx, req.GetSupervisorId())
	if err != nil {
		return nil, err
	}
	for i := range all {
		item := &all[i]
		if item.PluginID != req.GetPluginId() || item.Version != req.GetVersion() || !domainOf(ctx).Holds(item.DomainID, "") {
			continue
		}
		item.State = model.PluginReProvisioning
		return item, installed.Report(ctx, item)
	}
	return nil, apierror.NotFound("plugin_id", req.GetPluginId())
}

// ListPlugins lists the plugins that ought to run, and how they do. A supervisor asks for
// its own by its hostname.
func (s *Supervisor) ListPlugins(ctx context.Context, req *api.InstalledPluginQuery) (*api.InstalledPluginsInfo, error) {
	its := proto.CloneOf(req)
	its.DomainId = ownerOf(ctx, req.GetDomainId())
	if req.GetHostname() != "" && req.GetSupervisorId() == "" {
		// Each domain has hostnames of its own: by the name alone, a supervisor would
		// be given what those of other domains are to run.
		item, err := s.supervisors.Known(ctx, its.GetDomainId(), req.GetHostname())
		if err != nil {
			return nil, err
		}
		if item == nil {
			return nil, apierror.NotFound("hostname", req.GetHostname())
		}
		its.SupervisorId = item.SupervisorID
	}
	answer, err := s.list.List(ctx, its)
	if err != nil {
		return nil, err
	}
	for _, info := range answer.GetResults() {
		info.DomainId = cmp.Or(info.GetDomainId(), req.GetDomainId())
	}
	return answer, nil
}
