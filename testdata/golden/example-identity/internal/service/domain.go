package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/query"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	corev2 "github.com/cloudforet-io/identity/gen/go/spaceone/api/core/v2"
	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// errRoot is why the first domain stays as it is.
var errRoot = apierror.Invalid("domain_id", "the platform's own domain signs the token by which services call each other")

// Domain is the service Domain of the API.
//
// Domains are the platform's tenants. Each has its own users and its own key,
// by which their tokens are signed. The methods are for the platform alone, whatever
// domain its token is of.
type Domain struct {
	domains manager.Domain
	users   manager.User
	signer  manager.Signer
}

// NewDomain makes the service.
func NewDomain(m manager.Managers) *Domain {
	return &Domain{domains: m.Domain, users: m.User, signer: m.Signer}
}

// Create creates a domain with a key and roles of its own, and its first administrator.
func (s *Domain) Create(ctx context.Context, req *api.CreateDomainRequest) (*api.DomainInfo, error) {
	if err := apirecord.Require(req, "name", "admin"); err != nil {
		return nil, err
	}
	if err := apirecord.Require(req.GetAdmin(), "user_id", "password"); err != nil {
		return nil, err
	}
	item := new(model.Domain)
	if err := apirecord.New(req, item, "admin"); err != nil {
		return nil, err
	}
	item.State = model.Enabled
	admin, err := firstAdmin(req.GetAdmin())
	if err != nil {
		return nil, err
	}
	if err := s.users.SetPassword(ctx, admin, req.GetAdmin().GetPassword()); err != nil {
		return nil, err
	}
	if err := s.domains.CreateWith(ctx, item, admin); err != nil {
		return nil, err
	}
	return domainInfo(item)
}

// firstAdmin is the first administrator of a domain, without his password.
func firstAdmin(said *api.Admin) (*model.User, error) {
	if said.GetResetPassword() {
		return nil, errMail("admin.reset_password")
	}
	admin := &model.User{State: model.Pending, AuthType: model.LocalAuth}
	if err := apirecord.New(said, admin, "password", "reset_password"); err != nil {
		return nil, err
	}
	return admin, complete(admin)
}

// Update updates a domain. What the request leaves out stays as it is.
func (s *Domain) Update(ctx context.Context, req *api.UpdateDomainRequest) (*api.DomainInfo, error) {
	if req.GetDomainId() == "" {
		return nil, apierror.Required("domain_id")
	}
	item, err := s.domains.GetForUpdate(ctx, model.Scope{}, req.GetDomainId())
	if err != nil {
		return nil, err
	}
	columns, err := apirecord.Change(req, item, "domain_id")
	if err != nil {
		return nil, err
	}
	if err := s.domains.Update(ctx, model.Scope{}, item, columns...); err != nil {
		return nil, err
	}
	return domainInfo(item)
}

// Delete deletes a domain with all that belongs to it.
func (s *Domain) Delete(ctx context.Context, req *api.DomainRequest) (*emptypb.Empty, error) {
	if req.GetDomainId() == "" {
		return nil, apierror.Required("domain_id")
	}
	item, err := s.domains.GetForUpdate(ctx, model.Scope{}, req.GetDomainId())
	if err != nil {
		return nil, err
	}
	if item.IsRoot {
		return nil, errRoot
	}
	return &emptypb.Empty{}, s.domains.Delete(ctx, model.Scope{}, item.DomainID)
}

// Enable lets the users of a domain in again.
func (s *Domain) Enable(ctx context.Context, req *api.DomainRequest) (*api.DomainInfo, error) {
	if req.GetDomainId() == "" {
		return nil, apierror.Required("domain_id")
	}
	item, err := s.domains.GetForUpdate(ctx, model.Scope{}, req.GetDomainId())
	if err != nil {
		return nil, err
	}
	item.State = model.Enabled
	if err := s.domains.Update(ctx, model.Scope{}, item, "state"); err != nil {
		return nil, err
	}
	return domainInfo(item)
}

// Disable keeps the users of a domain out. Its key is given to nobody, so that no
// service takes its tokens once it has forgotten the key.
func (s *Domain) Disable(ctx context.Context, req *api.DomainRequest) (*api.DomainInfo, error) {
	if req.GetDomainId() == "" {
		return nil, apierror.Required("domain_id")
	}
	item, err := s.domains.GetForUpdate(ctx, model.Scope{}, req.GetDomainId())
	if err != nil {
		return nil, err
	}
	if item.IsRoot {
		return nil, errRoot
	}
	item.State = model.Disabled
	if err := s.domains.Update(ctx, model.Scope{}, item, "state"); err != nil {
		return nil, err
	}
	return domainInfo(item)
}

// Get gets one domain.
func (s *Domain) Get(ctx context.Context, req *api.DomainRequest) (*api.DomainInfo, error) {
	if req.GetDomainId() == "" {
		return nil, apierror.Required("domain_id")
	}
	item, err := s.domains.Get(ctx, model.Scope{}, req.GetDomainId())
	if err != nil {
		return nil, err
	}
	return domainInfo(item)
}

// GetAuthInfo says which domain has a name, and how one signs in to it. It needs no token.
func (s *Domain) GetAuthInfo(ctx context.Context, req *api.GetDomainAuthRequest) (*api.DomainAuthInfo, error) {
	if req.GetName() == "" {
		return nil, apierror.Required("name")
	}
	item, err := s.domains.Named(ctx, req.GetName())
	if err != nil {
		return nil, err
	}
	return &api.DomainAuthInfo{
		DomainId: item.DomainID, Name: item.Name, ExternalAuthState: api.DomainAuthInfo_DISABLED,
		Metadata: &structpb.Struct{}, Config: &structpb.Struct{},
	}, nil
}

// GetPublicKey gets the key that checks the tokens of a domain. It needs no token.
func (s *Domain) GetPublicKey(ctx context.Context, req *corev2.AuthenticationRequest) (*corev2.AuthenticationResponse, error) {
	if req.GetDomainId() == "" {
		return nil, apierror.Required("domain_id")
	}
	key, err := s.signer.PublicKey(ctx, req.GetDomainId())
	if err != nil {
		return nil, err
	}
	return &corev2.AuthenticationResponse{PublicKey: key, DomainId: req.GetDomainId()}, nil
}

// List lists domains, filtered, sorted and in pages.
func (s *Domain) List(ctx context.Context, req *api.DomainSearchQuery) (*api.DomainsInfo, error) {
	q, err := query.FromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	filters, err := apirecord.Filters(req, model.DomainSchema())
	if err != nil {
		return nil, err
	}
	q.Filter = append(q.Filter, filters...)
	items, total, err := s.domains.List(ctx, model.Scope{}, q)
	if err != nil {
		return nil, err
	}
	answer := &api.DomainsInfo{
		TotalCount: int32(total), //nolint:gosec // no table has 2^31 rows
	}
	for i := range items {
		info, err := domainInfo(&items[i])
		if err != nil {
			return nil, err
		}
		answer.Results = append(answer.Results, info)
	}
	return answer, nil
}

// Stat computes statistics over domains.
func (s *Domain) Stat(ctx context.Context, req *api.DomainStatQuery) (*structpb.Struct, error) {
	q, err := query.StatFromMessage(req.GetQuery())
	if err != nil {
		return nil, err
	}
	rows, total, err := s.domains.Stat(ctx, model.Scope{}, q)
	if err != nil {
		return nil, err
	}
	return statInfo(q, rows, total)
}
