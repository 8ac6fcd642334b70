package handler

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwk"
	"golang.org/x/sync/singleflight"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// A Dispatcher calls methods of other services with the system token.
type Dispatcher interface {
	DispatchAsSystem(ctx context.Context, service, method string, params map[string]any) (map[string]any, error)
}

// appRights is what an app may do.
type appRights struct {
	Permissions []string
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
		domains:    &remembered[jwk.Key]{holds: holds, now: time.Now},
		apps:       &remembered[appRights]{holds: holds, now: time.Now},
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
		rights := appRights{texts(answer["permissions"]), texts(answer["projects"])}
		if rights.Permissions == nil {
			rights.Permissions = []string{} // an app that may do everything has *
		}
		return rights, nil
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

// remembered keeps answers for a while; many who ask the same at once ask
// once.
type remembered[T any] struct {
	holds  time.Duration
	now    func() time.Time
	flight singleflight.Group
	mu     sync.Mutex
	kept   map[string]answer[T]
}

type answer[T any] struct {
	value   T
	err     error
	expires time.Time
}

func (r *remembered[T]) get(ctx context.Context, key string, ask func(context.Context) (T, error)) (T, error) {
	if a, ok := r.find(key); ok {
		return a.value, a.err
	}
	shared, _, _ := r.flight.Do(key, func() (any, error) {
		// Whoever asks first must not end the question for the others.
		value, err := ask(context.WithoutCancel(ctx))
		r.keep(key, value, err)
		return answer[T]{value: value, err: err}, nil
	})
	a := shared.(answer[T]) //nolint:forcetypeassert // it is what is put in above
	return a.value, a.err
}

func (r *remembered[T]) find(key string) (answer[T], bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a, ok := r.kept[key]
	return a, ok && r.now().Before(a.expires)
}

func (r *remembered[T]) keep(key string, value T, err error) {
	holds := r.holds
	if err != nil {
		if fault := apierror.From(err); fault.Code != "ERROR_AUTHENTICATE_FAILURE" {
			return
		}
		holds = min(holds, failureHolds)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.kept) >= maxKept {
		// Refusals first: whoever makes up domains must not push out real ones.
		maps.DeleteFunc(r.kept, func(_ string, a answer[T]) bool { return a.err != nil || !r.now().Before(a.expires) })
	}
	if r.kept == nil || len(r.kept) >= maxKept {
		r.kept = map[string]answer[T]{}
	}
	r.kept[key] = answer[T]{value, err, r.now().Add(holds)}
}
