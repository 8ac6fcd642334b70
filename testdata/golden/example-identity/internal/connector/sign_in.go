package connector

import (
	"context"
	"net/netip"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/go-viper/mapstructure/v2"

	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/model"
)

// SignIn knows how many sign-ins failed lately, and how many may.
type SignIn struct {
	*database.SignIn
	Limits SignInLimits
	err    error // why the limits can't be had
}

// SignInLimits are SIGN_IN of the configuration. A number of failures that is 0 is
// no limit.
type SignInLimits struct {
	User       int            `mapstructure:"user_failures"`
	Address    int            `mapstructure:"address_failures"`
	Window     time.Duration  `mapstructure:"window"`
	FirstDelay time.Duration  `mapstructure:"first_delay"`
	MaxDelay   time.Duration  `mapstructure:"max_delay"`
	Proxies    []netip.Prefix `mapstructure:"trusted_proxies"`
}

// NewSignIn makes the connector. Limits that can't be had are the error of every
// call.
func NewSignIn(d Deps) *SignIn {
	limits, err := ReadSignInLimits(d.Config)
	return &SignIn{SignIn: database.NewSignIn(d.DB), Limits: limits, err: err}
}

// Find gives, by key, what has not expired.
func (c *SignIn) Find(ctx context.Context, now time.Time, keys ...string) (map[string]model.SignIn, error) {
	if c.err != nil {
		return nil, c.err
	}
	return c.SignIn.Find(ctx, now, keys...)
}

// ReadSignInLimits reads the limits; without a configuration there are none.
func ReadSignInLimits(c *config.Config) (limits SignInLimits, err error) {
	const key = "SIGN_IN"
	if c == nil {
		return limits, nil
	}
	decoder, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		Result:      &limits,
		DecodeHook:  mapstructure.ComposeDecodeHookFunc(mapstructure.StringToTimeDurationHookFunc(), mapstructure.TextUnmarshallerHookFunc()),
		ErrorUnused: true, // a name that is misspelt would say nothing
	})
	if err == nil {
		err = decoder.Decode(c.Value(key))
	}
	switch {
	case err != nil:
		err = apierror.Configuration(key, err.Error())
	case limits.User < 0 || limits.Address < 0:
		err = apierror.Configuration(key, "a number of failures is negative; 0 is no limit")
	case limits.User+limits.Address > 0 && (limits.Window <= 0 || limits.FirstDelay <= 0 || limits.MaxDelay < limits.FirstDelay):
		err = apierror.Configuration(key, "window and first_delay must be durations above 0, such as 15m and 1s, and max_delay no less than first_delay")
	}
	return limits, err
}
