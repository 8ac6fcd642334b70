package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/query"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// Provider is the service Provider of the API.
//
// Providers are where resources come from, such as clouds. Some are managed.
type Provider struct {
	providers manager.Provider
}

// NewProvider makes the service.
func NewProvider(m manager.Managers) *Provider {
	return &Provider{
		providers: m.Provider,
	}
}

// Create creates a provider.
func (s *Provider) Create(ctx context.Context, req *api.CreateProviderRequest) (*api.ProviderInfo, error) {
	scope, err := domainScope(ctx)
	if err != nil {
		return nil, err
	}
	if err := apirecord.Require(req, "provider", "name"); err != nil {
		return nil, err
	}
	item := new(model.Provider)
	if err := apirecord.New(req, item); err != nil {
		return nil, err
	}
	item.DomainID = scope.DomainID
	if err := s.providers.Create(ctx, item); err != nil {
		return nil, err
	}
	return providerInfo(item)
}

// Update updates a provider that is not managed. What the request leaves out stays as it is.
func (s *Provider) Update(ctx context.Context, req *api.UpdateProviderRequest) (*api.ProviderInfo, error) {
	scope := model.Scope{DomainID: scopeOf(ctx).DomainID}
	if req.GetProvider() == "" {
		return nil, apierror.Required("provider")
	}
	item, err := s.providers.GetForUpdate(ctx, scope, req.GetProvider())
	if err != nil {
		return nil, err
	}
	columns, err := apirecord.Change(req, item, "provider")
	if err != nil {
		return nil, err
	}
	if err := s.providers.Update(ctx, scope, item, columns...); err != nil {
		return nil, err
	}
	return providerInfo(item)
}

// UpdatePlugin changes the version and the options of a provider's plugin.
func (s *Provider) UpdatePlugin(context.Context, *api.UpdatePluginProviderRequest) (*api.ProviderInfo, error) {
	return nil, apierror.NotImplemented("Provider.update_plugin")
}

// Delete deletes a provider that is not managed.
func (s *Provider) Delete(ctx context.Context, req *api.ProviderRequest) (*emptypb.Empty, error) {
	if req.GetProvider() == "" {
		return nil, apierror.Required("provider")
	}
	return &emptypb.Empty{}, s.providers.Delete(ctx, model.Scope{DomainID: scopeOf(ctx).DomainID}, req.GetProvider())
}

// Get gets one provider.
func (s *Provider) Get(ctx context.Context, req *api.ProviderRequest) (*api.ProviderInfo, error) {
	if req.GetProvider() == "" {
		return nil, apierror.Required("provider")
	}
	item, err := s.providers.Get(ctx, model.Scope{DomainID: scopeOf(ctx).DomainID}, req.GetProvider())
	if err != nil {
		return nil, err
	}
	return providerInfo(item)
}

// List lists providers, filtered, sorted and in pages.
func (s *Provider) List(ctx context.Context, req *api.ProviderSearchQuery) (*api.ProvidersInfo, error) {
	q, err := query.FromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	filters, err := apirecord.Filters(req, model.ProviderSchema())
	if err != nil {
		return nil, err
	}
	q.Filter = append(q.Filter, filters...)
	items, total, err := s.providers.List(ctx, model.Scope{DomainID: scopeOf(ctx).DomainID}, q)
	if err != nil {
		return nil, err
	}
	answer := &api.ProvidersInfo{
		TotalCount: int32(total), //nolint:gosec // no table has 2^31 rows
	}
	for i := range items {
		info, err := providerInfo(&items[i])
		if err != nil {
			return nil, err
		}
		answer.Results = append(answer.Results, info)
	}
	return answer, nil
}

// Stat computes statistics over providers.
func (s *Provider) Stat(ctx context.Context, req *api.ProviderStatQuery) (*structpb.Struct, error) {
	q, err := query.StatFromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	rows, total, err := s.providers.Stat(ctx, model.Scope{DomainID: scopeOf(ctx).DomainID}, q)
	if err != nil {
		return nil, err
	}
	return statInfo(q, rows, total)
}
