// Package apierror holds the errors that callers of an API see. Each has a code that
// clients branch on, such as ERROR_NOT_FOUND, and a gRPC status, which REST turns into
// an HTTP status. On the wire the message reads "CODE: text"; clients split it at the
// first colon.
//
// Any layer may return these errors. From turns every other error into one: what nobody
// expected becomes ERROR_UNKNOWN, and its text goes to the log, never to the caller.
package apierror

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"
)

// Error is a failure with a code of Cloudforet's error list.
type Error struct {
	Code    string     // for programs, such as ERROR_NOT_FOUND
	Message string     // for people
	Status  codes.Code // what gRPC and, through it, HTTP report
	Cause   error      // what lies beneath, for the log; never sent to a caller

	RetryAfter time.Duration // when it is worth trying again; 0: nobody knows
	Violations []Violation   // what is wrong with a request, field by field, if that is known
}

// A Violation is one fault of one field of a request.
type Violation struct {
	Field       string // a path: items[2].price; "" is the whole request
	Rule        string // for programs: the rule that was broken, such as string.max_len
	Description string // for people, as a clause
}

// Error is the wire form: the code, a colon, the text.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Cause }

// GRPCStatus lets status.FromError and the gRPC server read the error. When to try
// again is said as google.rpc.RetryInfo, which REST makes the header Retry-After of, and
// violations as google.rpc.BadRequest.
func (e *Error) GRPCStatus() *status.Status {
	s := status.New(e.Status, e.Error())
	var details []protoadapt.MessageV1
	if e.RetryAfter > 0 {
		details = append(details, &errdetails.RetryInfo{RetryDelay: durationpb.New(e.RetryAfter)})
	}
	if len(e.Violations) > 0 {
		request := new(errdetails.BadRequest)
		for _, v := range e.Violations {
			request.FieldViolations = append(request.FieldViolations,
				&errdetails.BadRequest_FieldViolation{Field: v.Field, Reason: v.Rule, Description: v.Description})
		}
		details = append(details, request)
	}
	if len(details) == 0 {
		return s
	}
	detailed, err := s.WithDetails(details...)
	if err != nil {
		return s
	}
	return detailed
}

// Because returns a copy of the error that carries its cause.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.Cause = cause
	return &c
}

// After returns a copy of the error that says when to try again.
func (e *Error) After(wait time.Duration) *Error {
	c := *e
	c.RetryAfter = wait
	return &c
}

// With returns a copy of the error that says what is wrong, field by field.
func (e *Error) With(violations ...Violation) *Error {
	c := *e
	c.Violations = violations
	return &c
}

// Violations gives what a status says of the fields of a request.
func Violations(s *status.Status) []Violation {
	var all []Violation
	for _, detail := range s.Details() {
		if request, ok := detail.(*errdetails.BadRequest); ok {
			for _, v := range request.GetFieldViolations() {
				all = append(all, Violation{Field: v.GetField(), Rule: v.GetReason(), Description: v.GetDescription()})
			}
		}
	}
	return all
}

// RetryAfter gives what a status says of when to try again, 0 if nothing.
func RetryAfter(s *status.Status) time.Duration {
	for _, detail := range s.Details() {
		if info, ok := detail.(*errdetails.RetryInfo); ok {
			return info.GetRetryDelay().AsDuration()
		}
	}
	return 0
}

// New makes an error with a code of the service's own.
func New(status codes.Code, code, format string, args ...any) *Error {
	return &Error{Code: code, Status: status, Message: fmt.Sprintf(format, args...)}
}

// Required reports a parameter that is missing.
func Required(key string) *Error {
	return New(codes.InvalidArgument, "ERROR_REQUIRED_PARAMETER", "Required parameter. (key = %s)", key).
		With(Violation{Field: key, Rule: "required", Description: "value is required"})
}

// Invalid reports a parameter whose value is not acceptable.
func Invalid(key, reason string) *Error {
	return New(codes.InvalidArgument, "ERROR_INVALID_PARAMETER", "Parameter is invalid. (key = %s, reason = %s)", key, reason).
		With(Violation{Field: key, Rule: "invalid", Description: reason})
}

// InvalidType reports a parameter of another type than the one named.
func InvalidType(key, want string) *Error {
	return New(codes.InvalidArgument, "ERROR_INVALID_PARAMETER_TYPE", "Parameter type is invalid. (key = %s, type = %s)", key, want).
		With(Violation{Field: key, Rule: "type", Description: "must be of the type " + want})
}

// NotFound reports that nothing with this value exists, or not for this caller.
func NotFound(key, value string) *Error {
	return New(codes.NotFound, "ERROR_NOT_FOUND", "Resource cannot be found or access is denied. (%s = %s)", key, value)
}

// NotUnique reports a value that is taken already, as a service has found out itself.
func NotUnique(key, value string) *Error {
	return New(codes.AlreadyExists, "ERROR_NOT_UNIQUE", "Tried to save duplicate unique key. (%s = %s)", key, value)
}

// Taken reports values that are unique, by themselves or together, and that something
// else has already.
func Taken(keys ...string) *Error {
	return New(codes.AlreadyExists, "ERROR_SAVE_UNIQUE_VALUES", "Tried to save duplicate unique values. (keys = %s)", strings.Join(keys, ", "))
}

// IsTaken reports whether an error is NotUnique or Taken.
func IsTaken(err error) bool {
	fault := From(err)
	return fault != nil && (fault.Code == "ERROR_NOT_UNIQUE" || fault.Code == "ERROR_SAVE_UNIQUE_VALUES")
}

// Immutable reports a change of what nobody may change once it is there.
func Immutable(key string) *Error {
	return Invalid(key, "it was set when the resource was created, and cannot change")
}

// Transition reports a change of a state that cannot follow the one that it is in.
func Transition(key, from, to string) *Error {
	return New(codes.FailedPrecondition, "ERROR_INVALID_TRANSITION", "State cannot change. (key = %s, from = %s, to = %s)", key, from, to)
}

// Referenced reports that something cannot be deleted since others refer to it.
func Referenced(key, value, by string) *Error {
	return New(codes.FailedPrecondition, "ERROR_REFERENCED", "Resource is still referred to. (%s = %s, by = %s)", key, value, by)
}

// Conflict reports something that somebody else has changed since it was read: to read
// it again, and decide anew, may succeed.
func Conflict(key, value string) *Error {
	return New(codes.Aborted, "ERROR_CONFLICT", "Resource was changed by somebody else meanwhile: read it again. (%s = %s)", key, value)
}

// Unauthenticated reports a caller who could not be identified.
func Unauthenticated(reason string) *Error {
	return New(codes.Unauthenticated, "ERROR_AUTHENTICATE_FAILURE", "Authenticate failure. (message = %s)", reason)
}

// PermissionDenied reports a caller who may not do this. It gives no reason,
// so that nothing can be learned by probing.
func PermissionDenied() *Error {
	return New(codes.PermissionDenied, "ERROR_PERMISSION_DENIED", "Permission denied.")
}

// Query reports a query that cannot be run as it was asked: a sentence says why.
func Query(format string, args ...any) *Error {
	reason := strings.TrimSuffix(fmt.Sprintf(format, args...), ".")
	return New(codes.InvalidArgument, "ERROR_DB_QUERY", "Database query failed. (reason = %s)", reason)
}

// Configuration reports a setting that keeps the service from working.
func Configuration(key, reason string) *Error {
	return New(codes.Internal, "ERROR_CONFIGURATION", "Configuration is invalid. (key = %s, reason = %s)", key, reason)
}

// NotImplemented reports a method that the service declares but does not do.
func NotImplemented(method string) *Error {
	return New(codes.Unimplemented, "ERROR_NOT_IMPLEMENTED", "Method is not implemented. (method = %s)", method)
}

// FieldNotImplemented reports a field that the API has and the service does nothing
// with, and the file where that is to be written.
func FieldNotImplemented(field, file string) *Error {
	return New(codes.Unimplemented, "ERROR_NOT_IMPLEMENTED", "Field is not implemented. (field = %s, write it in %s)", field, file)
}

// Unknown hides an unexpected failure from the caller and keeps it as cause.
func Unknown(cause error) *Error {
	return New(codes.Internal, "ERROR_UNKNOWN", "Internal error.").Because(cause)
}

// From turns any error into one that may be sent to a caller. What comes from
// another gRPC service keeps its status and text; everything unexpected
// becomes ERROR_UNKNOWN. From(nil) is nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return New(codes.DeadlineExceeded, "ERROR_GRPC_TIMEOUT", "Request timeout.").Because(err)
	case errors.Is(err, context.Canceled):
		return New(codes.Canceled, "ERROR_CANCELLED", "Request was cancelled by the caller.").Because(err)
	}
	if s, ok := status.FromError(err); ok {
		return fromStatus(s).After(RetryAfter(s)).With(Violations(s)...).Because(err)
	}
	return Unknown(err)
}

func fromStatus(s *status.Status) *Error {
	if code, text, ok := strings.Cut(s.Message(), ": "); ok && strings.HasPrefix(code, "ERROR_") {
		return New(s.Code(), code, "%s", text) // the other service speaks the same language
	}
	switch s.Code() {
	case codes.Unavailable:
		return New(s.Code(), "ERROR_GRPC_CONNECTION", "Server is unavailable. (reason = %s)", s.Message())
	case codes.DeadlineExceeded:
		return New(s.Code(), "ERROR_GRPC_TIMEOUT", "Request timeout. (reason = %s)", s.Message())
	default:
		return New(s.Code(), "ERROR_INTERNAL_API", "%s", s.Message())
	}
}
