package service

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/pipeline"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// systemTokenHolds is how long a system token holds that System.init gives.
const systemTokenHolds = 365 * 24 * time.Hour

// System is the service System of the API.
//
// It makes the platform's own domain. Before that there is nobody who could be asked for
// a token, so that none is; bootstrap, which comes first where the platform is installed
// by its chart, makes the domain as well.
type System struct {
	domains manager.Domain
	users   manager.User
	signer  manager.Signer
}

// NewSystem makes the service.
func NewSystem(m manager.Managers) *System {
	return &System{domains: m.Domain, users: m.User, signer: m.Signer}
}

// Init makes the platform's own domain, with an administrator, or makes both anew.
func (s *System) Init(ctx context.Context, req *api.SystemInitRequest) (*api.SystemInfo, error) {
	if err := apirecord.Require(req, "admin"); err != nil {
		return nil, err
	}
	if err := apirecord.Require(req.GetAdmin(), "user_id", "password"); err != nil {
		return nil, err
	}
	admin, err := firstAdmin(req.GetAdmin())
	if err != nil {
		return nil, err
	}
	if err := s.users.SetPassword(ctx, admin, req.GetAdmin().GetPassword()); err != nil {
		return nil, err
	}
	root, err := s.domains.Root(ctx)
	if err != nil {
		return nil, err
	}
	if root == nil {
		root = rootDomain()
		err = s.domains.CreateWith(ctx, root, admin)
	} else {
		err = s.again(ctx, root, admin, req.GetForce())
	}
	if err != nil {
		return nil, err
	}
	info := &api.SystemInfo{DomainId: root.DomainID, Name: root.Name}
	info.SystemToken, err = s.signer.Sign(root, systemClaims(time.Now().Add(systemTokenHolds)))
	return info, err
}

// again gives the domain another key, and another administrator in the place of all that
// it has, to whoever has the system token.
func (s *System) again(ctx context.Context, root *model.Domain, admin *model.User, force bool) error {
	if !force {
		return invalid("ERROR_SYSTEM_ALREADY_INITIALIZED", "The platform's own domain is there already; force makes its key and its administrator anew.")
	}
	claims, domain, err := s.signer.Read(ctx, pipeline.MetadataFrom(ctx).Token)
	if err != nil || claims.TokenType != model.SystemToken || !domain.IsRoot {
		return apierror.Unauthenticated("the system token has to be shown.").Because(err)
	}
	return s.domains.Restart(ctx, root, admin)
}
