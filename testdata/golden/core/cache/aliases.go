package cache

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// Default is the alias of the cache that a service uses unless it names another.
const Default = "default"

// Aliases are the caches of a service by the names that CACHES gives them. Each is
// opened when it is first asked for.
type Aliases struct {
	options map[string]Options

	mu     sync.Mutex
	opened map[string]Cache
	reads  *prometheus.CounterVec // nil unless Measure was called
}

// NewAliases makes caches of the options by alias. There is always one called default:
// where no options name it, it is a local one.
func NewAliases(options map[string]Options) *Aliases {
	options = maps.Clone(options)
	if options == nil {
		options = map[string]Options{}
	}
	if _, named := options[Default]; !named {
		options[Default] = Options{}
	}
	return &Aliases{options: options, opened: map[string]Cache{}}
}

// Get gives the cache of an alias, the same one each time. One that CACHES does not name
// is ERROR_CACHE_CONFIGURATION.
func (a *Aliases) Get(alias string) (Cache, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c, is := a.opened[alias]; is {
		return c, nil
	}
	options, named := a.options[alias]
	if !named {
		known := strings.Join(slices.Sorted(maps.Keys(a.options)), ", ")
		return nil, apierror.New(codes.Internal, "ERROR_CACHE_CONFIGURATION", "Cache is not configured. (alias = %s)", alias).
			Because(fmt.Errorf("CACHES has %s", known))
	}
	options.counts = a.counts(alias)
	c, err := New(options)
	if err != nil {
		return nil, fmt.Errorf("open CACHES.%s: %w", alias, err)
	}
	a.opened[alias] = c
	return c, nil
}

// Close closes the caches that were opened.
func (a *Aliases) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	var err error
	for _, c := range a.opened {
		err = errors.Join(err, c.Close())
	}
	clear(a.opened)
	return err
}
