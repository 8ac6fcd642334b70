package manager

import (
	"errors"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"google.golang.org/grpc/codes"
)

// What callers are told says as little as it can; the causes are for the log.
var (
	errSignIn  = apierror.Unauthenticated("the domain, the user or the password is wrong.")
	errToken   = apierror.Unauthenticated("the token is not valid.")
	errSession = apierror.Unauthenticated("the session has ended; sign in again.")

	errBusy = apierror.New(codes.ResourceExhausted, "ERROR_BUSY", "Too many sign-ins at once: try again.").After(time.Second)

	errExpired = errors.New("it has expired")
	errIssuer  = errors.New("it is not of this service")
)

// errDelayed refuses a sign-in that comes too early, whoever it is for.
func errDelayed(wait time.Duration) *apierror.Error {
	wait = (wait + time.Second - 1).Truncate(time.Second)
	return apierror.New(codes.ResourceExhausted, "ERROR_TOO_MANY_ATTEMPTS", "Too many sign-ins failed: try again in %s.", wait).After(wait)
}

// errPassword refuses a password that breaks a rule.
func errPassword(rule string) *apierror.Error {
	return apierror.New(codes.InvalidArgument, "ERROR_INCORRECT_PASSWORD_FORMAT", "The password does not fit: it needs %s.", rule)
}
