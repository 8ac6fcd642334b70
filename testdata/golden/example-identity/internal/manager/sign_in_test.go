package manager

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	settings "github.com/cloudforet-io/spacegen/core/config"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/config"
	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/model"
)

const (
	wrong   = "ERROR_AUTHENTICATE_FAILURE"
	delayed = "ERROR_TOO_MANY_ATTEMPTS"
	home    = "203.0.113.7:4711"
	abroad  = "198.51.100.1:4711"
)

// signIns is the manager, with the limits that hold if nobody says otherwise.
type signIns struct {
	*testing.T
	*signInManager
	db       *core.DB
	clock    *time.Time
	compared *atomic.Int32
}

func withSignIns(t *testing.T, test func(s signIns)) {
	t.Helper()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		clock := time.Now()
		s := signIns{T: t, db: db, clock: &clock, compared: new(atomic.Int32)}
		test(s.replica())
	})
}

// replica is another manager of the same database.
func (s signIns) replica() signIns {
	s.Helper()
	cfg, err := settings.Load(s.Context(), config.Defaults(), "")
	require.NoError(s, err)
	c := connector.New(connector.Deps{DB: s.db, Config: cfg})
	s.signInManager = &signInManager{store: c.SignIn, now: func() time.Time { return *s.clock }}
	return s
}

// tries signs in with a password, right or wrong, and gives the error's code.
func (s signIns) tries(user, peer string, right bool) string {
	s.Helper()
	who := model.Attempt{Domain: "domain-1", UserID: user, Peer: peer}
	_, err := s.Try(s.Context(), who, func(context.Context) (*model.User, error) {
		s.compared.Add(1)
		if right {
			return new(model.User), nil
		}
		return nil, errSignIn
	})
	if err == nil {
		return ""
	}
	return apierror.From(err).Code
}

// later lets time pass.
func (s signIns) later(by time.Duration) { *s.clock = s.clock.Add(by) }

// wait is how long the next sign-in is put off, in seconds; one that is not fails.
func (s signIns) wait(user, peer string) int {
	s.Helper()
	for seconds := range 100 {
		if code := s.tries(user, peer, false); code != delayed {
			assert.Equal(s, wrong, code)
			return seconds
		}
		s.later(time.Second)
	}
	return -1
}

func TestSignInsThatFailPutOffOthers(t *testing.T) {
	withSignIns(t, func(s signIns) {
		for range 5 {
			assert.Equal(s, wrong, s.tries("ann", "", false))
		}
		compared := s.compared.Load()
		assert.Equal(s, delayed, s.tries("ann", "", true), "the right password, too: nobody learns that it is")
		assert.Equal(s, compared, s.compared.Load(), "nothing was compared")
		assert.Empty(s, s.tries("bob", "", true), "another user")

		var waits []int
		for range 8 {
			waits = append(waits, s.wait("ann", ""))
		}
		assert.Equal(s, []int{1, 2, 4, 8, 16, 32, 60, 60}, waits)
		s.later(time.Minute)
		assert.Empty(s, s.tries("ann", "", true))
		assert.Equal(s, wrong, s.tries("ann", "", false), "he has started afresh")
	})
}

func TestSignInsThatFailAreForgotten(t *testing.T) {
	withSignIns(t, func(s signIns) {
		for range 4 {
			s.tries("ann", "", false)
		}
		s.later(15 * time.Minute)
		for range 5 {
			assert.Equal(s, wrong, s.tries("ann", "", false))
		}
		s.later(15 * time.Minute)
		s.tries("bob", "", false)
		kept, err := s.db.Conn(s.Context()).NewSelect().Model((*model.SignIn)(nil)).Count(s.Context())
		require.NoError(s, err)
		assert.EqualValues(s, 1, kept, "nothing is kept for ever")
	})
}

func TestNobodyIsKeptOutByWhatOthersDoElsewhere(t *testing.T) {
	withSignIns(t, func(s signIns) {
		require.Empty(s, s.tries("ann", home, true))
		for range 20 {
			s.tries("ann", abroad, false)
		}
		assert.Equal(s, delayed, s.tries("ann", abroad, true))
		assert.Equal(s, delayed, s.tries("ann", "", true))
		assert.Empty(s, s.tries("ann", home, true))
		assert.Equal(s, delayed, s.tries("ann", abroad, true), "that was no success of his")
		for range 5 {
			assert.Equal(s, wrong, s.tries("ann", home, false))
		}
		assert.Equal(s, delayed, s.tries("ann", home, true), "here he has to wait as well")

		s.later(31 * 24 * time.Hour)
		for range 5 {
			s.tries("ann", abroad, false)
		}
		assert.Equal(s, delayed, s.tries("ann", home, true), "that he was here is long ago")
	})
}

func TestAddressesHaveALimitOfTheirOwn(t *testing.T) {
	withSignIns(t, func(s signIns) {
		for n := range 100 {
			assert.Equal(s, wrong, s.tries(fmt.Sprint("user-", n), abroad, false))
		}
		compared := s.compared.Load()
		assert.Equal(s, delayed, s.tries("somebody", abroad, false))
		assert.Equal(s, delayed, s.tries("somebody", "198.51.100.1:9", false), "from whichever port")
		assert.Equal(s, compared, s.compared.Load())
		assert.Empty(s, s.tries("somebody", home, true))
		s.later(time.Second)
		assert.Empty(s, s.tries("attacker", abroad, true))
		assert.Equal(s, delayed, s.tries("somebody", abroad, false), "an account of his own doesn't help him")

		for n := range 200 {
			require.Equal(s, wrong, s.tries(fmt.Sprint("user-", n), "10.0.0.1:4711", false), "that may be everybody's proxy")
		}
	})
}

// TestOfManyWhoWaitOneIsLetIn has two replicas of the service.
func TestOfManyWhoWaitOneIsLetIn(t *testing.T) {
	withSignIns(t, func(s signIns) {
		for range 5 {
			s.tries("ann", "", false)
		}
		s.later(time.Second)
		other, compared := s.replica(), s.compared.Load()
		var group sync.WaitGroup
		for range 10 {
			group.Go(func() { s.tries("ann", "", false) })
			group.Go(func() { other.tries("ann", "", false) })
		}
		group.Wait()
		assert.Equal(s, compared+1, s.compared.Load())
	})
}

// TestManyAtOnceAreCounted has two replicas, and everybody in them before the first
// password was compared.
func TestManyAtOnceAreCounted(t *testing.T) {
	withSignIns(t, func(s signIns) {
		const many = 40
		replicas, all := []signIns{s, s.replica()}, make(chan struct{})
		var compared, asked atomic.Int32
		var group sync.WaitGroup
		for i := range many {
			group.Go(func() {
				who := model.Attempt{Domain: "domain-1", UserID: "ann", Peer: abroad}
				_, err := replicas[i%2].Try(s.Context(), who, func(context.Context) (*model.User, error) {
					compared.Add(1)
					if asked.Add(1) == many {
						close(all)
					}
					<-all
					return nil, errSignIn
				})
				if apierror.From(err).Code == delayed && asked.Add(1) == many {
					close(all)
				}
			})
		}
		group.Wait()
		assert.EqualValues(s, 5, compared.Load(), "as many as may fail")
		assert.Equal(s, delayed, s.tries("ann", abroad, true))
	})
}

// TestAttemptsThatDoNotFailLeaveNothing behind, however many there are.
func TestAttemptsThatDoNotFailLeaveNothing(t *testing.T) {
	withSignIns(t, func(s signIns) {
		for n := range 120 {
			require.Empty(s, s.tries(fmt.Sprint("user-", n%30), home, true))
		}
		failures, err := s.db.Conn(s.Context()).NewSelect().Model((*model.SignIn)(nil)).Where("failures > 0").Count(s.Context())
		require.NoError(s, err)
		assert.Zero(s, failures)
	})
}

func TestOnlyWrongPasswordsAreCounted(t *testing.T) {
	withSignIns(t, func(s signIns) {
		for range 10 {
			_, err := s.Try(s.Context(), model.Attempt{Domain: "domain-1", UserID: "ann"}, func(context.Context) (*model.User, error) {
				return nil, errors.New("the database is away")
			})
			require.ErrorContains(s, err, "away")
		}
		ctx, cancel := context.WithCancel(s.Context())
		for range 5 {
			who := model.Attempt{Domain: "domain-1", UserID: "ann"}
			_, err := s.Try(ctx, who, func(context.Context) (*model.User, error) {
				cancel()
				return nil, errSignIn
			})
			require.Error(s, err)
			ctx, cancel = context.WithCancel(s.Context())
		}
		cancel()
		assert.Equal(s, delayed, s.tries("ann", "", true), "whoever hangs up has tried all the same")
	})
}
