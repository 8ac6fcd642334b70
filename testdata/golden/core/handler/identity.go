package handler

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/maypok86/otter/v2"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// A Dispatcher calls methods of other services with the system token.
type Dispatcher interface {
	DispatchAsSystem(ctx context.Context, service, method string, params map[string]any) (map[string]any, error)
}

// appRights is what an app may do.
type appRights struct {
	Permissions []string // nil: its role alone confines it, as those roles do that the platform brings
	Projects    []string
}

// keySource knows the domains' public keys and the rights of apps.
type keySource interface {
	key(ctx context.Context, domainID string) (jwk.Key, error)
	app(ctx context.Context, clientID, domainID string) (appRights, error)
}

// staticKeys are keys by configuration.
type staticKeys map[string]jwk.Key

func newStaticKeys(keys map[string]map[string]any) (staticKeys, error) {
	parsed := staticKeys{}
	for domain, key := range keys {
		text, err := json.Marshal(key)
		if err != nil {
			return nil, fmt.Errorf("key of %s: %w", domain, err)
		}
		if parsed[domain], err = publicKey(text); err != nil {
			return nil, fmt.Errorf("key of %s: %w", domain, err)
		}
	}
	return parsed, nil
}

func (s staticKeys) key(_ context.Context, domainID string) (jwk.Key, error) {
	key, ok := s[domainID]
	if !ok {
		return nil, apierror.Unauthenticated("the domain is not known.")
	}
	return key, nil
}

func (s staticKeys) app(context.Context, string, string) (appRights, error) {
	return appRights{}, apierror.Unauthenticated("apps cannot be checked without the identity service.")
}

// publicKey reads a JWK. A private one is reduced to its public half.
func publicKey(text []byte) (jwk.Key, error) {
	key, err := jwk.ParseKey(text)
	if err != nil {
		return nil, err
	}
	return jwk.PublicKeyOf(key)
}

const (
	// maxKept bounds what is remembered of each kind.
	maxKept = 4096
	// failureHolds is how long a refusal is remembered, so that calls with
	// made-up domains don't become as many calls to identity.
	failureHolds = 10 * time.Second
)

// identity asks the identity service and remembers its answers.
type identity struct {
	dispatcher Dispatcher
	domains    *remembered[jwk.Key]
	apps       *remembered[appRights]
}

func newIdentity(d Dispatcher, holds time.Duration) *identity {
	return &identity{
		dispatcher: d,
		domains:    remember[jwk.Key](holds),
		apps:       remember[appRights](holds),
	}
}

func (i *identity) key(ctx context.Context, domainID string) (jwk.Key, error) {
	return i.domains.get(ctx, domainID, func(ctx context.Context) (jwk.Key, error) {
		answer, err := i.dispatcher.DispatchAsSystem(ctx, "identity", "Domain.get_public_key", map[string]any{"domain_id": domainID})
		if err != nil {
			return nil, refused("the domain's key could not be had.", err)
		}
		text, _ := answer["public_key"].(string)
		key, err := publicKey([]byte(text))
		if err != nil {
			return nil, refused("the domain's key could not be read.", err)
		}
		return key, nil
	})
}

func (i *identity) app(ctx context.Context, clientID, domainID string) (appRights, error) {
	return i.apps.get(ctx, domainID+"/"+clientID, func(ctx context.Context) (appRights, error) {
		answer, err := i.dispatcher.DispatchAsSystem(ctx, "identity", "App.check",
			map[string]any{"client_id": clientID, "domain_id": domainID})
		if err != nil {
			return appRights{}, refused("the app could not be checked.", err)
		}
		return appRights{texts(answer["permissions"]), texts(answer["projects"])}, nil
	})
}

// refused is what a caller is told when identity gives no answer. Only where it
// says that there is no such domain or app is that the caller's fault. Whatever
// else goes wrong is not, and he may try again.
func refused(reason string, err error) error {
	fault := apierror.From(err)
	switch fault.Status {
	case codes.NotFound, codes.InvalidArgument, codes.Unauthenticated, codes.PermissionDenied:
		return apierror.Unauthenticated(reason).Because(err)
	default:
		return unavailable("identity cannot be asked who calls", err)
	}
}

// unavailable is what a caller is told while it cannot be found out who he is.
func unavailable(reason string, err error) error {
	return apierror.New(codes.Unavailable, "ERROR_GRPC_CONNECTION", "Server is unavailable. (reason = %s)", reason).
		After(apierror.From(err).RetryAfter).Because(err)
}

func texts(value any) []string {
	list, _ := value.([]any)
	var out []string
	for _, item := range list {
		if text, ok := item.(string); ok {
			out = append(out, text)
		}
	}
	return out
}

// remembered keeps answers for a while; many who ask the same at once ask once. It is the
// library of the local cache, and not that cache, which keeps bytes, and no errors.
type remembered[T any] struct {
	answers  *otter.Cache[string, T]
	refusals *otter.Cache[string, error] // apart: whoever makes up domains must not push out real ones
}

func remember[T any](holds time.Duration) *remembered[T] {
	return &remembered[T]{keeping[T](holds), keeping[error](min(holds, failureHolds))}
}

func keeping[T any](holds time.Duration) *otter.Cache[string, T] {
	return otter.Must(&otter.Options[string, T]{
		MaximumSize: maxKept, ExpiryCalculator: otter.ExpiryWriting[string, T](max(holds, 1)), // for 0: at once
	})
}

func (r *remembered[T]) get(ctx context.Context, key string, ask func(context.Context) (T, error)) (T, error) {
	if refusal, refused := r.refusals.GetIfPresent(key); refused {
		var none T
		return none, refusal
	}
	// Whoever asks first must not end the question for the others.
	ctx = context.WithoutCancel(ctx)
	value, err := r.answers.Get(ctx, key, otter.LoaderFunc[string, T](func(ctx context.Context, _ string) (T, error) { return ask(ctx) }))
	if err != nil && apierror.From(err).Code == "ERROR_AUTHENTICATE_FAILURE" {
		_, _ = r.refusals.Set(key, err) // what it was before is of no interest
	}
	return value, err
}
