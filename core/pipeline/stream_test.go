package pipeline_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// sent is a stream on which a client has sent some texts.
type sent struct {
	grpc.ServerStream
	texts []string
}

func (s *sent) Context() context.Context { return context.Background() }

func (s *sent) RecvMsg(m any) error {
	if len(s.texts) == 0 {
		return io.EOF
	}
	m.(*wrapperspb.StringValue).Value = s.texts[0]
	s.texts = s.texts[1:]
	return nil
}

// TestRequestsOfStreamsAreChecked: each that a client streams, as it comes.
func TestRequestsOfStreamsAreChecked(t *testing.T) {
	noEmptyText := func(req proto.Message) error {
		if req.(*wrapperspb.StringValue).GetValue() == "" {
			return apierror.Invalid("value", "it is empty")
		}
		return nil
	}
	for name, tc := range map[string]struct {
		check func(proto.Message) error
		texts []string
		seen  []string
		code  string
	}{
		"all keep to the rules":    {noEmptyText, []string{"a", "b"}, []string{"a", "b"}, ""},
		"the second breaks a rule": {noEmptyText, []string{"a", "", "c"}, []string{"a"}, "ERROR_INVALID_PARAMETER"},
		"there are no rules":       {nil, []string{"a", ""}, []string{"a", ""}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := pipeline.New(pipeline.Options{Service: "test", Check: tc.check})
			require.NoError(t, err)
			stream := &grpc.GenericServerStream[wrapperspb.StringValue, wrapperspb.StringValue]{ServerStream: p.Checked(&sent{texts: tc.texts})}
			var seen []string
			err = pipeline.Stream(stream.Context(), p, pipeline.Method{Resource: "Text", Verb: "put"}, nil, func(context.Context) error {
				for {
					req, err := stream.Recv()
					if errors.Is(err, io.EOF) {
						return nil
					}
					if err != nil {
						return err
					}
					seen = append(seen, req.GetValue())
				}
			})
			assert.Equal(t, tc.seen, seen)
			if tc.code == "" {
				require.NoError(t, err)
				return
			}
			assert.Equal(t, tc.code, apierror.From(err).Code)
		})
	}
}
