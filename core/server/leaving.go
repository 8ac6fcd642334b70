package server

import (
	"context"
	"net/http"
)

// leaving has each connection end with its next answer once ctx has ended, which is when
// the process is told to stop. It serves on for a while: whoever calls meanwhile opens the
// next connection to another process, and none is closed under a call that is on its way.
func leaving(ctx context.Context, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ctx.Err() != nil {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}
