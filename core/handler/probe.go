package handler

import (
	"context"
	"fmt"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/preflight"
)

// Probe looks whether the handlers that the configuration names can be made.
func Probe(registry Registry, cfg config.Handlers) preflight.Probe {
	return preflight.Probe{Name: "handlers", Offline: true, Look: func(context.Context) preflight.Finding {
		made, err := New(registry, cfg, Deps{Identity: unasked{}})
		if err != nil {
			return preflight.Bad(err)
		}
		if len(made.Authentication) == 0 {
			return preflight.Good("no authentication: whoever reaches the service may call it")
		}
		return preflight.Good("%d of authentication, %d of authorization, %d of mutation, %d of event",
			len(made.Authentication), len(made.Authorization), len(made.Mutation), len(made.Event))
	}}
}

// AsksIdentity reports whether a handler of the platform asks the identity service who
// calls: authentication does, unless its keys are configured.
func AsksIdentity(cfg config.Handlers) bool {
	platform := Platform().Authentication
	for _, options := range cfg.Authentication {
		name, _ := options["backend"].(string)
		keys, _ := options["keys"].(map[string]any)
		if platform[shortName(name)] != nil && len(keys) == 0 {
			return true
		}
	}
	return false
}

// unasked stands for other services where none is to be asked.
type unasked struct{}

func (unasked) DispatchAsSystem(_ context.Context, service, method string, _ map[string]any) (map[string]any, error) {
	return nil, fmt.Errorf("%s of %s is not to be called here", method, service)
}
