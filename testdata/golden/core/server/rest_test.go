package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/grpc"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/server"
)

const document = `{"swagger": "2.0", "info": {"title": "generated", "version": "0"}, "paths": {"/test/v1/probe/call": {}}, "definitions": {"Probe": {"name": {}, "area": {}}}}`

// serveREST runs a REST server before a gRPC server in memory, and gives its
// URL.
func serveREST(t *testing.T, p *probe, o server.RESTOptions) (url string, stop func() error) {
	t.Helper()
	return serveBefore(t, server.NewGRPC(server.GRPCOptions{MaxMessageLength: o.MaxMessageLength, Log: o.Log, Tracer: o.Tracer}), p, o)
}

// serveBefore is serveREST before a gRPC server of the test's.
func serveBefore(t *testing.T, g *server.GRPC, p *probe, o server.RESTOptions) (url string, stop func() error) {
	t.Helper()
	p.register(g.Server())
	run(t, g.Module())
	conn, err := g.InMemory()
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	o.Stopping = g.EndStreams
	o.Address, o.Connection, o.Title, o.Version = "127.0.0.1:0", conn, "Inventory", "1.2.3"
	o.Register = append([]server.Registration{bind}, o.Register...)
	o.OpenAPI = []byte(document)
	rest, err := server.NewREST(t.Context(), o)
	require.NoError(t, err)
	halt := run(t, rest.Module())
	return "http://" + rest.Address(), func() error { return halt(patience) }
}

// send makes a request, headers as pairs, and gives status, headers and body.
func send(t *testing.T, method, url string, body io.Reader, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, body)
	require.NoError(t, err)
	for i := 0; i < len(headers); i += 2 {
		req.Header[headers[i]] = []string{headers[i+1]} // as given: no canonical form
	}
	res, err := http.DefaultTransport.RoundTrip(req) // redirects stay visible
	require.NoError(t, err)
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res, string(text)
}

// detail reads the code and the message of an error.
func detail(t *testing.T, body string) (code, message string) {
	t.Helper()
	var e struct {
		Detail struct{ Code, Message string }
	}
	require.NoError(t, json.Unmarshal([]byte(body), &e), body)
	return e.Detail.Code, e.Detail.Message
}

const path = "/test/v1/probe/call"

func TestCallsPassToGRPC(t *testing.T) {
	got := make(chan pipeline.Metadata, 1)
	p := &probe{call: func(ctx context.Context, req *structpb.Struct) (*structpb.Struct, error) {
		got <- pipeline.MetadataFrom(ctx)
		return req, nil
	}}
	url, _ := serveREST(t, p, server.RESTOptions{Tracer: noop.NewTracerProvider()})
	const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	for name, tc := range map[string]struct {
		sent []string
		want pipeline.Metadata
	}{
		"platform":    {[]string{"token", "t", "x_domain_id", "d", "x_workspace_id", "w"}, pipeline.Metadata{Token: "t", DomainID: "d", WorkspaceID: "w"}},
		"dashes":      {[]string{"Token", "t", "X-Domain-Id", "d", "X-Workspace-Id", "w"}, pipeline.Metadata{Token: "t", DomainID: "d", WorkspaceID: "w"}},
		"bearer":      {[]string{"Authorization", "Bearer t"}, pipeline.Metadata{Token: "t"}},
		"not allowed": {[]string{"Grpc-Metadata-Token", "t", "Grpc-Metadata-X_domain_id", "d"}, pipeline.Metadata{}},
		"proxied":     {[]string{"X-Forwarded-For", "10.0.0.1"}, pipeline.Metadata{Peer: "10.0.0.1, 127.0.0.1"}},
		"traced":      {[]string{"Traceparent", parent}, pipeline.Metadata{Traceparent: parent}},
	} {
		t.Run(name, func(t *testing.T) {
			res, body := send(t, http.MethodPost, url+path, strings.NewReader(`{"text":"hi","snake_case":1}`), tc.sent...)
			require.Equal(t, http.StatusOK, res.StatusCode, body)
			assert.JSONEq(t, `{"text":"hi","snake_case":1}`, body)
			assert.Equal(t, "application/json", res.Header.Get("Content-Type"))
			if tc.want.Peer == "" {
				tc.want.Peer = "127.0.0.1"
			}
			assert.Equal(t, tc.want, <-got)
		})
	}
}

func TestFieldsHaveTheirNamesOfTheAPI(t *testing.T) {
	var url string
	register := func(_ context.Context, mux *runtime.ServeMux, _ *grpc.ClientConn) error {
		return mux.HandlePath(http.MethodPost, "/names", func(w http.ResponseWriter, r *http.Request, _ map[string]string) {
			in, out := runtime.MarshalerForRequest(mux, r)
			m := new(reflectionv1.ErrorResponse)
			if err := in.NewDecoder(r.Body).Decode(m); err != nil {
				runtime.HTTPError(r.Context(), mux, out, w, r, apierror.Invalid("body", err.Error()))
				return
			}
			runtime.ForwardResponseMessage(r.Context(), mux, out, w, r, m)
		})
	}
	url, _ = serveREST(t, &probe{}, server.RESTOptions{Register: []server.Registration{register}})
	for name, tc := range map[string]struct{ sent, want string }{
		"snake_case":    {`{"error_code": 3, "error_message": "x"}`, `{"error_code": 3, "error_message": "x"}`},
		"camelCase too": {`{"errorCode": 3}`, `{"error_code": 3, "error_message": ""}`},
		"empty fields":  {`{}`, `{"error_code": 0, "error_message": ""}`},
	} {
		t.Run(name, func(t *testing.T) {
			res, body := send(t, http.MethodPost, url+"/names", strings.NewReader(tc.sent))
			require.Equal(t, http.StatusOK, res.StatusCode, body)
			assert.JSONEq(t, tc.want, body)
		})
	}
	res, body := send(t, http.MethodPost, url+"/names", strings.NewReader(`{"eror_code": 3}`))
	assert.Equal(t, http.StatusBadRequest, res.StatusCode)
	code, text := detail(t, body)
	assert.Equal(t, "ERROR_INVALID_PARAMETER", code)
	assert.Contains(t, text, `unknown field "eror_code"`)
	assert.NotContains(t, text, "\u00a0")
}

func TestRawBodiesGoOutAsTheyAre(t *testing.T) {
	raw := func(_ context.Context, mux *runtime.ServeMux, _ *grpc.ClientConn) error {
		return mux.HandlePath(http.MethodGet, "/test/v1/raw", func(w http.ResponseWriter, r *http.Request, _ map[string]string) {
			_, out := runtime.MarshalerForRequest(mux, r)
			runtime.ForwardResponseMessage(r.Context(), mux, out, w, r, &httpbody.HttpBody{ContentType: "text/csv", Data: []byte("a,b\n")})
		})
	}
	url, _ := serveREST(t, &probe{}, server.RESTOptions{Register: []server.Registration{raw}})
	res, body := send(t, http.MethodGet, url+"/test/v1/raw", nil)
	assert.Equal(t, "text/csv", res.Header.Get("Content-Type"))
	assert.Equal(t, "a,b\n", body)
}

func TestBodyThatNeverEndsIsLimited(t *testing.T) {
	url, _ := serveREST(t, &probe{}, server.RESTOptions{MaxMessageLength: 1000})
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, "POST "+path+" HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"+
		strings.Repeat("64\r\n"+strings.Repeat("x", 100)+"\r\n", 20)) // and no end
	require.NoError(t, err)
	answer, err := io.ReadAll(conn) // to its end: the server hangs up
	require.NoError(t, err)
	assert.Contains(t, string(answer), "413 Request Entity Too Large")
}

func TestCheckTellsNoReason(t *testing.T) {
	var broken error
	url, _ := serveREST(t, &probe{}, server.RESTOptions{Ready: func() error { return broken }})
	res, body := send(t, http.MethodGet, url+"/check", nil)
	assert.Equal(t, http.StatusOK, res.StatusCode)
	assert.JSONEq(t, `{"status":"SERVING"}`, body)
	assert.Equal(t, "nosniff", res.Header.Get("X-Content-Type-Options"))

	broken = errors.New("no answer from db-7.internal")
	res, body = send(t, http.MethodGet, url+"/check", nil)
	assert.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
	assert.JSONEq(t, `{"status":"NOT_SERVING"}`, body)
}

func TestDocumentationLoadsNothingFromOtherHosts(t *testing.T) {
	url, _ := serveREST(t, &probe{}, server.RESTOptions{})
	res, body := send(t, http.MethodGet, url+"/openapi.json", nil)
	require.Equal(t, http.StatusOK, res.StatusCode)
	assert.JSONEq(t, `{"swagger":"2.0","info":{"title":"Inventory","version":"1.2.3"},"paths":{"/test/v1/probe/call":{}},"definitions":{"Probe":{"name":{},"area":{}}}}`, body)
	assert.Contains(t, body, `{"name":{},"area":{}}`, "fields keep their order")

	res, _ = send(t, http.MethodGet, url+"/docs", nil)
	assert.Equal(t, "/docs/", res.Header.Get("Location"))
	res, page := send(t, http.MethodGet, url+"/docs/", nil)
	require.Equal(t, http.StatusOK, res.StatusCode)
	assert.Contains(t, page, "Inventory")
	policy := res.Header.Get("Content-Security-Policy")
	assert.Contains(t, policy, "default-src 'self';")
	assert.NotContains(t, policy, "script-src", "no script that stands in a page is run")
	_, script := send(t, http.MethodGet, url+"/docs/page.js", nil)
	assert.Contains(t, script, `url: "/openapi.json"`)

	loaded := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page, -1)
	require.NotEmpty(t, loaded)
	for _, match := range loaded {
		require.True(t, strings.HasPrefix(match[1], "/docs/"), "%s is of another host", match[1])
		asset, text := send(t, http.MethodGet, url+match[1], nil)
		assert.Equal(t, http.StatusOK, asset.StatusCode, match[1])
		assert.NotEmpty(t, text, match[1])
	}
}

// TestNothingTellsWhatTheAPIIsLike once that is switched off.
func TestNothingTellsWhatTheAPIIsLike(t *testing.T) {
	url, _ := serveREST(t, &probe{}, server.RESTOptions{NoDocs: true})
	for _, path := range []string{"/docs", "/docs/", "/docs/swagger-ui.css", "/openapi.json"} {
		res, body := send(t, http.MethodGet, url+path, http.NoBody)
		assert.Equal(t, http.StatusNotFound, res.StatusCode, path)
		assert.Contains(t, body, "ERROR_UNSUPPORTED_API", path)
	}
	res, _ := send(t, http.MethodGet, url+"/check", http.NoBody)
	assert.Equal(t, http.StatusOK, res.StatusCode)
}

// TestMetricsAreForOperators: they are served by the admin server alone.
func TestMetricsAreForOperators(t *testing.T) {
	url, _ := serveREST(t, &probe{}, server.RESTOptions{})
	res, _ := send(t, http.MethodGet, url+"/metrics", http.NoBody)
	assert.Equal(t, http.StatusNotFound, res.StatusCode)
}

func TestBrowsersMayCallOnlyFromAllowedPages(t *testing.T) {
	const console = "https://console.example.com"
	for name, tc := range map[string]struct {
		origins []string
		headers []string
		status  int
		allowed string
	}{
		"no browser":               {nil, nil, 200, ""},
		"own page":                 {nil, []string{"Sec-Fetch-Site", "same-origin", "Origin", "http://127.0.0.1"}, 200, ""},
		"foreign page":             {nil, []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403, ""},
		"foreign, older browser":   {nil, []string{"Origin", "https://evil.example"}, 403, ""},
		"foreign among allowed":    {[]string{console}, []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403, ""},
		"allowed":                  {[]string{console}, []string{"Sec-Fetch-Site", "cross-site", "Origin", console}, 200, console},
		"prefix of an allowed one": {[]string{console}, []string{"Sec-Fetch-Site", "cross-site", "Origin", console + ".evil.example"}, 403, ""},
		"all allowed":              {[]string{"*"}, []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://any.example"}, 200, "https://any.example"},
	} {
		t.Run(name, func(t *testing.T) {
			url, _ := serveREST(t, &probe{}, server.RESTOptions{Origins: tc.origins})
			res, body := send(t, http.MethodPost, url+path, strings.NewReader("{}"), tc.headers...)
			assert.Equal(t, tc.status, res.StatusCode, body)
			assert.Equal(t, tc.allowed, res.Header.Get("Access-Control-Allow-Origin"))
			assert.Empty(t, res.Header.Get("Access-Control-Allow-Credentials"))
		})
	}
	url, _ := serveREST(t, &probe{}, server.RESTOptions{Origins: []string{console}})
	res, _ := send(t, http.MethodOptions, url+path, nil, "Origin", console,
		"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "token,content-type")
	assert.Equal(t, http.StatusNoContent, res.StatusCode)
	assert.Equal(t, console, res.Header.Get("Access-Control-Allow-Origin"))
	assert.Equal(t, "token,content-type", res.Header.Get("Access-Control-Allow-Headers"))

	_, err := server.NewREST(t.Context(), server.RESTOptions{OpenAPI: []byte("{}"), Origins: []string{"console.example.com"}})
	assert.ErrorContains(t, err, "is no origin")
}

// TestOwnNameOfAnotherPage: a page whose host's name comes to mean this machine is of
// the same origin, as far as its browser knows.
func TestOwnNameOfAnotherPage(t *testing.T) {
	for name, tc := range map[string]struct {
		local  bool
		host   string
		status int
	}{
		"its address":          {true, "", 200},
		"its name":             {true, "localhost:8000", 200},
		"its name, no port":    {true, "localhost", 200},
		"IPv6":                 {true, "[::1]:8000", 200},
		"IPv6, no port":        {true, "[::1]", 200},
		"another name":         {true, "evil.example:8000", 403},
		"another name, bare":   {true, "evil.example", 403},
		"somebody is asked":    {false, "inventory.example", 200},
		"a name that looks so": {true, "localhost.evil.example", 403},
	} {
		t.Run(name, func(t *testing.T) {
			url, _ := serveREST(t, &probe{}, server.RESTOptions{Local: tc.local})
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+path, strings.NewReader("{}"))
			require.NoError(t, err)
			if tc.host != "" {
				req.Host = tc.host
			}
			req.Header.Set("Origin", "http://"+req.Host)
			res, err := http.DefaultTransport.RoundTrip(req)
			require.NoError(t, err)
			defer func() { _ = res.Body.Close() }()
			assert.Equal(t, tc.status, res.StatusCode)
		})
	}
}

func TestRESTStopsGracefully(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	p := &probe{call: func(_ context.Context, req *structpb.Struct) (*structpb.Struct, error) {
		close(entered)
		<-leave
		return req, nil
	}}
	url, stop := serveREST(t, p, server.RESTOptions{})
	answer, stopped := make(chan int, 1), make(chan error, 1)
	go func() {
		res, err := http.Post(url+path, "application/json", strings.NewReader("{}"))
		if err != nil {
			answer <- 0
			return
		}
		_ = res.Body.Close()
		answer <- res.StatusCode
	}()
	within(t, "the request arrives", entered)
	go func() { stopped <- stop() }()
	assert.Eventually(t, func() bool {
		c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	}, patience, 1e6, "new requests are refused")
	assert.Empty(t, stopped, "it waits for the request in flight")
	close(leave)
	assert.Equal(t, http.StatusOK, within(t, "the request is answered", answer))
	assert.NoError(t, within(t, "the server stops", stopped))
}

// TestRESTStopsThoughStreamsAreOpen: the request of one is in flight until the
// stream behind it ends.
func TestRESTStopsThoughStreamsAreOpen(t *testing.T) {
	p := &probe{watch: func(stream grpc.ServerStream) error {
		if err := stream.SendMsg(message("open")); err != nil {
			return err
		}
		<-stream.Context().Done()
		return stream.Context().Err()
	}}
	streams := func(_ context.Context, mux *runtime.ServeMux, conn *grpc.ClientConn) error {
		return mux.HandlePath(http.MethodGet, "/test/v1/probe:watch", func(w http.ResponseWriter, r *http.Request, _ map[string]string) {
			_, out := runtime.MarshalerForRequest(mux, r)
			stream, err := conn.NewStream(r.Context(), &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, watchMethod)
			if err != nil {
				runtime.HTTPError(r.Context(), mux, out, w, r, err)
				return
			}
			ctx := runtime.NewServerMetadataContext(r.Context(), runtime.ServerMetadata{})
			runtime.ForwardResponseStream(ctx, mux, out, w, r, func() (proto.Message, error) {
				m := new(structpb.Struct)
				return m, stream.RecvMsg(m)
			})
		})
	}
	url, stop := serveREST(t, p, server.RESTOptions{Register: []server.Registration{streams}})
	res, err := http.Get(url + "/test/v1/probe:watch")
	require.NoError(t, err)
	defer func() { _ = res.Body.Close() }()
	lines := bufio.NewScanner(res.Body)
	require.True(t, lines.Scan())
	assert.JSONEq(t, `{"result":{"text":"open"}}`, lines.Text())

	require.NoError(t, stop())
	require.True(t, lines.Scan(), "it is told why")
	assert.Contains(t, lines.Text(), "ERROR_GRPC_CONNECTION: Server is unavailable.")
	assert.False(t, lines.Scan())
}

func TestBadDocumentsAndRegistrationsAreRefused(t *testing.T) {
	_, err := server.NewREST(t.Context(), server.RESTOptions{OpenAPI: []byte("{")})
	require.ErrorContains(t, err, "OpenAPI")
	broken := errors.New("no such pattern")
	_, err = server.NewREST(t.Context(), server.RESTOptions{OpenAPI: []byte("{}"), Register: []server.Registration{
		func(context.Context, *runtime.ServeMux, *grpc.ClientConn) error { return broken },
	}})
	assert.ErrorIs(t, err, broken)
}
