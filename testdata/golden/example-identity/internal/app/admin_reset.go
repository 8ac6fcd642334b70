package app

import (
	"context"
	"os"
	"os/user"
	"strings"

	"github.com/cloudforet-io/identity/internal/service"
)

// ResetAdmin makes a user an administrator again; see service.AdminReset. The log says
// who has done so, and what it changed.
func (a *App) ResetAdmin(ctx context.Context, req service.AdminResetRequest) (done *service.AdminResetResult, err error) {
	if _, err := a.Migrate(ctx); err != nil {
		return nil, err
	}
	err = a.db.InTx(ctx, func(ctx context.Context) (err error) {
		done, err = service.NewAdminReset(a.managers).Run(ctx, req)
		return err
	})
	by := "unknown"
	if who, err := user.Current(); err == nil {
		by = who.Username
	}
	host, _ := os.Hostname() // empty: it has none
	attrs := []any{"domain", req.Domain, "user", req.UserID, "by", by, "host", host}
	if err != nil {
		a.telemetry.Log.WarnContext(ctx, "administrator was not reset", append(attrs, "error", err.Error())...)
		return nil, err
	}
	a.telemetry.Log.WarnContext(ctx, "administrator reset", append(attrs, "changed", strings.Join(done.Changed, ", "))...)
	return done, nil
}
