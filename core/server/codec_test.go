package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/server"
)

// nested is a value of objects within each other.
func nested(depth int) *structpb.Struct {
	value := structpb.NewStringValue("deep")
	for range depth {
		value = structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{"a": value}})
	}
	return &structpb.Struct{Fields: map[string]*structpb.Value{"text": value}}
}

// garbage is a client's codec that sends what is no message.
type garbage struct{ encoding.CodecV2 }

func (garbage) Marshal(any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer("\xff\xff\xff")}, nil
}

// TestRequestsThatCannotBeRead are their callers' fault.
func TestRequestsThatCannotBeRead(t *testing.T) {
	p := &probe{watch: func(s grpc.ServerStream) error {
		if err := s.RecvMsg(new(structpb.Struct)); err != nil {
			return err
		}
		return s.SendMsg(message("read"))
	}}
	_, conn, _ := serve(t, p, server.GRPCOptions{})
	bad := grpc.ForceCodecV2(garbage{encoding.GetCodecV2("proto")})
	for name, tc := range map[string]struct {
		req     *structpb.Struct
		options []grpc.CallOption
		want    codes.Code
		says    string
	}{
		"deep":           {nested(150), nil, codes.OK, ""},
		"too deep":       {nested(200), nil, codes.InvalidArgument, "more than 500 messages lie within each other"},
		"as deep as can": {nested(3000), nil, codes.InvalidArgument, "more than 500 messages lie within each other"},
		"no message":     {nested(1), []grpc.CallOption{bad}, codes.InvalidArgument, "it is no such message"},
	} {
		t.Run(name, func(t *testing.T) {
			err := conn.Invoke(t.Context(), callMethod, tc.req, new(structpb.Struct), tc.options...)
			assert.Equal(t, tc.want, status.Code(err), "%v", err)
			stream, open := conn.NewStream(t.Context(), &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, watchMethod, tc.options...)
			require.NoError(t, open)
			require.NoError(t, stream.SendMsg(tc.req))
			streamed := stream.RecvMsg(new(structpb.Struct))
			assert.Equal(t, tc.want, status.Code(streamed), "%v", streamed)
			if tc.says != "" {
				assert.ErrorContains(t, err, "ERROR_INVALID_PARAMETER")
				assert.ErrorContains(t, err, tc.says)
				assert.ErrorContains(t, streamed, tc.says)
			}
		})
	}
	_, err := call(t.Context(), conn, "still there")
	assert.NoError(t, err)
}

func TestJSONThatIsTooDeep(t *testing.T) {
	url, _ := serveREST(t, &probe{}, server.RESTOptions{})
	for name, tc := range map[string]struct {
		depth, want int
	}{
		"deep": {100, http.StatusOK}, "too deep": {400, http.StatusBadRequest},
		"too deep for JSON": {900, http.StatusBadRequest}, "too deep for anything": {1_000_000, http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			for _, pair := range [][2]string{{`{"a":`, `}`}, {"[", "]"}} {
				body := `{"text":` + strings.Repeat(pair[0], tc.depth) + "1" + strings.Repeat(pair[1], tc.depth) + "}"
				res, answer := send(t, http.MethodPost, url+"/test/v1/probe/call", strings.NewReader(body))
				assert.Equal(t, tc.want, res.StatusCode, answer)
				if tc.want != http.StatusOK {
					code, _ := detail(t, answer)
					assert.Equal(t, "ERROR_INVALID_PARAMETER", code)
				}
			}
		})
	}
}
