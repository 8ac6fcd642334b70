package app

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/apierror"

	"github.com/cloudforet-io/identity/internal/service"
)

// Bootstrap makes what a platform begins with, in the database that is
// configured, whose tables it brings up to date first.
func (a *App) Bootstrap(ctx context.Context, first service.First) (begun *service.Begun, err error) {
	if _, err := a.Migrate(ctx); err != nil {
		return nil, err
	}
	run := func(ctx context.Context) (err error) {
		begun, err = service.NewBootstrap(a.managers).Run(ctx, first)
		return err
	}
	err = a.db.InTx(ctx, run)
	if apierror.IsTaken(err) {
		err = a.db.InTx(ctx, run) // another process was quicker: what it made is there now
	}
	return begun, err
}
