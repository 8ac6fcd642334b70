package manager

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/core/clientaddress"
	"github.com/cloudforet-io/identity/internal/model"
)

const (
	// knownHolds is how long it is known that a user signs in from an address.
	knownHolds = 30 * 24 * time.Hour
	// knownPause is how often that is noted.
	knownPause = 24 * time.Hour
)

// SignIn puts off sign-ins that follow others which failed: of the same user, or
// from the same address. Nobody is kept out for longer than the longest delay, and
// a user is not by what others do elsewhere, at an address from which he has signed
// in lately.
type SignIn interface {
	// Try compares a password, and counts it if it is wrong. Where it is too early
	// for another attempt, nothing is compared. Whether there is such a user makes
	// no difference.
	Try(ctx context.Context, who model.Attempt, compare func(context.Context) (*model.User, error)) (*model.User, error)
}

// NewSignIn makes the manager.
func NewSignIn(c connector.Connectors) SignIn {
	return &signInManager{store: c.SignIn, now: time.Now}
}

type signInManager struct {
	store *connector.SignIn
	now   func() time.Time
}

func (m *signInManager) Try(
	ctx context.Context, who model.Attempt, compare func(context.Context) (*model.User, error),
) (*model.User, error) {
	a := m.attempt(who)
	if err := m.admit(ctx, &a); err != nil {
		return nil, err
	}
	user, err := compare(ctx)
	ctx = context.WithoutCancel(ctx) // whoever hangs up has tried all the same
	switch {
	case err == nil:
		return user, m.succeeded(ctx, a)
	case errors.Is(err, errSignIn):
		return nil, cmp.Or(m.failed(ctx, a), err)
	default:
		return nil, errors.Join(err, m.uncount(ctx, a))
	}
}

// An attempt is one to sign in, and what counts it.
type attempt struct {
	counters []counter // the user's comes first
	known    string    // the key of what says that the user signs in from here; empty: nobody knows from where
	here     counter   // of the user at this address
	seen     map[string]model.SignIn
}

// A counter counts failures, up to a limit from which on they mean delays.
type counter struct {
	key     string
	limit   int
	counted bool // before the password was compared
}

func (m *signInManager) attempt(who model.Attempt) attempt {
	limits := m.store.Limits
	a := attempt{counters: []counter{{key: key("user", who.Domain, who.UserID), limit: limits.User}}}
	if address, known := clientaddress.Of(who.Peer, limits.Proxies); known {
		from := address.String()
		a.counters = append(a.counters, counter{key: key("address", from), limit: limits.Address})
		a.known = key("known", who.Domain, who.UserID, from)
		a.here = counter{key: key("here", who.Domain, who.UserID, from), limit: limits.User}
	}
	return a
}

// key is what a counter is known by. It is a digest: people type passwords where
// their names belong, and names may be long.
func key(parts ...string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", parts))
	return hex.EncodeToString(sum[:])
}

// admit refuses attempts that come too early. Of several that wait for the same
// delay to pass, one is let in; of many that come at once, as many as may fail.
func (m *signInManager) admit(ctx context.Context, a *attempt) (err error) {
	now := m.time()
	keys := []string{a.known, a.here.key}
	for _, c := range a.counters {
		keys = append(keys, c.key)
	}
	if a.seen, err = m.store.Find(ctx, now, keys...); err != nil {
		return err
	}
	if _, known := a.seen[a.known]; known {
		a.counters[0] = a.here
	}
	for _, c := range a.counters {
		if wait := a.seen[c.key].TriedAt.Add(m.delay(*a, c)).Sub(now); wait > 0 {
			return errDelayed(wait)
		}
	}
	if err := m.store.Sweep(ctx, now); err != nil { // what has expired must not be counted on
		return err
	}
	for i := range a.counters {
		if err := m.enter(ctx, a, &a.counters[i], now); err != nil {
			return errors.Join(err, m.uncount(context.WithoutCancel(ctx), *a))
		}
	}
	return nil
}

// enter takes the turn after a delay, or else counts the attempt.
func (m *signInManager) enter(ctx context.Context, a *attempt, c *counter, now time.Time) (err error) {
	if c.limit == 0 {
		return nil
	}
	delay, first := m.delay(*a, *c), false
	if delay > 0 {
		first, err = m.store.Take(ctx, a.seen[c.key], now)
	} else {
		c.counted, err = m.store.Count(ctx, c.key, c.limit, now, now.Add(m.store.Limits.Window))
		first, delay = c.counted, m.store.Limits.FirstDelay
	}
	if err != nil || first {
		return err
	}
	return errDelayed(delay)
}

// uncount takes back what was counted of an attempt that did not fail.
func (m *signInManager) uncount(ctx context.Context, a attempt) error {
	for _, c := range a.counters {
		if !c.counted {
			continue
		}
		if err := m.store.Uncount(ctx, c.key); err != nil {
			return err
		}
	}
	return nil
}

// delay is how long after the last attempt the next one may come: each failure
// beyond the limit doubles it.
func (m *signInManager) delay(a attempt, c counter) time.Duration {
	beyond := a.seen[c.key].Failures - c.limit
	if c.limit == 0 || beyond < 0 {
		return 0
	}
	delay, longest := m.store.Limits.FirstDelay, m.store.Limits.MaxDelay
	for ; beyond > 0 && delay < longest; beyond-- {
		delay *= 2
	}
	return min(delay, longest)
}

// failed counts what was not counted yet.
func (m *signInManager) failed(ctx context.Context, a attempt) error {
	now := m.time()
	for _, c := range a.counters {
		if c.limit == 0 || c.counted {
			continue
		}
		if err := m.store.Fail(ctx, c.key, now, now.Add(m.store.Limits.Window)); err != nil {
			return err
		}
	}
	return nil
}

// succeeded lets the user start afresh, but not the address: who attacks others
// may well have an account of his own.
func (m *signInManager) succeeded(ctx context.Context, a attempt) error {
	if err := m.uncount(ctx, a); err != nil {
		return err
	}
	user, now := a.counters[0], m.time()
	if user.limit == 0 {
		return nil
	}
	if err := m.store.Forget(ctx, user.key); err != nil {
		return err
	}
	if a.known == "" || a.seen[a.known].ExpiresAt.After(now.Add(knownHolds-knownPause)) {
		return nil
	}
	return m.store.Remember(ctx, a.known, now, now.Add(knownHolds))
}

// time is now, as the database keeps it.
func (m *signInManager) time() time.Time { return m.now().UTC().Truncate(time.Millisecond) }
