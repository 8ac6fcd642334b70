package database_test

import (
	"fmt"
	"net"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/templates/service/internal/core/database"
	"github.com/cloudforet-io/spacegen/templates/service/internal/core/databasetest"
)

// TestPooler works behind what gives each transaction another connection.
func TestPooler(t *testing.T) {
	var options database.Options
	databasetest.PostgreSQL(t, func(o *database.Options) { options = *o })
	options.Host, options.Port = "127.0.0.1", pooler(t, options)
	options.Schema = "" // is that of the pooler's connections

	_, err := database.Open(t.Context(), options)
	require.ErrorContains(t, err, "statement_timeout: -1", "what to do is said")

	options.StatementTimeout = -1
	db, err := database.Open(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	applied, err := db.Migrate(t.Context(), fstest.MapFS{"0001_slow.sql": {Data: []byte("SELECT pg_sleep(0.2)")}})
	require.NoError(t, err)
	assert.Equal(t, []string{"0001_slow"}, applied)

	for range 2 { // connections
		var timeout string
		var locks int
		require.NoError(t, db.Conn(t.Context()).NewRaw(`SELECT current_setting('statement_timeout'),
			(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())`).Scan(t.Context(), &timeout, &locks))
		assert.Equal(t, "100ms", timeout, "a migration leaves settings as they were")
		assert.Zero(t, locks, "a migration leaves no lock")
	}
}

// pooler gives the port of what serves two connections to PostgreSQL in turn, as
// PgBouncer does in transaction mode. It understands simple queries only.
func pooler(t *testing.T, o database.Options) int {
	t.Helper()
	free := make(chan *pgproto3.Frontend, 2)
	for range cap(free) {
		conn, err := pgconn.Connect(t.Context(), fmt.Sprintf(
			"host=%s port=%d dbname=%s user=%s password=%s sslmode=disable search_path=%s statement_timeout=100",
			o.Host, o.Port, o.Name, o.Username, o.Password, o.Schema))
		require.NoError(t, err)
		hijacked, err := conn.Hijack()
		require.NoError(t, err)
		t.Cleanup(func() { _ = hijacked.Conn.Close() })
		free <- hijacked.Frontend
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close() //nolint:errcheck // the client closes it
				pool(pgproto3.NewBackend(conn, conn), free)
			}()
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port
}

// pool serves a client until it leaves.
func pool(client *pgproto3.Backend, free chan *pgproto3.Frontend) {
	startup, err := client.ReceiveStartupMessage()
	if err != nil {
		return
	}
	if _, set := startup.(*pgproto3.StartupMessage).Parameters["statement_timeout"]; set {
		client.Send(&pgproto3.ErrorResponse{Severity: "FATAL", Code: "08P01", Message: "unsupported startup parameter: statement_timeout"})
		_ = client.Flush()
		return
	}
	client.Send(&pgproto3.AuthenticationOk{})
	client.Send(&pgproto3.ParameterStatus{Name: "standard_conforming_strings", Value: "on"})
	client.Send(&pgproto3.ParameterStatus{Name: "client_encoding", Value: "UTF8"})
	client.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
	var server *pgproto3.Frontend // from a transaction's beginning to its end
	for client.Flush() == nil {
		message, err := client.Receive()
		query, asks := message.(*pgproto3.Query)
		if err != nil || !asks {
			return
		}
		if server == nil {
			server = <-free
		}
		server.Send(query)
		if server.Flush() != nil {
			return
		}
		for ready := false; !ready; {
			answer, err := server.Receive()
			if err != nil {
				return
			}
			client.Send(answer)
			if state, last := answer.(*pgproto3.ReadyForQuery); last {
				ready = true
				if state.TxStatus == 'I' {
					free <- server
					server = nil
				}
			}
		}
	}
}
