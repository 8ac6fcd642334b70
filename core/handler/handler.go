// Package handler holds the handlers that run around every call: authentication finds
// out who calls, authorization decides whether they may, mutation changes the request,
// and event tells others of the call.
package handler

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/go-viper/mapstructure/v2"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// Deps are what handlers may be made of.
type Deps struct {
	Identity Dispatcher // calls other services; of identity come keys and apps
	// SystemDomain gives the domain whose system tokens are taken; empty: none is named.
	SystemDomain func(context.Context) (string, error)
	Log          *slog.Logger
}

// Registry is the handlers that HANDLERS may name: backend → what makes it of
// its options.
type Registry struct {
	Authentication map[string]func(options map[string]any, deps Deps) (pipeline.AuthenticationHandler, error)
	Authorization  map[string]func(options map[string]any, deps Deps) (pipeline.AuthorizationHandler, error)
	Mutation       map[string]func(options map[string]any, deps Deps) (pipeline.MutationHandler, error)
	Event          map[string]func(options map[string]any, deps Deps) (pipeline.EventHandler, error)
}

// New makes the handlers that the configuration names, in its order.
func New(registry Registry, cfg config.Handlers, deps Deps) (h pipeline.Handlers, err error) {
	if h.Authentication, err = build(pipeline.Authentication, registry.Authentication, cfg.Authentication, deps); err != nil {
		return h, err
	}
	if h.Authorization, err = build(pipeline.Authorization, registry.Authorization, cfg.Authorization, deps); err != nil {
		return h, err
	}
	if h.Mutation, err = build(pipeline.Mutation, registry.Mutation, cfg.Mutation, deps); err != nil {
		return h, err
	}
	h.Event, err = build(pipeline.Event, registry.Event, cfg.Event, deps)
	return h, err
}

func build[H any](kind pipeline.Kind, known map[string]func(map[string]any, Deps) (H, error), list []map[string]any, deps Deps) ([]H, error) {
	var handlers []H
	for i, options := range list {
		key := fmt.Sprintf("HANDLERS.%s.%d", kind, i+1)
		name, ok := options["backend"].(string)
		if !ok {
			return nil, apierror.Configuration(key, "it names no backend")
		}
		construct, ok := known[shortName(name)]
		if !ok {
			return nil, apierror.Configuration(key, fmt.Sprintf("the backend %s is none of %s",
				name, strings.Join(slices.Sorted(maps.Keys(known)), ", ")))
		}
		handler, err := construct(options, deps)
		if err != nil {
			return nil, apierror.Configuration(key, err.Error())
		}
		handlers = append(handlers, handler)
	}
	return handlers, nil
}

// shortName is the last part of a backend's name. The platform's names are
// dotted, such as spaceone.core.handler.mutation_handler:SpaceONEMutationHandler.
func shortName(backend string) string {
	return backend[strings.LastIndexAny(backend, ".:")+1:]
}

// Read puts a handler's options into a struct; unknown ones are refused.
func Read(options map[string]any, into any) error {
	own := maps.Clone(options)
	delete(own, "backend")
	decoder, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		Result: into, ErrorUnused: true, DecodeHook: mapstructure.StringToTimeDurationHookFunc(),
	})
	if err != nil {
		return err
	}
	return decoder.Decode(own)
}
