package spaceconnector

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// A Client calls methods of a server by name, with JSON-like parameters and
// answers. What their messages are like it learns by server reflection.
type Client struct {
	conn    grpc.ClientConnInterface
	now     func() time.Time
	mu      sync.Mutex
	methods map[string]method
}

// methodHolds is how long a method is taken to be as the server described it. It may
// be updated, and then takes and gives more.
const methodHolds = time.Minute

// NewClient makes a client of the server that a connection leads to.
func NewClient(conn grpc.ClientConnInterface) *Client {
	return &Client{conn: conn, now: time.Now, methods: map[string]method{}}
}

// Conn is the connection, for generated clients.
func (c *Client) Conn() grpc.ClientConnInterface { return c.conn }

// Call calls a method, such as Domain.get_public_key.
func (c *Client) Call(ctx context.Context, name string, params map[string]any) (map[string]any, error) {
	m, err := c.method(ctx, name)
	if err != nil {
		return nil, err
	}
	req, err := m.request(params)
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		res := dynamicpb.NewMessage(m.descriptor.Output())
		err := c.conn.Invoke(ctx, m.path, req, res)
		if err == nil {
			return plain(res)
		}
		if status.Code(err) != codes.Unavailable || !m.reads() || attempt == attempts || !pause(ctx, attempt) {
			return nil, answered(err)
		}
	}
}

// Stream calls a method, such as Collector.collect, and gives its answers as
// they come; one that does not stream has one. An error is the last of them.
// Ending the loop ends the call.
func (c *Client) Stream(ctx context.Context, name string, params map[string]any) iter.Seq2[map[string]any, error] {
	return func(yield func(map[string]any, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		err := c.stream(ctx, name, params, func(answer map[string]any) bool { return yield(answer, nil) })
		if err != nil {
			yield(nil, fmt.Errorf("call %s: %w", name, err))
		}
	}
}

// stream makes a call whose answers stream, until one is refused.
func (c *Client) stream(ctx context.Context, name string, params map[string]any, yield func(map[string]any) bool) error {
	m, err := c.method(ctx, name)
	if err != nil {
		return err
	}
	req, err := m.request(params)
	if err != nil {
		return err
	}
	stream, err := c.conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, m.path)
	if err != nil {
		return answered(err)
	}
	if err := stream.SendMsg(req); err != nil && !errors.Is(err, io.EOF) { // RecvMsg says why it ended
		return answered(err)
	}
	if err := stream.CloseSend(); err != nil {
		return answered(err)
	}
	for {
		res := dynamicpb.NewMessage(m.descriptor.Output())
		if err := stream.RecvMsg(res); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return answered(err)
		}
		answer, err := plain(res)
		if err != nil {
			return err
		}
		if !yield(answer) {
			return nil
		}
	}
}

// request makes a method's message of JSON-like parameters.
func (m method) request(params map[string]any) (proto.Message, error) {
	if params == nil {
		params = map[string]any{}
	}
	text, err := json.Marshal(params)
	if err != nil {
		return nil, apierror.Invalid("params", err.Error())
	}
	req := dynamicpb.NewMessage(m.descriptor.Input())
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(text, req); err != nil {
		return nil, apierror.Invalid("params", strings.TrimSpace(err.Error()))
	}
	return req, nil
}

// plain gives a message as JSON-like values.
func plain(res proto.Message) (map[string]any, error) {
	text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(res)
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	answer := map[string]any{}
	return answer, json.Unmarshal(text, &answer)
}

// answered gives the error of a call as one of the platform's, with what the
// connection had to say about it.
func answered(err error) error {
	if _, ok := errors.AsType[*apierror.Error](err); ok {
		return err
	}
	return apierror.From(err)
}
