package server

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
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
// is too large or too slow is refused as just that, whatever reads it. No more
// bodies are kept than there are slots: a request holds one until it is answered, or
// begins to be, if the answer streams.
func limited(maxBytes int, bodies *limiter, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > int64(maxBytes) {
			refuseBody(w, maxBytes)
			return
		}
		if r.Body != nil && r.Body != http.NoBody {
			release, err := bodies.acquire(r.Context(), r.URL.Path)
			if err != nil {
				refuseUnread(w, r, err)
				return
			}
			answer := &firstWrite{ResponseWriter: w, release: sync.OnceFunc(release)}
			defer answer.release()
			w = answer
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

// refuseUnread refuses a request whose body nobody reads.
func refuseUnread(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Set("Connection", "close")
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(lingerTimeout))
	writeError(r.Context(), nil, nil, w, r, err)
}

// firstWrite tells that an answer begins.
type firstWrite struct {
	http.ResponseWriter
	release func()
}

func (w *firstWrite) Write(p []byte) (int, error) {
	w.release()
	return w.ResponseWriter.Write(p)
}

// Flush is what the gateway streams by.
func (w *firstWrite) Flush() {
	w.release()
	_ = http.NewResponseController(w.ResponseWriter).Flush() // one that can't has written all the same
}

// Unwrap is for http.ResponseController.
func (w *firstWrite) Unwrap() http.ResponseWriter { return w.ResponseWriter }
