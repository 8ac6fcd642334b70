package handler

import (
	"context"
	"fmt"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// SystemDomain gives the domain whose system tokens, and whose system administrators, a
// service takes: the one that its configuration names or, without a name, the one that
// issued the system token that the service itself was given. own reads that token
// whenever it is needed, since it may come, or change, while the service runs; nil:
// there is none.
func SystemDomain(named string, own func() (string, error)) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		if named != "" || own == nil {
			return named, nil
		}
		token, err := own()
		if err != nil || token == "" {
			return "", err
		}
		_, c, err := decode([]byte(token))
		if err != nil {
			return "", fmt.Errorf("read the service's own token: %w", err)
		}
		if c.TokenType != systemToken {
			return "", nil // a token of one tenant says nothing of the platform
		}
		return c.DomainID, nil
	}
}

// isSystemDomain refuses system tokens, or system administrators, of all domains but
// one. Whoever has the key of a domain could otherwise act for all of them.
func (h *authentication) isSystemDomain(ctx context.Context, domainID, what string) error {
	system, err := h.systemDomain(ctx)
	switch {
	case err != nil:
		return unavailable("the domain of "+what+" cannot be found out", err)
	case system == "":
		return apierror.Unauthenticated(what + " are not accepted: set SYSTEM_DOMAIN to the domain that they come from, " +
			"or TOKEN to one of its system tokens.")
	case system != domainID:
		return apierror.Unauthenticated("no " + what + " come from this domain: SYSTEM_DOMAIN, or the service's own TOKEN, names another.")
	default:
		return nil
	}
}
