//go:build unix

package chaostest

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// startTime is what a server has to answer after it was started, its recovery included.
const startTime = time.Minute

// commitDelay has commits take longer, in microseconds, so that what kills the server finds
// some of them under way.
const commitDelay = "3000"

// postgresUser owns the server's databases.
const postgresUser = "chaos"

// postgres is a PostgreSQL of the test's own.
type postgres struct {
	*process
	owner   *testing.T // who has it end
	program string
	dir     string
	as      *syscall.Credential
	port    int
}

func startPostgres(t *testing.T) *postgres {
	t.Helper()
	initdb := required(t, "initdb", "PostgreSQL (Debian: apt-get install postgresql)")
	p := &postgres{
		owner:   t,
		program: required(t, "postgres", "PostgreSQL (Debian: apt-get install postgresql)"),
		dir:     folder(t, "postgres"), as: unprivileged(t), port: freePorts(t, 1)[0],
	}
	//nolint:gosec // the machine's own
	make := exec.CommandContext(t.Context(), initdb, "--pgdata", filepath.Join(p.dir, "data"), "--username", postgresUser,
		"--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync")
	make.Dir = p.dir
	if p.as != nil {
		make.SysProcAttr = &syscall.SysProcAttr{Credential: p.as}
	}
	out, err := make.CombinedOutput()
	require.NoError(t, err, "initdb: %s", out)
	p.start(t)
	return p
}

// start starts the server, again if it was killed, and gives how long it took to answer.
func (p *postgres) start(t *testing.T) time.Duration {
	t.Helper()
	launch := func() {
		p.process = launch(p.owner, "postgres", p.dir, p.as, nil, p.program, "-D", filepath.Join(p.dir, "data"),
			"-p", strconv.Itoa(p.port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=120",
			"-c", "commit_delay="+commitDelay, "-c", "commit_siblings=1")
	}
	launch()
	return eventually(t, startTime, "PostgreSQL", func(ctx context.Context) error {
		if p.alive() != nil { // what was killed may have its memory for a moment yet
			launch()
		}
		return p.do(ctx, "postgres", "SELECT 1")
	})
}

// do runs a statement in a database.
func (p *postgres) do(ctx context.Context, database, statement string, args ...any) error {
	conn, err := pgx.Connect(ctx, p.url(database))
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // its work is done
	_, err = conn.Exec(ctx, statement, args...)
	return err
}

func (p *postgres) url(database string) string {
	return fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s?sslmode=disable", postgresUser, p.port, database)
}

// killBackend kills one process of the server that serves a database, as the machine does
// when it has no memory left: the server drops all connections and recovers.
func (p *postgres) killBackend(t *testing.T, database string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), p.url("postgres"))
	require.NoError(t, err)
	defer conn.Close(t.Context()) //nolint:errcheck // the server drops it
	var pid int
	require.NoError(t, conn.QueryRow(t.Context(), `SELECT pid FROM pg_stat_activity WHERE datname = $1 LIMIT 1`, database).Scan(&pid))
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
}
