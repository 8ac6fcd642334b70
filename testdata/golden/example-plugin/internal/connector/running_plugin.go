package connector

import (
	"context"
	"errors"

	"github.com/cloudforet-io/spacegen/core/spaceconnector"
)

// RunningPlugin asks plugins that run what they say of themselves. They are not trusted:
// they get no token and have little time.
type RunningPlugin struct{}

// NewRunningPlugin makes the connector.
func NewRunningPlugin(Deps) *RunningPlugin { return &RunningPlugin{} }

// Init calls init of the service that a plugin serves, such as Collector, and gives the
// metadata of its answer. The connection lasts no longer: it is asked rarely, and the
// plugin may be elsewhere next time.
func (*RunningPlugin) Init(ctx context.Context, endpoint, service string, options map[string]any) (metadata map[string]any, err error) {
	plugins := spaceconnector.New(spaceconnector.Options{})
	defer func() { err = errors.Join(err, plugins.Close()) }()
	client, err := plugins.Endpoint(endpoint)
	if err != nil {
		return nil, err
	}
	answer, err := client.Call(ctx, service+".init", map[string]any{"options": options})
	if err != nil {
		return nil, err
	}
	metadata, _ = answer["metadata"].(map[string]any)
	return metadata, nil
}
