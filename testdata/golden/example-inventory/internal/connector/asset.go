package connector

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/plugin"

	pluginpb "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/plugin"
)

// Asset connects to plugins that speak spaceone.api.inventory.plugin.
type Asset struct{ plugins Plugins }

// NewAsset makes the connector.
func NewAsset(d Deps) *Asset { return &Asset{plugins: d.Plugins} }

// Version tells in which version a plugin runs: the one that ref names or, if it
// may be upgraded, a newer one that whoever keeps the version should note.
func (c *Asset) Version(ctx context.Context, ref plugin.Ref) (string, error) {
	return c.plugins.Version(ctx, ref)
}

// Collector gives the client of the service Collector of a plugin.
func (c *Asset) Collector(ctx context.Context, ref plugin.Ref) (pluginpb.CollectorClient, error) {
	client, err := c.plugins.Client(ctx, ref)
	if err != nil {
		return nil, err
	}
	return pluginpb.NewCollectorClient(client.Conn()), nil
}
