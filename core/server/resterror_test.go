package server_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/server"
)

func TestErrorsAreJSON(t *testing.T) {
	var log journal
	p := &probe{call: func(_ context.Context, req *structpb.Struct) (*structpb.Struct, error) {
		switch req.GetFields()["text"].GetStringValue() {
		case "not found":
			return nil, apierror.NotFound("region_id", "a: b")
		case "who":
			return nil, apierror.Unauthenticated("no token")
		case "denied":
			return nil, apierror.PermissionDenied()
		case "taken":
			return nil, apierror.NotUnique("name", "x")
		case "inside":
			return nil, errors.New("s3cret")
		case "panic":
			panic("s3cret")
		case "limit":
			return nil, apierror.New(codes.ResourceExhausted, "ERROR_QUOTA", "Too many.").After(90*time.Second + time.Millisecond)
		case "away":
			return nil, apierror.New(codes.Unavailable, "ERROR_DB_CONNECTION", "Try again.")
		case "late":
			return nil, context.DeadlineExceeded
		case "big":
			return message(strings.Repeat("x", 5000)), nil
		}
		return req, nil
	}}
	boom := func(_ context.Context, mux *runtime.ServeMux, _ *grpc.ClientConn) error {
		return mux.HandlePath(http.MethodPost, "/boom", func(http.ResponseWriter, *http.Request, map[string]string) { panic("s3cret") })
	}
	url, _ := serveREST(t, p, server.RESTOptions{MaxMessageLength: 1000, Log: log.logger(), Register: []server.Registration{boom}})
	text := func(s string) io.Reader { return strings.NewReader(`{"text":"` + s + `"}`) }
	unsized := func(n int) io.Reader { return io.MultiReader(text(strings.Repeat("x", n))) } // chunked
	for name, tc := range map[string]struct {
		method, path string
		body         io.Reader
		status       int
		code, text   string
	}{
		"of the API":       {"POST", path, text("not found"), 404, "ERROR_NOT_FOUND", "Resource cannot be found or access is denied. (region_id = a: b)"},
		"unauthenticated":  {"POST", path, text("who"), 401, "ERROR_AUTHENTICATE_FAILURE", "no token"},
		"denied":           {"POST", path, text("denied"), 403, "ERROR_PERMISSION_DENIED", "Permission denied."},
		"taken":            {"POST", path, text("taken"), 409, "ERROR_NOT_UNIQUE", "name = x"},
		"unexpected":       {"POST", path, text("inside"), 500, "ERROR_UNKNOWN", "Internal error."},
		"panic":            {"POST", path, text("panic"), 500, "ERROR_UNKNOWN", "Internal error."},
		"panic of HTTP":    {"POST", "/boom", text(""), 500, "ERROR_UNKNOWN", "Internal error."},
		"quota":            {"POST", path, text("limit"), 429, "ERROR_QUOTA", "Too many."},
		"away":             {"POST", path, text("away"), 503, "ERROR_DB_CONNECTION", "Try again."},
		"late":             {"POST", path, text("late"), 504, "ERROR_GRPC_TIMEOUT", "Request timeout."},
		"big response":     {"POST", path, text("big"), 413, "ERROR_MESSAGE_TOO_LARGE", "larger than max"},
		"no JSON":          {"POST", path, strings.NewReader("{"), 400, "ERROR_INVALID_PARAMETER", ""},
		"no such path":     {"POST", "/none", text(""), 404, "ERROR_UNSUPPORTED_API", "POST /none: Not Found"},
		"no such method":   {"GET", path, nil, 405, "ERROR_UNSUPPORTED_API", "GET " + path},
		"large":            {"POST", path, text(strings.Repeat("x", 2000)), 413, "ERROR_MESSAGE_TOO_LARGE", "larger than 1000 bytes"},
		"large, no length": {"POST", path, unsized(2000), 413, "ERROR_MESSAGE_TOO_LARGE", "larger than 1000 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			res, body := send(t, tc.method, url+tc.path, tc.body)
			assert.Equal(t, tc.status, res.StatusCode, body)
			assert.Equal(t, "application/json", res.Header.Get("Content-Type"))
			code, message := detail(t, body)
			assert.Equal(t, tc.code, code)
			assert.Contains(t, message, tc.text)
			assert.NotContains(t, body, "s3cret")
			assert.Equal(t, tc.status == 401, res.Header.Get("WWW-Authenticate") != "")
			assert.Equal(t, map[int]string{429: "91", 503: "1"}[tc.status], res.Header.Get("Retry-After"))
		})
	}
	res, _ := send(t, http.MethodPost, url+path, unsized(900))
	assert.Equal(t, http.StatusOK, res.StatusCode, "within the limit, after all that")
	assert.Contains(t, log.String(), "resterror_test.go", "the stacks are logged")
}

func TestWhoFindsNoRoomIsToldWhenToComeBack(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	p := &probe{call: func(_ context.Context, req *structpb.Struct) (*structpb.Struct, error) {
		close(entered)
		<-leave
		return req, nil
	}}
	g := server.NewGRPC(server.GRPCOptions{MaxWorkers: 1, Wait: time.Millisecond})
	url, _ := serveBefore(t, g, p, server.RESTOptions{})
	first := make(chan error, 1)
	go func() {
		res, err := http.Post(url+path, "application/json", strings.NewReader("{}"))
		if err == nil {
			err = res.Body.Close()
		}
		first <- err
	}()
	within(t, "the first request arrives", entered)
	res, body := send(t, http.MethodPost, url+path, strings.NewReader("{}"))
	assert.Equal(t, http.StatusTooManyRequests, res.StatusCode)
	assert.Equal(t, "1", res.Header.Get("Retry-After"))
	code, _ := detail(t, body)
	assert.Equal(t, "ERROR_TOO_MANY_CALLS", code)
	close(leave)
	require.NoError(t, within(t, "the first request is answered", first))
}
