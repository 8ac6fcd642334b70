package app

import (
	"context"
	"fmt"

	corev2 "github.com/cloudforet-io/identity/gen/go/spaceone/api/core/v2"
	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/service"
)

// ownIdentity answers what the authentication handler asks the identity service:
// here that is this process itself, and no connection is needed.
type ownIdentity struct{ app *App }

// DispatchAsSystem calls one of the methods by which tokens are checked.
func (i ownIdentity) DispatchAsSystem(ctx context.Context, _, method string, params map[string]any) (map[string]any, error) {
	text := func(name string) string { value, _ := params[name].(string); return value }
	switch method {
	case "Domain.get_public_key":
		req := &corev2.AuthenticationRequest{DomainId: text("domain_id")}
		answer, err := service.NewDomain(i.app.managers).GetPublicKey(ctx, req)
		return map[string]any{"public_key": answer.GetPublicKey()}, err
	case "App.check":
		req := &api.AppCheckRequest{ClientId: text("client_id"), DomainId: text("domain_id")}
		answer, err := service.NewApp(i.app.managers).Check(ctx, req)
		return map[string]any{"permissions": values(answer.GetPermissions()), "projects": values(answer.GetProjects())}, err
	default:
		return nil, fmt.Errorf("%s is no method by which tokens are checked", method)
	}
}

// SystemDomain gives the platform's own domain, whose key signs system tokens.
func (i ownIdentity) SystemDomain(ctx context.Context) (string, error) {
	domain, err := i.app.managers.Domain.Root(ctx)
	if err != nil || domain == nil {
		return "", err
	}
	return domain.DomainID, nil
}

// values is a list as it arrives from other services.
func values(texts []string) []any {
	list := make([]any, len(texts))
	for i, text := range texts {
		list[i] = text
	}
	return list
}
