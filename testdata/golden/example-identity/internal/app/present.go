package app

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/proto"

	"github.com/cloudforet-io/identity/internal/service"
)

// present refuses calls that change something by callers who are no longer what
// their tokens say. It is no choice of the configuration.
type present struct{ app *App }

// Verify looks the caller up.
func (p present) Verify(ctx context.Context, t *pipeline.Transaction, _ proto.Message) error {
	if t.Identity == nil || t.Method.ReadOnly {
		return nil
	}
	return service.NewCaller(p.app.managers).Check(ctx, t.Identity)
}
