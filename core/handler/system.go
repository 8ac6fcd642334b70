package handler

import (
	"context"
	"fmt"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// SystemDomain gives the domain whose system tokens a service takes: the one that its
// configuration names or, without a name, the one that issued the system token that
// the service itself was given. own reads that token whenever it is needed, since it
// may come, or change, while the service runs; nil: there is none.
func SystemDomain(named string, own func() (string, error)) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		if named != "" || own == nil {
			return named, nil
		}
		token, err := own()
		if err != nil || token == "" {
			return "", err
		}
		c, err := decode([]byte(token))
		if err != nil {
			return "", fmt.Errorf("read the service's own token: %w", err)
		}
		if c.TokenType != systemToken {
			return "", nil // a token of one tenant says nothing of the platform
		}
		return c.DomainID, nil
	}
}

// mayIssueSystemTokens refuses system tokens of all domains but one. Whoever has the
// key of a domain could otherwise act for all of them.
func (h *authentication) mayIssueSystemTokens(ctx context.Context, domainID string) error {
	system, err := h.systemDomain(ctx)
	switch {
	case err != nil:
		return unavailable("the domain that issues system tokens cannot be found out", err)
	case system == "":
		return apierror.Unauthenticated("system tokens are not accepted: set SYSTEM_DOMAIN to the domain that issues them, " +
			"or TOKEN to one of its system tokens.")
	case system != domainID:
		return apierror.Unauthenticated("the domain issues no system tokens: SYSTEM_DOMAIN, or the service's own TOKEN, names another.")
	default:
		return nil
	}
}
