package database

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/plugin/internal/core/apierror"
)

// PostgreSQL's codes.
const (
	connectionException  = "08"  // and more: a class
	operatorIntervention = "57P" // and more: it stops, or starts
	tooManyConnections   = "53300"
	queryCanceled        = "57014"
)

// passing gives a failure that says nothing of the question as a caller may see
// it, who may ask again; nil if it is none.
func passing(err error) error {
	pg, answered := errors.AsType[*pgconn.PgError](err)
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return nil // the caller's own
	case answered && pg.Code == queryCanceled && strings.Contains(pg.Message, "timeout"):
		return apierror.From(context.DeadlineExceeded).Because(err)
	case answered && !strings.HasPrefix(pg.Code, connectionException) &&
		!strings.HasPrefix(pg.Code, operatorIntervention) && pg.Code != tooManyConnections:
		return nil
	case answered || lost(err):
		return apierror.New(codes.Unavailable, "ERROR_DB_CONNECTION", "Database is unavailable: try again.").Because(err)
	default:
		return nil
	}
}

// lost tells whether there is, or was, no connection.
func lost(err error) bool {
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[*net.OpError](err)
	return connecting || network || pgconn.SafeToRetry(err) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
