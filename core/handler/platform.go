package handler

import "github.com/cloudforet-io/spacegen/core/pipeline"

// Platform is the registry of the handlers that every service of the platform
// has.
func Platform() Registry {
	return Registry{
		Authentication: map[string]func(map[string]any, Deps) (pipeline.AuthenticationHandler, error){
			"SpaceONEAuthenticationHandler": NewAuthentication,
		},
		Authorization: map[string]func(map[string]any, Deps) (pipeline.AuthorizationHandler, error){
			"SpaceONEAuthorizationHandler": NewAuthorization,
		},
		Mutation: map[string]func(map[string]any, Deps) (pipeline.MutationHandler, error){
			"SpaceONEMutationHandler": NewMutation,
		},
		Event: map[string]func(map[string]any, Deps) (pipeline.EventHandler, error){
			"LogEventHandler": NewLogEvent,
		},
	}
}
