package app_test

import (
	"context"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/lifecycle"
	"github.com/cloudforet-io/spacegen/core/server"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	pluginpb "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/plugin"
	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/connector/assettest"
)

// TestMain is the program that is run as a plugin, too.
func TestMain(m *testing.M) {
	if !server.Hosted() {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	g := server.NewGRPC(server.GRPCOptions{Address: server.HostedAddress})
	pluginpb.RegisterCollectorServer(g.Server(), &assettest.Plugin{Die: func() { os.Exit(1) }})
	err := lifecycle.Run(ctx, slog.New(slog.DiscardHandler), time.Second, lifecycle.Chain{g.Module(), g.Announce(os.Stdout)})
	stop()
	if err != nil {
		os.Exit(1)
	}
}

// platform is the service, as its callers reach it.
type platform struct {
	collectors api.CollectorClient
	jobs       api.JobClient
	services   api.CloudServiceClient
}

func collecting(t *testing.T, settings string) platform {
	t.Helper()
	conn := dial(t, start(t, settings).grpc)
	return platform{api.NewCollectorClient(conn), api.NewJobClient(conn), api.NewCloudServiceClient(conn)}
}

// collector makes one whose plugin does as options say.
func (p platform) collector(t *testing.T, options map[string]any) string {
	t.Helper()
	o, err := structpb.NewStruct(options)
	require.NoError(t, err)
	made, err := p.collectors.Create(t.Context(), &api.CreateCollectorRequest{
		Name: "all", Provider: "acme", PluginInfo: &api.PluginInfo{PluginId: "plugin-asset", Options: o},
	})
	require.NoError(t, err)
	return made.GetCollectorId()
}

// start starts a collection.
func (p platform) start(t *testing.T, collector string) *api.JobInfo {
	t.Helper()
	job, err := p.collectors.Collect(t.Context(), &api.CollectRequest{CollectorId: collector})
	require.NoError(t, err)
	require.Equal(t, api.JobInfo_IN_PROGRESS, job.GetStatus())
	return job
}

// collect starts a collection and waits for its end.
func (p platform) collect(t *testing.T, collector string) *api.JobInfo {
	t.Helper()
	job := p.start(t, collector)
	require.Eventually(t, func() bool {
		var err error
		job, err = p.jobs.Get(t.Context(), &api.JobRequest{JobId: job.GetJobId()})
		return err == nil && job.GetStatus() != api.JobInfo_IN_PROGRESS
	}, time.Minute, 20*time.Millisecond)
	return job
}

func (p platform) names(t *testing.T) []string {
	t.Helper()
	all, err := p.services.List(t.Context(), &api.CloudServiceQuery{})
	require.NoError(t, err)
	var names []string
	for _, s := range all.GetResults() {
		names = append(names, s.GetName())
	}
	return names
}

// TestCollection collects by a plugin that runs elsewhere.
func TestCollection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	plugin := new(assettest.Plugin).NewServer()
	go func() { _ = plugin.Serve(listener) }()
	t.Cleanup(plugin.Stop)
	p := collecting(t, settings+"ENDPOINTS: {plugin-asset: 'grpc://"+listener.Addr().String()+"'}\n")
	collector := p.collector(t, assettest.Options("", assettest.Service("vm-1"), assettest.Service("vm-2")))
	job := p.collect(t, collector)
	assert.Equal(t, api.JobInfo_SUCCESS, job.GetStatus(), job.GetError())
	assert.EqualValues(t, 2, job.GetCreatedCount())
	assert.ElementsMatch(t, []string{"the vm-1", "the vm-2"}, p.names(t))
	job = p.collect(t, collector)
	assert.EqualValues(t, 2, job.GetUpdatedCount())
	assert.Len(t, p.names(t), 2)

	plugin.Stop()
	job = p.collect(t, collector)
	assert.Equal(t, api.JobInfo_FAILURE, job.GetStatus())
	assert.Contains(t, job.GetError(), "plugin-asset")
}

// TestCollectionIsSeenAsItGoes looks at a collection while it is under way, and
// stops the service in the middle of it.
func TestCollectionIsSeenAsItGoes(t *testing.T) {
	program, err := os.Executable()
	require.NoError(t, err)
	p := collecting(t, settings+"GRACE_PERIOD: 2500ms\nPLUGINS: {plugin-asset: ["+program+"]}\n")
	job := p.start(t, p.collector(t, assettest.Options("never", assettest.Service("vm-1"))))
	require.Eventually(t, func() bool { return len(p.names(t)) == 1 }, time.Minute, 20*time.Millisecond)
	job, err = p.jobs.Get(t.Context(), &api.JobRequest{JobId: job.GetJobId()})
	require.NoError(t, err)
	assert.Equal(t, api.JobInfo_IN_PROGRESS, job.GetStatus())
}

// TestCollectionByAChild collects by a plugin that is a child of this process,
// and comes back after it died.
func TestCollectionByAChild(t *testing.T) {
	program, err := os.Executable()
	require.NoError(t, err)
	p := collecting(t, settings+"PLUGINS: {plugin-asset: ["+program+"]}\n")
	job := p.collect(t, p.collector(t, assettest.Options("", assettest.Service("vm-1"))))
	assert.Equal(t, api.JobInfo_SUCCESS, job.GetStatus(), job.GetError())
	job = p.collect(t, p.collector(t, assettest.Options("die", assettest.Service("vm-2"))))
	assert.Equal(t, api.JobInfo_FAILURE, job.GetStatus())
	assert.Contains(t, job.GetError(), "plugin plugin-asset")
	assert.EqualValues(t, 1, job.GetCreatedCount(), "what it said before is kept")
	job = p.collect(t, p.collector(t, assettest.Options("", assettest.Service("vm-3"))))
	assert.Equal(t, api.JobInfo_SUCCESS, job.GetStatus(), job.GetError())
	assert.ElementsMatch(t, []string{"the vm-1", "the vm-2", "the vm-3"}, p.names(t))
}
