package database_test

import (
	"context"
	"fmt"
	"net"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
)

// TestPooler works behind what gives each transaction another connection.
func TestPooler(t *testing.T) {
	var options database.Options
	databasetest.PostgreSQL(t, func(o *database.Options) { options = *o })
	options, _ = behindPooler(t, options)
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

// TestAway tells who calls that he may try again, while the database is not there.
func TestAway(t *testing.T) {
	var options database.Options
	direct := databasetest.PostgreSQL(t, func(o *database.Options) { options, o.StatementTimeout = *o, 100*time.Millisecond })
	store := stars(t, direct)
	get := func(ctx context.Context) error { _, err := store.Get(ctx, nil, "star-1"); return err }
	leave := func(ctx context.Context, db *database.DB) {
		_, err := db.Conn(ctx).ExecContext(ctx, "SELECT pg_terminate_backend(pg_backend_pid())")
		require.Error(t, err)
	}

	err := direct.InTx(t.Context(), func(ctx context.Context) error { leave(ctx, direct); return get(ctx) })
	assert.Equal(t, codes.Unavailable, apierror.From(err).Status, err)
	require.NoError(t, get(t.Context()), "it is back")
	err = direct.InTx(t.Context(), func(ctx context.Context) error { leave(ctx, direct); return nil })
	assert.Equal(t, codes.Unavailable, apierror.From(err).Status, "what was never committed: %v", err)

	require.NoError(t, direct.InTx(t.Context(), func(ctx context.Context) error {
		_, err := direct.Conn(ctx).ExecContext(ctx, `LOCK TABLE "star"`)
		require.NoError(t, err)
		assert.Equal(t, codes.DeadlineExceeded, apierror.From(get(t.Context())).Status, "statement_timeout")
		return nil
	}))

	options.StatementTimeout, options.MaxOpen = -1, 1
	options, stop := behindPooler(t, options)
	db, err := database.Open(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	stop()
	leave(t.Context(), db)
	err = db.InTx(t.Context(), func(context.Context) error { return nil })
	assert.Equal(t, "ERROR_DB_CONNECTION", apierror.From(err).Code, err)
}

// behindPooler serves two connections to PostgreSQL in turn, as PgBouncer does in
// transaction mode, until stop lets nobody else in. It understands simple queries only.
func behindPooler(t *testing.T, o database.Options) (options database.Options, stop func()) {
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
	stop = func() { _ = listener.Close() }
	t.Cleanup(stop)
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
	o.Host, o.Port = "127.0.0.1", listener.Addr().(*net.TCPAddr).Port
	o.Schema = "" // is that of the connections
	return o, stop
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
