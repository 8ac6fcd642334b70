package service

import (
	"context"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/connector"
	"github.com/cloudforet-io/plugin/internal/connector/database"
	"github.com/cloudforet-io/plugin/internal/manager"
	"github.com/cloudforet-io/plugin/internal/model"
)

// platform is all of the service, on a database of its own.
type platform struct {
	*testing.T

	plugins     *Plugin
	supervisors *Supervisor
	watch       *SupervisorWatch
	db          *core.DB
	pipeline    *pipeline.Pipeline
	patience    time.Duration // of callers
}

func onPlatform(t *testing.T, test func(p platform)) {
	t.Helper()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		m := manager.New(connector.New(connector.Deps{DB: db}))
		calls, err := pipeline.New(pipeline.Options{Service: "test", Transactor: db})
		require.NoError(t, err)
		test(platform{t, NewPlugin(m), NewSupervisor(m), NewSupervisorWatch(m), db, calls, time.Second / 4})
	})
}

// call calls a method as somebody of a domain would; without one, as the
// platform itself. What waits has some time.
func call[Req, Res proto.Message](p platform, domain string, method func(context.Context, Req) (Res, error), req Req) (Res, error) {
	ctx, cancel := context.WithTimeout(pipeline.WithMetadata(context.Background(), pipeline.Metadata{DomainID: domain}), endpointSpare+p.patience)
	defer cancel()
	_, watches := any(req).(*structpb.Struct)
	_, waits := any(req).(*api.PluginEndpointRequest)
	_, asks := any(req).(*api.PluginMetadataRequest)
	return pipeline.Call(ctx, p.pipeline, pipeline.Method{Resource: "Test", Verb: "test", Piecemeal: watches || waits || asks}, req, method)
}

// must is call for what does not fail.
func must[Req, Res proto.Message](p platform, domain string, method func(context.Context, Req) (Res, error), req Req) Res {
	p.Helper()
	res, err := call(p, domain, method, req)
	require.NoError(p, err)
	return res
}

// fails asserts the code of an error.
func fails[Res any](t *testing.T, code string) func(Res, error) {
	t.Helper()
	return func(_ Res, err error) {
		t.Helper()
		require.Error(t, err)
		assert.Equal(t, code, apierror.From(err).Code, err)
	}
}

// registers registers a plugin.
func (p platform) registers(domain, id string, versions ...string) {
	p.Helper()
	must(p, domain, p.plugins.Register, &api.RegisterPluginRequest{Name: id, Image: "acme/" + id, Versions: versions})
}

// publishes lets a supervisor say that it is there, and what it runs.
func (p platform) publishes(domain, hostname string, infos ...*api.InstalledPluginInfo) *api.SupervisorInfo {
	p.Helper()
	return must(p, domain, p.supervisors.Publish, &api.PublishSupervisorRequest{Name: "at-" + hostname, Hostname: hostname, PluginInfo: infos})
}

// joins lets a supervisor publish and be registered.
func (p platform) joins(domain, hostname string, priority int32) string {
	p.Helper()
	id := p.publishes(domain, hostname).GetSupervisorId()
	info := must(p, domain, p.supervisors.Register, &api.RegisterSupervisorRequest{SupervisorId: id, Priority: priority})
	assert.Equal(p, api.SupervisorInfo_ENABLED, info.GetState())
	return id
}

// wants is what a supervisor ought to run, as plugin@version STATE.
func (p platform) wants(domain, hostname string) []string {
	p.Helper()
	var all []string
	for _, i := range must(p, domain, p.supervisors.ListPlugins, &api.InstalledPluginQuery{Hostname: hostname}).GetResults() {
		all = append(all, i.GetPluginId()+"@"+i.GetVersion()+" "+i.GetState().String())
	}
	return all
}

// asks asks for the endpoint of a plugin.
func (p platform) asks(domain, id string) (*api.PluginEndpoint, error) {
	return call(p, domain, p.plugins.GetPluginEndpoint, &api.PluginEndpointRequest{PluginId: id})
}

// looks lets the watch look once, some time from now.
func (p platform) looks(later time.Duration) map[string]any {
	p.Helper()
	p.watch.now = func() time.Time { return time.Now().Add(later) }
	return must(p, "", p.watch.Run, &structpb.Struct{}).AsMap()
}

// runs is what a supervisor says of a plugin that it runs.
func runs(id, version string, state api.InstalledPluginInfo_State, endpoint string) *api.InstalledPluginInfo {
	return &api.InstalledPluginInfo{PluginId: id, Version: version, State: state, Endpoint: endpoint, Endpoints: []string{endpoint}}
}

// stateOf is the state of a supervisor.
func (p platform) stateOf(id string) string {
	p.Helper()
	return must(p, "", p.supervisors.Get, &api.SupervisorRequest{SupervisorId: id}).GetState().String()
}

const (
	active = api.InstalledPluginInfo_ACTIVE
	broken = api.InstalledPluginInfo_ERROR
	begins = api.InstalledPluginInfo_PROVISIONING
)

func TestChoose(t *testing.T) {
	one := func(id, domain string, priority int64) model.Supervisor {
		return model.Supervisor{SupervisorID: id, DomainID: domain, Priority: priority}
	}
	w := want{pluginID: "p", domainIDs: []string{"mine", ""}}
	assert.Nil(t, choose(w, nil))
	assert.Nil(t, choose(w, []model.Supervisor{one("a", "theirs", 9)}))
	all := []model.Supervisor{one("a", "", 9), one("b", "mine", 5), one("c", "mine", 1)}
	assert.Equal(t, "b", choose(w, all).SupervisorID, "the domain comes before the priority")
	assert.Equal(t, "a", choose(want{pluginID: "p", domainIDs: []string{""}}, all).SupervisorID)

	equals := []model.Supervisor{one("a", "mine", 1), one("b", "mine", 1), one("c", "mine", 1)}
	chosen := map[string]int{}
	for n := range 300 {
		w.pluginID = "plugin-" + string(rune('a'+n))
		first := choose(w, equals).SupervisorID
		assert.Equal(t, first, choose(w, []model.Supervisor{equals[2], equals[0], equals[1]}).SupervisorID, "in whatever order they come")
		chosen[first]++
	}
	for id, plugins := range chosen {
		assert.Greater(t, plugins, 50, id)
	}
	assert.Len(t, chosen, 3, "plugins spread")
}
