package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// What the table holds: the caller's regions, and those of others. Of the caller's, each
// provider has a tenth.
const (
	ownDomain    = "domain-1"
	ownWorkspace = "workspace-1"
	ownRows      = 1_000
	otherRows    = 9_000
	providers    = 10
)

// A database is one of our own in a PostgreSQL.
type database struct {
	name, url string
	admin     *pgx.Conn // to the server's
	conn      *pgx.Conn // to it
}

// makeDatabase makes one in the PostgreSQL of a URL.
func makeDatabase(ctx context.Context, server string) (*database, error) {
	address, err := url.Parse(server)
	if err != nil {
		return nil, err
	}
	db := &database{name: fmt.Sprintf("peers_%d", time.Now().UnixNano())}
	address.Path = "/" + db.name
	query := address.Query()
	if !query.Has("sslmode") {
		query.Set("sslmode", "disable")
	}
	address.RawQuery = query.Encode()
	db.url = address.String()
	if db.admin, err = pgx.Connect(ctx, server); err != nil {
		return nil, err
	}
	if _, err = db.admin.Exec(ctx, "CREATE DATABASE "+db.name); err != nil {
		return nil, errors.Join(err, db.admin.Close(ctx))
	}
	if db.conn, err = pgx.Connect(ctx, db.url); err != nil {
		return nil, errors.Join(err, db.drop(ctx))
	}
	return db, nil
}

func (db *database) drop(ctx context.Context) error {
	_, err := db.admin.Exec(ctx, "DROP DATABASE "+db.name+" WITH (FORCE)")
	return errors.Join(err, db.admin.Close(ctx))
}

// fill has the emitted service make the table, and fills one like it, from which each
// round has its rows.
func (db *database) fill(ctx context.Context, servers []*server) error {
	made := false
	for _, s := range servers {
		if s.migrate == nil || made {
			continue
		}
		cmd := exec.CommandContext(ctx, s.program, s.migrate...)
		cmd.Env = append(cmd.Environ(), s.env...)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s migrate: %w\n%s", s.name, err, out)
		}
		made = true
	}
	if !made {
		return errors.New("the emitted service makes the table, and is not among the servers: add " + emitted)
	}
	_, err := db.conn.Exec(ctx, fmt.Sprintf(`
		ALTER TABLE region SET (autovacuum_enabled = off);
		CREATE TABLE seed AS SELECT * FROM region WITH NO DATA;
		INSERT INTO seed (region_id, name, region_code, provider, tags, domain_id, workspace_id, created_at, _version, updated_at)
		SELECT 'region-' || lpad(to_hex(n), 12, '0'), 'Region ' || n, 'code-' || n, 'provider-' || n %% %d,
			'{"environment": "production", "team": "platform"}',
			CASE WHEN n < %d THEN '%s' ELSE 'domain-other-' || n %% 9 END, '%s',
			now() - n * interval '1 minute', 1, now() - n * interval '1 second'
		FROM generate_series(0, %d) AS n`, providers, ownRows, ownDomain, ownWorkspace, ownRows+otherRows-1))
	return err
}

// reset gives the table the rows that each round begins with.
func (db *database) reset(ctx context.Context) error {
	for _, statement := range []string{"TRUNCATE region", "INSERT INTO region SELECT * FROM seed", "VACUUM (ANALYZE) region"} {
		if _, err := db.conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// adopt gives the processes that serve others in this database the priority of this one.
// On a machine that others use too, `nice` then tells for all that is measured.
func (db *database) adopt(ctx context.Context) error {
	own, err := syscall.Getpriority(syscall.PRIO_PROCESS, 0)
	if err != nil || own == unhurried {
		return err
	}
	worked, err := db.cpu(ctx)
	if err != nil {
		return err
	}
	for pid := range worked {
		if err := syscall.Setpriority(syscall.PRIO_PROCESS, pid, unhurried-own); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("give PostgreSQL's process %d this one's priority: %w", pid, err)
		}
	}
	return nil
}

// unhurried is the usual priority, as the system call gives it: 20 minus what nice says.
const unhurried = 20

// cpu is what the processes that serve others in this database have worked, by PID.
func (db *database) cpu(ctx context.Context) (map[int]time.Duration, error) {
	rows, err := db.conn.Query(ctx, "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()", db.name)
	if err != nil {
		return nil, err
	}
	pids, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		return nil, err
	}
	worked := map[int]time.Duration{}
	for _, pid := range pids {
		spent, err := cpuOf(pid)
		switch {
		case errors.Is(err, os.ErrNotExist): // it has ended, or runs on another machine
		case err != nil:
			return nil, err
		default:
			worked[pid] = spent
		}
	}
	return worked, nil
}
