package pipeline

import (
	"context"
	"encoding/json"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// Task lets a task that no API offers through the pipeline to a function. Handlers see
// what it is told as a google.protobuf.Struct; what they change there changes nothing.
func Task[T any](ctx context.Context, p *Pipeline, m Method, told T, body func(context.Context, T) error) error {
	req, err := message(told)
	if err != nil {
		return apierror.Invalid("params", err.Error())
	}
	_, err = Call(ctx, p, m, req, func(ctx context.Context, _ proto.Message) (*emptypb.Empty, error) {
		if err := body(ctx, told); err != nil {
			return nil, err
		}
		return new(emptypb.Empty), nil
	})
	return err
}

func message(told any) (proto.Message, error) {
	if m, ok := told.(proto.Message); ok {
		return m, nil
	}
	text, err := json.Marshal(told)
	if err != nil {
		return nil, err
	}
	m := new(structpb.Struct)
	return m, m.UnmarshalJSON(text)
}
