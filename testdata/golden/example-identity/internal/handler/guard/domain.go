package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	corev2 "github.com/cloudforet-io/identity/gen/go/spaceone/api/core/v2"
	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/service"
)

// Domain guards the service of the same name: every call passes through the
// pipeline, with the permission and the roles that stand here.
type Domain struct {
	pipeline *pipeline.Pipeline
	service  *service.Domain
}

// NewDomain guards s by p.
func NewDomain(p *pipeline.Pipeline, s *service.Domain) *Domain {
	return &Domain{pipeline: p, service: s}
}

func domainWrite(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Domain",
		Verb:       verb,
		Permission: "identity:Domain.write",
		RoleTypes:  []string{"SYSTEM_TOKEN", "SYSTEM_ADMIN"},
	}
}

func domainRead(verb string) pipeline.Method {
	return pipeline.Method{
		Resource:   "Domain",
		Verb:       verb,
		Permission: "identity:Domain.read",
		RoleTypes:  []string{"SYSTEM_TOKEN", "SYSTEM_ADMIN"},
		ReadOnly:   true,
	}
}

// Create answers Domain.create.
func (g *Domain) Create(ctx context.Context, req *api.CreateDomainRequest) (*api.DomainInfo, error) {
	method := domainWrite("create")
	method.Piecemeal = true // no transaction waits while the administrator's password is hashed
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.Create)
}

// Update answers Domain.update.
func (g *Domain) Update(ctx context.Context, req *api.UpdateDomainRequest) (*api.DomainInfo, error) {
	return pipeline.Call(ctx, g.pipeline, domainWrite("update"), req, g.service.Update)
}

// Delete answers Domain.delete.
func (g *Domain) Delete(ctx context.Context, req *api.DomainRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, domainWrite("delete"), req, g.service.Delete)
}

// Enable answers Domain.enable.
func (g *Domain) Enable(ctx context.Context, req *api.DomainRequest) (*api.DomainInfo, error) {
	return pipeline.Call(ctx, g.pipeline, domainWrite("enable"), req, g.service.Enable)
}

// Disable answers Domain.disable.
func (g *Domain) Disable(ctx context.Context, req *api.DomainRequest) (*api.DomainInfo, error) {
	return pipeline.Call(ctx, g.pipeline, domainWrite("disable"), req, g.service.Disable)
}

// Get answers Domain.get.
func (g *Domain) Get(ctx context.Context, req *api.DomainRequest) (*api.DomainInfo, error) {
	return pipeline.Call(ctx, g.pipeline, domainRead("get"), req, g.service.Get)
}

// GetAuthInfo answers Domain.get_auth_info.
func (g *Domain) GetAuthInfo(ctx context.Context, req *api.GetDomainAuthRequest) (*api.DomainAuthInfo, error) {
	method := unasked("Domain", "get_auth_info")
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.GetAuthInfo)
}

// GetPublicKey answers Domain.get_public_key.
func (g *Domain) GetPublicKey(ctx context.Context, req *corev2.AuthenticationRequest) (*corev2.AuthenticationResponse, error) {
	method := unasked("Domain", "get_public_key")
	return pipeline.Call(ctx, g.pipeline, method, req, g.service.GetPublicKey)
}

// List answers Domain.list.
func (g *Domain) List(ctx context.Context, req *api.DomainSearchQuery) (*api.DomainsInfo, error) {
	return pipeline.Call(ctx, g.pipeline, domainRead("list"), req, g.service.List)
}

// Stat answers Domain.stat.
func (g *Domain) Stat(ctx context.Context, req *api.DomainStatQuery) (*structpb.Struct, error) {
	return pipeline.Call(ctx, g.pipeline, domainRead("stat"), req, g.service.Stat)
}
