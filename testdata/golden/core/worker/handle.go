package worker

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/queue"
)

// Handle makes a function what is called for a task. What the task is told and what the
// function takes are of one type.
func Handle[T any](name queue.Name[T], do func(context.Context, T) error) Method {
	return func(ctx context.Context, params map[string]any) error {
		told, err := name.Told(params)
		if err != nil {
			return apierror.Invalid("params", err.Error())
		}
		return do(ctx, told)
	}
}

// Runs reports whether a task may name a method, such as Order.expire.
func (d Dispatcher) Runs(method string) bool {
	_, ok := d[method]
	return ok
}
