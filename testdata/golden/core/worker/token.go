package worker

import (
	"fmt"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/cloudforet-io/spacegen/core/queue"
)

// Why the token of a stage was refused.
const (
	missing = "missing"
	expired = "expired"
	refused = "refused"
)

// unauthenticated says what is wrong with the token of a stage that was refused.
func (r *run) unauthenticated(err error, token string) error {
	reason, end := refused, expiry(token)
	switch {
	case token == "":
		reason = missing
		err = fmt.Errorf("the stage carries no token; where it is put, TOKEN or TOKEN_FILE has to give one: %w", err)
	case !end.IsZero() && !end.After(time.Now()):
		reason = expired
		err = fmt.Errorf("the token expired at %s, before the task was run; put the task again: %w", end.UTC().Format(time.RFC3339), err)
	}
	r.metrics.unauthenticated.WithLabelValues(r.worker, reason).Inc()
	if reason == refused {
		return err
	}
	return queue.Permanent(err)
}

// expiry is when a token ends, by its own account, which is good enough for a
// message. It is zero if it does not say.
func expiry(token string) time.Time {
	parsed, err := jwt.ParseInsecure([]byte(token))
	if err != nil {
		return time.Time{}
	}
	end, _ := parsed.Expiration()
	return end
}
