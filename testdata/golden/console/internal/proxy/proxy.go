// Package proxy passes calls of the app on to the services' REST servers, so
// that the browser talks to one origin only.
package proxy

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Prefix is the path below which the services are found.
const Prefix = "/api/"

const (
	// patience is how long a service may take before it begins to answer.
	patience = time.Minute
	// maxCall is how much a call may say, in bytes: calls are JSON, not files.
	maxCall = 16 << 20
)

// Path is where a service is found.
func Path(service string) string { return Prefix + service }

// New makes the handler of all that lies below Prefix.
func New(services map[string]*url.URL, log *slog.Logger) http.Handler {
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:errcheck // net/http says that it is one
	transport.ResponseHeaderTimeout = patience
	mux := http.NewServeMux()
	for name, address := range services {
		mux.Handle(Path(name)+"/", http.StripPrefix(Path(name), whole(newService(name, address, transport, log))))
	}
	known := "none"
	if len(services) > 0 {
		known = strings.Join(slices.Sorted(maps.Keys(services)), ", ")
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Prefix), "/")
		WriteError(w, http.StatusNotFound, "ERROR_UNSUPPORTED_API",
			fmt.Sprintf("The console knows no service %q. (services = %s)", name, known))
	})
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		WriteError(w, http.StatusForbidden, "ERROR_PERMISSION_DENIED", "Pages of other origins may not call the API.")
	}))
	return guard.Handler(mux)
}

// whole reads a call to its end before it is passed on. net/http closes its body
// as soon as the answer begins; a transport that has sent all of it, but not yet
// seen its end, would then give the connection up and cut the answer off.
func whole(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxCall))
		if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
			WriteError(w, http.StatusRequestEntityTooLarge, "ERROR_INVALID_PARAMETER",
				fmt.Sprintf("The call is too large: at most %d bytes are passed on.", tooLarge.Limit))
			return
		}
		if err != nil {
			WriteError(w, http.StatusBadRequest, "ERROR_INVALID_PARAMETER", "The call could not be read to its end.")
			return
		}
		r.Body, r.ContentLength, r.TransferEncoding = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
		next.ServeHTTP(w, r)
	})
}

// newService passes calls on to one service.
func newService(name string, address *url.URL, transport http.RoundTripper, log *slog.Logger) http.Handler {
	return &httputil.ReverseProxy{
		Transport: transport,
		ErrorLog:  slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(address)
			r.SetXForwarded()
			// The guard has checked where the call comes from; the service, whose
			// host is another, would take it for one of a foreign page.
			for _, header := range []string{"Origin", "Referer", "Cookie", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest"} {
				r.Out.Header.Del(header)
			}
		},
		ModifyResponse: func(r *http.Response) error {
			// What the browser may do with an answer is for the console to say.
			for header := range r.Header {
				if strings.HasPrefix(header, "Access-Control-") || slices.Contains(ownHeaders, header) {
					r.Header.Del(header)
				}
			}
			r.Header.Set("Cache-Control", "no-store")
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if errors.Is(err, context.Canceled) {
				return // whoever asked has left
			}
			log.WarnContext(r.Context(), "a service did not answer", "target", name, "address", address.String(), "error", err)
			if timeout, ok := errors.AsType[interface {
				error
				Timeout() bool
			}](err); ok && timeout.Timeout() {
				WriteError(w, http.StatusGatewayTimeout, "ERROR_SERVICE_TIMEOUT",
					fmt.Sprintf("The service %s takes too long to answer. Try again in a while.", name))
				return
			}
			WriteError(w, http.StatusBadGateway, "ERROR_SERVICE_UNREACHABLE",
				fmt.Sprintf("The service %s cannot be reached. It may be starting; if this stays so, its address in the console's configuration may be wrong.", name))
		},
	}
}

// ownHeaders are what the console sets on all that it sends.
var ownHeaders = []string{
	"Content-Security-Policy", "Content-Security-Policy-Report-Only", "Strict-Transport-Security",
	"X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Set-Cookie", "Server",
	"Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy",
}

// WriteError answers in the form of the services' own errors.
func WriteError(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	detail := map[string]map[string]string{"detail": {"code": code, "message": message}}
	_ = json.NewEncoder(w).Encode(detail) // a caller who left can't be told
}
