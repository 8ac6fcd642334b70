package server

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	// bodyTimeout is how long a caller may take to send a request's body.
	bodyTimeout = time.Minute
	// lingerTimeout is how long net/http goes on reading a body that was
	// refused, so that the caller gets to see the answer.
	lingerTimeout = 500 * time.Millisecond
)

// limited reads a request's body before anything else does, so that one that
// is too large or too slow is refused as just that, whatever reads it.
func limited(maxBytes int, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > int64(maxBytes) {
			refuseBody(w, maxBytes)
			return
		}
		if r.Body != nil && r.Body != http.NoBody {
			body, err := readBody(w, r, maxBytes)
			if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
				refuseBody(w, maxBytes)
				return
			}
			if err != nil {
				w.Header().Set("Connection", "close")
				writeDetail(w, http.StatusBadRequest, "ERROR_INVALID_PARAMETER", "The body could not be read.")
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		next.ServeHTTP(w, r)
	})
}

// readBody reads a body of at most maxBytes.
func readBody(w http.ResponseWriter, r *http.Request, maxBytes int) ([]byte, error) {
	conn := http.NewResponseController(w)
	// A response that knows no deadlines is no connection, so nothing is slow.
	_ = conn.SetReadDeadline(time.Now().Add(bodyTimeout))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(maxBytes)))
	if err != nil {
		return nil, err // the deadline stays: there is more to come
	}
	_ = conn.SetReadDeadline(time.Time{}) // it was the caller's, not the call's
	return body, nil
}

func refuseBody(w http.ResponseWriter, maxBytes int) {
	w.Header().Set("Connection", "close") // what is left of it is not read
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(lingerTimeout))
	writeDetail(w, http.StatusRequestEntityTooLarge, codeTooLarge, fmt.Sprintf("The body is larger than %d bytes.", maxBytes))
}
