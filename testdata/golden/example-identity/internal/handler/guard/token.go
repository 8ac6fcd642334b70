package guard

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/service"
)

// Token guards the service of the same name: every call passes through the
// pipeline, which asks none for a token.
type Token struct {
	pipeline *pipeline.Pipeline
	service  *service.Token
}

// NewToken guards s by p.
func NewToken(p *pipeline.Pipeline, s *service.Token) *Token {
	return &Token{pipeline: p, service: s}
}

// Issue answers Token.issue.
func (g *Token) Issue(ctx context.Context, req *api.IssueTokenRequest) (*api.TokenInfo, error) {
	return pipeline.Call(ctx, g.pipeline, unasked("Token", "issue"), req, g.service.Issue)
}

// Grant answers Token.grant.
func (g *Token) Grant(ctx context.Context, req *api.GrantTokenRequest) (*api.GrantTokenInfo, error) {
	return pipeline.Call(ctx, g.pipeline, unasked("Token", "grant"), req, g.service.Grant)
}

// Revoke answers Token.revoke.
func (g *Token) Revoke(ctx context.Context, req *api.RevokeTokenRequest) (*emptypb.Empty, error) {
	return pipeline.Call(ctx, g.pipeline, unasked("Token", "revoke"), req, g.service.Revoke)
}
