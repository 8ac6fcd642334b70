//go:build unix

package chaostest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// pooled is how many connections to PostgreSQL the pooler has: fewer than there are calls
// at once, so that these share them.
const pooled = 4

// poolerDies has the service reach PostgreSQL by PgBouncer, which gives it another
// connection with each transaction, and kills that.
func (w *world) poolerDies(t *testing.T) {
	bouncer, found := program("pgbouncer")
	if !found {
		t.Skip("pgbouncer is missing on this machine: install PgBouncer (Debian: apt-get install pgbouncer)")
	}
	name, settings := w.database(t)
	dir, port := folder(t, "pgbouncer"), freePorts(t, 1)[0]
	config := filepath.Join(dir, "pgbouncer.ini")
	text := fmt.Sprintf(`[databases]
* = host=127.0.0.1 port=%d user=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = %d
`, w.postgres.port, postgresUser, port, pooled)
	require.NoError(t, os.WriteFile(config, []byte(text), 0o644)) //nolint:gosec // it holds no secret, and another user reads it
	pooler := &process{}
	start := func() {
		pooler = launch(t, "pgbouncer", dir, unprivileged(t), nil, bouncer, config)
		eventually(t, startTime, "PgBouncer", func(ctx context.Context) error {
			require.NoError(t, pooler.alive())
			conn, err := pgx.Connect(ctx, fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s?sslmode=disable&default_query_exec_mode=simple_protocol", postgresUser, port, name))
			if err != nil {
				return err
			}
			return conn.Close(ctx)
		})
	}
	start()
	database := settings["DATABASES"].(map[string]any)["default"].(map[string]any)
	database["port"], database["statement_timeout"] = port, -1
	service := w.start(t, settings, how{})
	var back time.Time
	calls := w.strain(t, load{caller: w.dial(t, service), lists: true}, func() {
		time.Sleep(w.load / 3)
		pooler.kill()
		time.Sleep(w.load / 10)
		start()
		back = time.Now()
		time.Sleep(w.load / 3)
	})
	v, recovered := w.judge(t, name, calls), recovery(calls, back)
	t.Logf("PgBouncer in transaction mode, killed under load: %s; worked again %s after it was back", v, recovered.Round(time.Millisecond))
	w.assertNothingLost(t, v, 1, service)
	assertRecovered(t, recovered)
}
