package worker

import (
	"context"
	"encoding/json"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/worker"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// message is a pointer to a message of type T.
type message[T any] interface {
	*T
	proto.Message
}

// task makes a method callable by a task: the task's parameters are the JSON
// form of the method's request. What the method answers is nobody's to read.
func task[T any, Req message[T], Res proto.Message](method func(context.Context, Req) (Res, error)) worker.Method {
	return func(ctx context.Context, params map[string]any) error {
		if params == nil {
			params = map[string]any{}
		}
		text, err := json.Marshal(params)
		if err != nil {
			return apierror.Invalid("params", err.Error())
		}
		req := Req(new(T))
		if err := protojson.Unmarshal(text, req); err != nil {
			return apierror.Invalid("params", err.Error())
		}
		_, err = method(ctx, req)
		return err
	}
}
