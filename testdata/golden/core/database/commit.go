package database

import (
	"context"
	"database/sql"
	"sync"

	"github.com/uptrace/bun"
)

// transaction is what the context of a transaction carries.
type transaction struct {
	bun.Tx

	conn  *sql.Conn // of PostgreSQL, which it runs on
	mu    sync.Mutex
	after []func()
}

// AfterCommit has do run when the transaction that ctx carries is committed, and
// never if it is rolled back. It is false, and do is not run, if ctx carries none.
func (db *DB) AfterCommit(ctx context.Context, do func()) bool {
	t := db.transaction(ctx)
	if t == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.after = append(t.after, do)
	return true
}

// transaction is what ctx carries of this database, nil if nothing.
func (db *DB) transaction(ctx context.Context) *transaction {
	t, _ := ctx.Value(txKey{db}).(*transaction)
	return t
}

func (t *transaction) committed() {
	t.mu.Lock()
	after := t.after
	t.mu.Unlock()
	for _, do := range after {
		do()
	}
}
