package connector

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/supervisor/internal/model"
)

// platform stands for the other services: what they answer, by service and
// method, and what they were asked.
type platform struct {
	answers map[string]any
	asked   map[string]map[string]any
}

func (p *platform) Dispatch(_ context.Context, service, method string, params map[string]any) (map[string]any, error) {
	if p.asked == nil {
		p.asked = map[string]map[string]any{}
	}
	p.asked[service+" "+method] = params
	switch answer := p.answers[service+" "+method].(type) {
	case map[string]any:
		return answer, nil
	case error:
		return nil, answer
	default:
		return nil, errors.New("no such method: " + method)
	}
}

func connected(t *testing.T, settings string, p *platform) *Plugin {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(file, []byte(settings), 0o600))
	cfg, err := config.Load(t.Context(), nil, file)
	require.NoError(t, err)
	return NewPlugin(Deps{Config: cfg, Services: p, Endpoints: cfg.Endpoints})
}

const managed = `
NAME: root
HOSTNAME: root-supervisor.svc.cluster.local
LABELS: [{a: b}]
TAGS: {usage: public}
ENDPOINTS: {plugin: "grpc://plugin:50051", repository: "grpc://repository:50051"}
`

func TestWhatThePluginServiceWants(t *testing.T) {
	p := &platform{answers: map[string]any{
		"plugin Supervisor.list_plugins": map[string]any{
			"results": []any{
				map[string]any{"plugin_id": "a", "version": "1.0", "domain_id": "d", "state": "ACTIVE"},
				map[string]any{"plugin_id": "a", "version": "2.0", "domain_id": "d", "state": "RE_PROVISIONING"},
			},
			"total_count": 2.0,
		},
		"repository Plugin.get": map[string]any{
			"image": "pyengine/a", "registry_url": "registry.example", "resource_type": "inventory.Collector",
			"registry_config": map[string]any{"image_pull_secrets": "secret"}, "more": []any{1.0},
		},
	}}
	wanted, err := connected(t, managed, p).Wanted(t.Context())
	require.NoError(t, err)
	first := model.Plugin{
		ID: "a", Version: "1.0", DomainID: "d", Kind: "inventory.Collector", Image: "registry.example/pyengine/a", PullSecret: "secret",
	}
	second := first
	second.Version, second.Recover = "2.0", true
	assert.Equal(t, []model.Plugin{first, second}, wanted)
	assert.Equal(t, map[string]any{"hostname": "root-supervisor.svc.cluster.local"}, p.asked["plugin Supervisor.list_plugins"])
}

func TestWhatIsWantedCanNotBeLearned(t *testing.T) {
	one := []any{map[string]any{"plugin_id": "a", "version": "1.0"}}
	list := func(results []any, total float64) map[string]any {
		return map[string]any{"results": results, "total_count": total}
	}
	for name, c := range map[string]struct {
		settings string
		answers  map[string]any
		want     string
	}{
		"down":        {managed, map[string]any{"plugin Supervisor.list_plugins": errors.New("down")}, "down"},
		"a part only": {managed, map[string]any{"plugin Supervisor.list_plugins": list(one, 2)}, "1 plugins of 2"},
		"nonsense":    {managed, map[string]any{"plugin Supervisor.list_plugins": map[string]any{"results": "many"}}, "read the answer"},
		"no plugin_id": {
			managed, map[string]any{"plugin Supervisor.list_plugins": list([]any{map[string]any{}}, 1)}, "without plugin_id",
		},
		"no name":          {`ENDPOINTS: {plugin: "grpc://plugin:50051"}`, nil, "NAME, HOSTNAME"},
		"misspelt setting": {`WANTED_PLUGINS: [{plugin: a}]`, nil, `unknown field "plugin"`},
		"no tag": {
			`WANTED_PLUGINS: [{plugin_id: a, image: x, version: "1.0"}, {plugin_id: b, image: x, version: "-1"}]`, nil,
			`WANTED_PLUGINS[1], reason = version: "-1" is no tag`,
		},
		"too long a tag":     {`WANTED_PLUGINS: [{plugin_id: a, image: x, version: "` + strings.Repeat("1", 129) + `"}]`, nil, "128 at the most"},
		"a tag in the image": {`WANTED_PLUGINS: [{plugin_id: a, image: "x:1", version: "1"}]`, nil, `image: "x:1" is no name`},
		"no image":           {`WANTED_PLUGINS: [{plugin_id: a, image: "https://host/x"}]`, nil, `image: "https://host/x" is no name`},
		"upper-case letters": {`WANTED_PLUGINS: [{plugin_id: a, image: host/X}]`, nil, `image: "host/X" is no name`},
		"setting left blank": {`WANTED_PLUGINS: [{plugin_id: a, image: x}, {plugin_id: b}]`, nil, "WANTED_PLUGINS[1]"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := connected(t, c.settings, &platform{answers: c.answers}).Wanted(t.Context())
			assert.ErrorContains(t, err, c.want)
		})
	}
}

// A plugin of which the repository knows nothing is wanted all the same.
func TestAnImageThatCanNotBeFound(t *testing.T) {
	for name, answer := range map[string]any{
		"unknown": errors.New("not there"), "no image": map[string]any{}, "no name of one": map[string]any{"image": "https://x"},
	} {
		t.Run(name, func(t *testing.T) {
			p := &platform{answers: map[string]any{
				"plugin Supervisor.list_plugins": map[string]any{"results": []any{map[string]any{"plugin_id": "a"}}},
				"repository Plugin.get":          answer,
			}}
			wanted, err := connected(t, managed, p).Wanted(t.Context())
			require.NoError(t, err)
			require.Len(t, wanted, 1)
			assert.NotEmpty(t, wanted[0].Problem)
		})
	}
}

func TestWhatTheConfigurationWants(t *testing.T) {
	c := connected(t, `WANTED_PLUGINS: [{plugin_id: a, version: "1", image: i, kind: k, image_pull_secret: s}]`, &platform{})
	wanted, err := c.Wanted(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []model.Plugin{{ID: "a", Version: "1", Image: "i", Kind: "k", PullSecret: "s"}}, wanted)
	published, err := c.Publish(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, Supervisor{State: "ENABLED"}, published, "nobody else decides")
}

func TestPublish(t *testing.T) {
	pending := map[string]any{"supervisor_id": "supervisor-1", "state": "PENDING"}
	for name, c := range map[string]struct {
		settings string
		want     Supervisor
	}{
		"waits to be accepted": {managed, Supervisor{"supervisor-1", "PENDING"}},
		"asks to be accepted":  {managed + "REGISTER: true", Supervisor{"supervisor-1", "ENABLED"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := &platform{answers: map[string]any{
				"plugin Supervisor.publish":  pending,
				"plugin Supervisor.register": map[string]any{"supervisor_id": "supervisor-1", "state": "ENABLED"},
			}}
			got, err := connected(t, c.settings, p).Publish(t.Context(), []model.Instance{{
				Name: "a-1", PluginID: "a", Version: "1", DomainID: "d", State: model.Active,
				Endpoint: "grpc://a-1.x:50051", Endpoints: []string{"grpc://10.0.0.1:50051"},
			}})
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
			assert.Equal(t, map[string]any{
				"name": "root", "hostname": "root-supervisor.svc.cluster.local",
				"labels": []any{map[string]any{"a": "b"}}, "tags": map[string]any{"usage": "public"},
				"plugin_info": []any{map[string]any{
					"plugin_id": "a", "version": "1", "state": "ACTIVE", "domain_id": "d",
					"endpoint": "grpc://a-1.x:50051", "endpoints": []string{"grpc://10.0.0.1:50051"},
				}},
			}, p.asked["plugin Supervisor.publish"])
		})
	}
}

// Others may have the hostname, but not the ID.
func TestAsksForItsOwnPlugins(t *testing.T) {
	p := &platform{answers: map[string]any{
		"plugin Supervisor.publish":      map[string]any{"supervisor_id": "supervisor-1", "state": "ENABLED"},
		"plugin Supervisor.list_plugins": map[string]any{},
	}}
	c := connected(t, managed, p)
	_, err := c.Publish(t.Context(), nil)
	require.NoError(t, err)
	_, err = c.Wanted(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[string]any{
		"hostname": "root-supervisor.svc.cluster.local", "supervisor_id": "supervisor-1",
	}, p.asked["plugin Supervisor.list_plugins"])
}
