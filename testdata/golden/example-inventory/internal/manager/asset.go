package manager

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/plugin"
	"google.golang.org/protobuf/types/known/structpb"

	pluginpb "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/plugin"
	"github.com/cloudforet-io/inventory/internal/connector"
	"github.com/cloudforet-io/inventory/internal/model"
)

// Asset calls the plugins that find what a provider runs.
type Asset interface {
	// Describe asks a collector's plugin what it can do, and tells in which
	// version it runs: empty if nobody knows.
	Describe(ctx context.Context, collector *model.Collector) (metadata map[string]any, version string, err error)
	// Collect gives what the plugin finds, as it comes: it is asked for no more
	// than is taken. An error is the last.
	Collect(ctx context.Context, collector *model.Collector) iter.Seq2[Found, error]
}

// NewAsset makes the manager.
func NewAsset(c connector.Connectors) Asset {
	return &assetManager{plugins: c.Asset, secrets: c.Secret}
}

type assetManager struct {
	plugins *connector.Asset
	secrets *connector.Secret
}

// A call is what a plugin is called with.
type call struct {
	client  pluginpb.CollectorClient
	options *structpb.Struct
	secret  *structpb.Struct
}

func (m *assetManager) Describe(ctx context.Context, collector *model.Collector) (metadata map[string]any, version string, err error) {
	info, err := collector.Plugin()
	if err != nil {
		return nil, "", err
	}
	c, err := m.connect(ctx, info, collector)
	if err != nil {
		return nil, "", err
	}
	if version, err = m.plugins.Version(ctx, refOf(info, collector)); err != nil {
		return nil, "", err
	}
	answer, err := c.client.Init(ctx, &pluginpb.InitRequest{Options: c.options})
	if err != nil {
		return nil, "", fmt.Errorf("init: %w", err)
	}
	return answer.GetMetadata().AsMap(), version, nil
}

func (m *assetManager) Collect(ctx context.Context, collector *model.Collector) iter.Seq2[Found, error] {
	return func(yield func(Found, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		stream, err := m.open(ctx, collector)
		for err == nil {
			var info *pluginpb.ResourceInfo
			if info, err = stream.Recv(); err == nil && !yield(foundIn(info, collector), nil) {
				return
			}
		}
		if !errors.Is(err, io.EOF) {
			yield(Found{}, fmt.Errorf("collect: %w", err))
		}
	}
}

// open lets the plugin try its options and credentials, and starts it
// collecting.
func (m *assetManager) open(ctx context.Context, collector *model.Collector) (pluginpb.Collector_CollectClient, error) {
	info, err := collector.Plugin()
	if err != nil {
		return nil, err
	}
	c, err := m.connect(ctx, info, collector)
	if err != nil {
		return nil, err
	}
	if c.secret, err = m.secret(ctx, info.SecretID, collector.DomainID); err != nil {
		return nil, err
	}
	if _, err := c.client.Verify(ctx, &pluginpb.VerifyRequest{Options: c.options, SecretData: c.secret}); err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	return c.client.Collect(ctx, &pluginpb.CollectRequest{Options: c.options, SecretData: c.secret})
}

func refOf(info model.PluginInfo, collector *model.Collector) plugin.Ref {
	return plugin.Ref{ID: info.PluginID, Version: info.Version, Upgrade: info.Upgrades(), DomainID: collector.DomainID}
}

func (m *assetManager) connect(ctx context.Context, info model.PluginInfo, collector *model.Collector) (c call, err error) {
	if c.options, err = structpb.NewStruct(info.Options); err != nil {
		return c, apierror.Invalid("plugin_info.options", err.Error())
	}
	c.client, err = m.plugins.Collector(ctx, refOf(info, collector))
	return c, err
}

// secret gives the credentials that the service secret keeps; none without an
// identifier.
func (m *assetManager) secret(ctx context.Context, id, domainID string) (*structpb.Struct, error) {
	if id == "" {
		return &structpb.Struct{}, nil
	}
	answer, err := m.secrets.Call(ctx, "Secret.get_data", map[string]any{"secret_id": id, "domain_id": domainID})
	if err != nil {
		return nil, err
	}
	data, ok := answer["data"].(map[string]any)
	if !ok {
		return nil, apierror.NotFound("data", id)
	}
	return structpb.NewStruct(data)
}
