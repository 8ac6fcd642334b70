package service

import (
	"github.com/cloudforet-io/spacegen/core/apierror"
	"google.golang.org/grpc/codes"
)

// invalid is an error about what a request says, by the code that clients know it by.
func invalid(code, format string, args ...any) *apierror.Error {
	return apierror.New(codes.InvalidArgument, code, format, args...)
}

// notFound reports whether an error says that something is not there.
func notFound(err error) bool { return err != nil && apierror.From(err).Code == "ERROR_NOT_FOUND" }

// errMail is why nothing is done that a mail belongs to.
func errMail(key string) *apierror.Error {
	return apierror.Invalid(key, "this service sends no mail; set a password instead, and UPDATE_PASSWORD among the required actions")
}
