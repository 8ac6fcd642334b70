package database

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"google.golang.org/grpc/codes"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// PostgreSQL's codes. Those that are shorter are classes.
const (
	connectionException  = "08"
	transactionRollback  = "40" // a deadlock, too
	noResources          = "53" // disk, memory, connections
	operatorIntervention = "57P"
	systemError          = "58"
	readOnly             = "25006" // a standby, or what was the primary before
	lockNotAvailable     = "55P03"
	outOfRange           = "22003"
	queryCanceled        = "57014"
	invalidPattern       = "2201B"
	notSupported         = "0A000"
	noStatement          = "26000"
	sameStatement        = "42P05"
)

// When it is worth trying again. Who waits at random is not met by the same others.
const (
	busyWait = 200 * time.Millisecond
	fullWait = 30 * time.Second
)

// passing gives a failure that says nothing of the question as a caller may see
// it, who may ask again; nil if it is none.
func passing(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return nil // the caller's own
	}
	if planChanged(err) {
		return busy(err)
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return passingPostgres(pg.Code, pg.Message, err)
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		if strings.Contains(lite.Error(), errTooSlow.Error()) {
			return apierror.Query("A pattern takes too long: write it without repetitions in one another, or without back references.").Because(err)
		}
		return passingSQLite(lite.Code()&0xff, err)
	}
	if lost(err) {
		return away(err)
	}
	return nil
}

func passingPostgres(code, message string, err error) error {
	in := func(class string) bool { return strings.HasPrefix(code, class) }
	switch {
	case code == queryCanceled && strings.Contains(message, "timeout"):
		return apierror.From(context.DeadlineExceeded).Because(err)
	case code == outOfRange:
		return apierror.Query("A number is larger than any that an answer holds.").Because(err)
	case code == invalidPattern:
		return apierror.Query("A pattern cannot be read: %s", message).Because(err)
	case in(transactionRollback), code == lockNotAvailable:
		return busy(err)
	case in(noResources), in(systemError):
		return full(err)
	case in(connectionException), in(operatorIntervention), code == readOnly:
		return away(err)
	default:
		return nil
	}
}

func passingSQLite(code int, err error) error {
	switch code {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		return busy(err)
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
		return full(err)
	default:
		return nil
	}
}

// undone tells whether a transaction that failed has surely not been committed, and
// might succeed if all of it was done again. What its body did elsewhere nobody
// knows here, so that only who asked for it can.
func undone(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return strings.HasPrefix(pg.Code, transactionRollback) || strings.HasPrefix(pg.Code, noResources) || pg.Code == lockNotAvailable
	}
	_, ok := errors.AsType[*sqlite.Error](err)
	return ok || pgconn.SafeToRetry(err)
}

func away(err error) error {
	return apierror.New(codes.Unavailable, "ERROR_DB_CONNECTION", "Database is unavailable: try again.").Because(err)
}

func busy(err error) error {
	return apierror.New(codes.Unavailable, "ERROR_DB_BUSY", "Other calls changed the same at the same time: try again.").
		After(busyWait).Because(err)
}

func full(err error) error {
	return apierror.New(codes.Unavailable, "ERROR_DB_RESOURCES", "Database has no room, memory or connection left: try again later.").
		After(fullWait).Because(err)
}

// lost tells whether there is, or was, no connection.
func lost(err error) bool {
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[*net.OpError](err)
	return connecting || network || pgconn.SafeToRetry(err) || errors.Is(err, pgconn.ErrConnClosed) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
