package service

import (
	"context"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/manager"
)

// bySystem authenticates callers as the platform itself, whose own domain is root.
type bySystem struct{}

func (bySystem) Verify(_ context.Context, t *pipeline.Transaction, _ proto.Message) error {
	t.Identity = &pipeline.Identity{TokenType: "SYSTEM_TOKEN", RoleType: "SYSTEM_TOKEN", SystemDomainID: "root"}
	return nil
}

// TestSupervisorOfTheOriginalPlatform follows one that publishes with a system token, and
// names the domain of that token in each request: it is the platform's, and reads in each
// plugin the domain for which it asks the repository.
func TestSupervisorOfTheOriginalPlatform(t *testing.T) {
	onPlatform(t, func(p platform) {
		calls, err := pipeline.New(pipeline.Options{
			Service: "test", Transactor: p.db,
			Handlers: pipeline.Handlers{Authentication: []pipeline.AuthenticationHandler{bySystem{}}},
		})
		require.NoError(p, err)
		system := p
		system.pipeline = calls
		publish := func(infos ...*api.InstalledPluginInfo) *api.SupervisorInfo {
			return must(system, "", p.supervisors.Publish, &api.PublishSupervisorRequest{Name: "root", Hostname: "host-1", DomainId: "root", PluginInfo: infos})
		}
		first := publish()
		assert.True(p, first.GetIsPublic())
		assert.Equal(p, "root", first.GetDomainId())
		must(system, "", p.supervisors.Register, &api.RegisterSupervisorRequest{SupervisorId: first.GetSupervisorId(), DomainId: "root"})

		p.registers("", "aws", "1")
		assert.NotNil(p, must(system, "", p.plugins.Get, &api.PluginRequest{PluginId: "aws"}).GetRegistryConfig())
		fails[*api.PluginEndpoint](t, codeNotActive)(p.asks("domain-1", "aws"))
		list := &api.InstalledPluginQuery{Hostname: "host-1", DomainId: "root"}
		wanted := must(system, "", p.supervisors.ListPlugins, list).GetResults()
		require.Len(p, wanted, 1)
		assert.Equal(p, "root", wanted[0].GetDomainId())
		assert.True(p, wanted[0].GetManaged())
		list.SupervisorId = first.GetSupervisorId()
		assert.Len(p, must(system, "", p.supervisors.ListPlugins, list).GetResults(), 1)

		publish(runs("aws", "1", active, "grpc://aws:50051"))
		at, err := p.asks("domain-1", "aws")
		require.NoError(p, err)
		assert.Equal(p, "grpc://aws:50051", at.GetEndpoint())
		public := must(p, "", p.supervisors.List, &api.SupervisorQuery{IsPublic: true}).GetResults()
		require.Len(p, public, 1)

		// Another domain that is named is meant.
		other := must(system, "", p.supervisors.Publish, &api.PublishSupervisorRequest{Name: "one", Hostname: "host-1", DomainId: "domain-1"})
		assert.Equal(p, "domain-1", other.GetDomainId())
		assert.False(p, other.GetIsPublic())
	})
}

func TestRefusedOfSupervisors(t *testing.T) {
	onPlatform(t, func(p platform) {
		id := p.joins("domain-1", "host-1", 0)
		of := func(change func(*api.PublishSupervisorRequest)) error {
			req := &api.PublishSupervisorRequest{Name: "at-host-1", Hostname: "host-1"}
			change(req)
			_, err := call(p, "domain-1", p.supervisors.Publish, req)
			return err
		}
		update := func(req *api.RegisterSupervisorRequest) error {
			req.SupervisorId = id
			_, err := call(p, "domain-1", p.supervisors.Update, req)
			return err
		}
		for key, err := range map[string]error{
			"secret_key": of(func(r *api.PublishSupervisorRequest) { r.SecretKey = "x" }),
			"is_public":  of(func(r *api.PublishSupervisorRequest) { r.IsPublic = true }),
			"name":       update(&api.RegisterSupervisorRequest{Name: "another"}),
			"public":     update(&api.RegisterSupervisorRequest{IsPublic: true}),
		} {
			require.Error(p, err, key)
			assert.Equal(p, "ERROR_INVALID_PARAMETER", apierror.From(err).Code, key)
			assert.ErrorContains(p, err, key)
		}
		assert.NoError(p, update(&api.RegisterSupervisorRequest{Name: "at-host-1"}), "its own name")
		platforms := p.joins("", "host-2", 0)
		_, err := call(p, "", p.supervisors.Update, &api.RegisterSupervisorRequest{SupervisorId: platforms, IsPublic: true})
		assert.NoError(p, err, "it is public already")
	})
}

// saying stands in for plugins that run: each says how it was asked.
type saying struct{ manager.RegisteredPlugin }

func (saying) Init(_ context.Context, endpoint, service string, options map[string]any) (map[string]any, error) {
	return map[string]any{"endpoint": endpoint, "service": service, "options": options}, nil
}

func TestGetPluginMetadata(t *testing.T) {
	const at = "grpc://aws:50051"
	onPlatform(t, func(p platform) {
		p.plugins.registeredPlugins = saying{p.plugins.registeredPlugins}
		p.registers("", "aws", "1")
		p.joins("", "host-1", 0)
		options, err := structpb.NewStruct(map[string]any{"region": "kr"})
		require.NoError(p, err)
		req := &api.PluginMetadataRequest{PluginId: "aws", Options: options}
		p.patience = time.Second / 10
		_, err = call(p, "domain-1", p.plugins.GetPluginMetadata, req)
		assert.Equal(p, codeNotActive, apierror.From(err).Code, "it does not serve yet")
		p.publishes("", "host-1", runs("aws", "1", active, at))
		_, err = call(p, "domain-1", p.plugins.GetPluginMetadata, req)
		assert.ErrorContains(p, err, "such as inventory.Collector", "nobody has said what it serves")

		must(p, "", p.plugins.Register, &api.RegisterPluginRequest{Name: "gcp", Image: "acme/gcp", Versions: []string{"1"}, ResourceType: "inventory.Collector"})
		req.PluginId = "gcp"
		_, err = call(p, "domain-1", p.plugins.GetPluginMetadata, req)
		assert.Equal(p, codeNotActive, apierror.From(err).Code)
		p.publishes("", "host-1", runs("gcp", "1", active, at))
		said := must(p, "domain-1", p.plugins.GetPluginMetadata, req)
		assert.Equal(p, map[string]any{
			"endpoint": at, "service": "Collector", "options": map[string]any{"region": "kr"},
		}, said.GetMetadata().AsMap())
	})
}
