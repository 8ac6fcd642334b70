package server_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/server"
)

// TestBodiesWaitForTheirTurn: what nobody can work on yet is not kept either. The
// second request is answered although its body never comes.
func TestBodiesWaitForTheirTurn(t *testing.T) {
	entered, leave := make(chan string, 3), make(chan struct{})
	p := &probe{call: func(_ context.Context, req *structpb.Struct) (*structpb.Struct, error) {
		entered <- "call"
		<-leave
		return req, nil
	}}
	url, _ := serveREST(t, p, server.RESTOptions{MaxWorkers: 1, Wait: time.Millisecond})
	answers := make(chan int, 1)
	go func() {
		res, err := http.Post(url+"/test/v1/probe/call", "application/json", strings.NewReader("{}")) //nolint:gosec,noctx // the test's own server
		if assert.NoError(t, err) {
			_ = res.Body.Close()
			answers <- res.StatusCode
		}
	}()
	within(t, "the first", entered)

	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(url, "http://"))
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
	_, err = fmt.Fprint(conn, "POST /test/v1/probe/call HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n")
	require.NoError(t, err)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err, "it is answered before its body is there")
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	assert.Equal(t, http.StatusTooManyRequests, res.StatusCode)
	assert.Equal(t, "1", res.Header.Get("Retry-After"))
	code, said := detail(t, string(text))
	assert.Equal(t, "ERROR_TOO_MANY_CALLS", code)
	assert.Equal(t, "Too many requests at once: try again. (limit = 1)", said)

	close(leave)
	require.Equal(t, http.StatusOK, within(t, "the first answer", answers))
	again, _ := send(t, http.MethodPost, url+"/test/v1/probe/call", strings.NewReader("{}"))
	assert.Equal(t, http.StatusOK, again.StatusCode, "the slot is given back")
}
