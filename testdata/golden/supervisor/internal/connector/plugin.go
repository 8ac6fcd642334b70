package connector

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/cloudforet-io/spacegen/core/apierror"

	"github.com/cloudforet-io/supervisor/internal/model"
)

// Plugin asks the services of the platform which plugins ought to run, and
// tells them which do. Where the platform has none of them, the configuration
// says what ought to run.
type Plugin struct {
	services  Dispatcher
	endpoints map[string]string

	name     string // of this supervisor
	hostname string
	tags     any
	labels   any
	register bool // by itself, where nobody else does
	wanted   any  // without a plugin service

	id atomic.Pointer[string] // by which the plugin service knows this supervisor
}

// NewPlugin makes the connector.
func NewPlugin(d Deps) *Plugin {
	return &Plugin{
		services: d.Services, endpoints: d.Endpoints,
		name: text(d.Config, "NAME"), hostname: text(d.Config, "HOSTNAME"),
		tags: d.Config.Value("TAGS"), labels: d.Config.Value("LABELS"),
		register: text(d.Config, "REGISTER") == "true",
		wanted:   d.Config.Value("WANTED_PLUGINS"),
	}
}

// A Supervisor is what the plugin service holds of this supervisor.
type Supervisor struct {
	ID    string `json:"supervisor_id"`
	State string `json:"state"`
}

// Publish tells the plugin service that this supervisor is there, and how its
// instances do; where REGISTER says so, it asks to be accepted. Without a plugin
// service the supervisor is its own master.
func (c *Plugin) Publish(ctx context.Context, instances []model.Instance) (Supervisor, error) {
	if !c.managed() {
		return Supervisor{State: "ENABLED"}, nil
	}
	infos := make([]any, 0, len(instances))
	for _, i := range instances {
		info := map[string]any{
			"plugin_id": i.PluginID, "version": i.Version, "state": string(i.State),
			"endpoint": i.Endpoint, "endpoints": i.Endpoints,
		}
		if i.DomainID != "" {
			info["domain_id"] = i.DomainID
		}
		infos = append(infos, info)
	}
	params := map[string]any{"name": c.name, "hostname": c.hostname, "plugin_info": infos}
	if c.tags != nil {
		params["tags"] = c.tags
	}
	if c.labels != nil {
		params["labels"] = c.labels
	}
	var published Supervisor
	err := c.call(ctx, "plugin", "Supervisor.publish", params, &published)
	if err == nil && published.State == "PENDING" && c.register {
		err = c.call(ctx, "plugin", "Supervisor.register", map[string]any{"supervisor_id": published.ID}, &published)
	}
	if err == nil {
		c.id.Store(&published.ID)
	}
	return published, err
}

// Wanted are the plugins that ought to run. One whose image can't be found is
// among them, with the reason.
func (c *Plugin) Wanted(ctx context.Context) ([]model.Plugin, error) {
	if !c.managed() {
		return c.configured()
	}
	var answer struct {
		Results []struct {
			PluginID string `json:"plugin_id"`
			Version  string `json:"version"`
			DomainID string `json:"domain_id"`
			State    string `json:"state"`
		} `json:"results"`
		TotalCount int `json:"total_count"`
	}
	params := map[string]any{"hostname": c.hostname}
	if id := c.id.Load(); id != nil && *id != "" {
		params["supervisor_id"] = *id // others, of other domains, may have the hostname too
	}
	if err := c.call(ctx, "plugin", "Supervisor.list_plugins", params, &answer); err != nil {
		return nil, err
	}
	if answer.TotalCount > len(answer.Results) {
		// Plugins that the list leaves out would be taken for orphans.
		return nil, fmt.Errorf("call Supervisor.list_plugins of plugin: it lists %d plugins of %d", len(answer.Results), answer.TotalCount)
	}
	wanted := make([]model.Plugin, 0, len(answer.Results))
	for _, r := range answer.Results {
		if r.PluginID == "" {
			return nil, fmt.Errorf("call Supervisor.list_plugins of plugin: it lists a plugin without plugin_id")
		}
		p := model.Plugin{ID: r.PluginID, Version: r.Version, DomainID: r.DomainID, Recover: r.State == "RE_PROVISIONING"}
		if err := c.describe(ctx, &p); err != nil {
			p.Problem = err.Error()
		}
		wanted = append(wanted, p)
	}
	return wanted, nil
}

// describe asks the repository for what the plugin service does not say.
func (c *Plugin) describe(ctx context.Context, p *model.Plugin) error {
	var answer struct {
		Image          string `json:"image"`
		RegistryURL    string `json:"registry_url"`
		ResourceType   string `json:"resource_type"`
		RegistryConfig struct {
			PullSecret string `json:"image_pull_secrets"`
		} `json:"registry_config"`
	}
	if err := c.call(ctx, "repository", "Plugin.get", map[string]any{"plugin_id": p.ID}, &answer); err != nil {
		return err
	}
	if answer.Image == "" {
		return apierror.NotFound("image", p.ID)
	}
	p.Image, p.Kind, p.PullSecret = answer.Image, answer.ResourceType, answer.RegistryConfig.PullSecret
	if answer.RegistryURL != "" {
		p.Image = answer.RegistryURL + "/" + answer.Image
	}
	return checkImage(p.Image, p.Version)
}

// configured are the plugins that WANTED_PLUGINS names.
func (c *Plugin) configured() ([]model.Plugin, error) {
	var all []struct {
		PluginID   string `json:"plugin_id"`
		Version    string `json:"version"`
		Image      string `json:"image"`
		Kind       string `json:"kind"`
		PullSecret string `json:"image_pull_secret"`
	}
	if err := setting("WANTED_PLUGINS", c.wanted, &all); err != nil {
		return nil, err
	}
	wanted := make([]model.Plugin, 0, len(all))
	for n, p := range all {
		key := fmt.Sprintf("WANTED_PLUGINS[%d]", n)
		if p.PluginID == "" || p.Image == "" {
			return nil, apierror.Configuration(key, "plugin_id and image are required")
		}
		if err := checkImage(p.Image, p.Version); err != nil {
			return nil, apierror.Configuration(key, err.Error())
		}
		wanted = append(wanted, model.Plugin{
			ID: p.PluginID, Version: p.Version, Image: p.Image, Kind: p.Kind, PullSecret: p.PullSecret,
		})
	}
	return wanted, nil
}

// managed reports whether a plugin service says what ought to run.
func (c *Plugin) managed() bool { return c.endpoints["plugin"] != "" }

func (c *Plugin) call(ctx context.Context, service, method string, params map[string]any, into any) error {
	if c.name == "" || c.hostname == "" {
		return apierror.Configuration("NAME, HOSTNAME", "the plugin service knows supervisors by them")
	}
	answer, err := c.services.Dispatch(ctx, service, method, params)
	if err != nil {
		return err
	}
	if err := decode(answer, into); err != nil {
		return fmt.Errorf("call %s of %s: read the answer: %w", method, service, err)
	}
	return nil
}
