package server

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// preflightAge is how long a browser remembers what it may ask for, in seconds.
const preflightAge = "600"

// origins says which web pages may call the API from a browser. A server on
// loopback that asks nobody who they are would otherwise obey every page that
// its user has open.
type origins struct {
	all     bool
	local   bool // whoever calls names this machine by a name of its own
	allowed []string
	own     *http.CrossOriginProtection
}

func newOrigins(allowed []string, local bool) (*origins, error) {
	o := &origins{local: local, own: http.NewCrossOriginProtection()}
	for _, origin := range allowed {
		if origin == "*" {
			o.all = true
			continue
		}
		u, err := url.Parse(origin)
		if err != nil || u.Scheme == "" || u.Host == "" || u.Scheme+"://"+u.Host != origin {
			return nil, fmt.Errorf("%q is no origin: give scheme and host, such as https://console.example.com", origin)
		}
		o.allowed = append(o.allowed, strings.ToLower(origin))
	}
	return o, nil
}

// allows reports whether pages of an origin other than the server's may call.
func (o *origins) allows(origin string) bool {
	return origin != "" && (o.all || slices.Contains(o.allowed, strings.ToLower(origin)))
}

// hostOf is the name by which a request calls this machine, without the port.
func hostOf(r *http.Request) string {
	if host, _, err := net.SplitHostPort(r.Host); err == nil {
		return host
	}
	return strings.Trim(r.Host, "[]")
}

// guard refuses what browsers send on behalf of pages that may not call. Whoever
// is no browser sends no origin, and is not concerned. A page that had its own host's
// name resolve to this machine would be of its origin: a local server knows it by the
// name.
func (o *origins) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if o.local && !loopback(hostOf(r)) {
			writeDetail(w, http.StatusForbidden, "ERROR_PERMISSION_DENIED", "Call it 127.0.0.1 or localhost, or say AUTHENTICATION: none.")
			return
		}
		origin := r.Header.Get("Origin")
		if len(o.allowed) > 0 || o.all {
			w.Header().Add("Vary", "Origin")
		}
		if !o.allows(origin) {
			if err := o.own.Check(r); err != nil {
				writeDetail(w, http.StatusForbidden, "ERROR_PERMISSION_DENIED", "Pages of this origin may not call the API.")
				return
			}
			next.ServeHTTP(w, r)
			return
		}
		header := w.Header()
		// Tokens are sent in headers and never in cookies: no credentials.
		header.Set("Access-Control-Allow-Origin", origin)
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			header.Set("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE")
			if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
				header.Set("Access-Control-Allow-Headers", asked)
			}
			header.Set("Access-Control-Max-Age", preflightAge)
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}
