package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// writeError answers {"detail": {"code": "ERROR_…", "message": "…"}}, and what is wrong
// with the request, field by field, under violations if that is known.
func writeError(_ context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, _ *http.Request, err error) {
	s := status.Convert(err)
	httpStatus := runtime.HTTPStatusFromCode(s.Code())
	code, message, split := strings.Cut(s.Message(), ": ")
	switch {
	case split && strings.HasPrefix(code, "ERROR_"):
	case s.Code() == codes.ResourceExhausted:
		// Of the in-memory connection, whose only limit is the size of messages.
		httpStatus, code, message = http.StatusRequestEntityTooLarge, codeTooLarge, s.Message()
	default:
		code, message = fallbackCode(s.Code()), s.Message()
	}
	if httpStatus == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	wait := apierror.RetryAfter(s)
	if wait == 0 && s.Code() == codes.Unavailable {
		wait = time.Second
	}
	if wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	// protojson puts a non-breaking space into some of its errors, at random.
	detail := map[string]any{"code": code, "message": strings.ReplaceAll(message, "\u00a0", " ")}
	if violations := violationsOf(s); len(violations) > 0 {
		detail["violations"] = violations
	}
	writeJSON(w, httpStatus, map[string]any{"detail": detail})
}

// violationsOf gives what is wrong with a request, field by field.
func violationsOf(s *status.Status) []map[string]string {
	var all []map[string]string
	for _, v := range apierror.Violations(s) {
		all = append(all, map[string]string{"field": v.Field, "reason": v.Rule, "description": v.Description})
	}
	return all
}

const (
	codeTooLarge = "ERROR_MESSAGE_TOO_LARGE"
	codeBusy     = "ERROR_TOO_MANY_CALLS"
)

// fallbackCode is for errors that arise before the pipeline.
func fallbackCode(code codes.Code) string {
	switch code {
	case codes.InvalidArgument:
		return "ERROR_INVALID_PARAMETER"
	case codes.Unavailable:
		return "ERROR_GRPC_CONNECTION"
	case codes.DeadlineExceeded:
		return "ERROR_GRPC_TIMEOUT"
	case codes.Canceled:
		return "ERROR_CANCELLED"
	default:
		return "ERROR_UNKNOWN"
	}
}

func writeRoutingError(_ context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, httpStatus int) {
	code := "ERROR_UNSUPPORTED_API"
	if httpStatus == http.StatusBadRequest {
		code = "ERROR_INVALID_PARAMETER"
	}
	writeDetail(w, httpStatus, code, fmt.Sprintf("%s %s: %s", r.Method, r.URL.Path, http.StatusText(httpStatus)))
}

func writeDetail(w http.ResponseWriter, httpStatus int, code, message string) {
	writeJSON(w, httpStatus, map[string]any{"detail": map[string]string{"code": code, "message": message}})
}

func writeJSON(w http.ResponseWriter, httpStatus int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(httpStatus)
	_ = json.NewEncoder(w).Encode(value) // a caller who left can't be told
}

// recovered turns a panic into INTERNAL.
func recovered(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			value := recover()
			if value == nil {
				return
			}
			if err, ok := value.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(value) // how a handler asks net/http to cut the connection
			}
			writeError(r.Context(), nil, nil, w, r, panicked(r.Context(), log, r.URL.Path, value))
		}()
		next.ServeHTTP(w, r)
	})
}
