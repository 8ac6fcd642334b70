package server_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/cloudforet-io/spacegen/core/server"
)

// TestOnly: a result has the fields that were asked for, and none that is empty beside them.
func TestOnly(t *testing.T) {
	name, number := "a", int32(0)
	found := &descriptorpb.EnumDescriptorProto{Value: []*descriptorpb.EnumValueDescriptorProto{{Name: &name}, {Number: &number}}}
	register := func(_ context.Context, mux *runtime.ServeMux, _ *grpc.ClientConn) error {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			if err := mux.HandlePath(method, "/list", func(w http.ResponseWriter, r *http.Request, _ map[string]string) {
				_, out := runtime.MarshalerForRequest(mux, r)
				ctx, err := runtime.AnnotateContext(r.Context(), mux, r, callMethod)
				if err != nil {
					runtime.HTTPError(ctx, mux, out, w, r, err)
					return
				}
				runtime.ForwardResponseMessage(ctx, mux, out, w, r, found)
			}); err != nil {
				return err
			}
		}
		return nil
	}
	url, _ := serveREST(t, &probe{}, server.RESTOptions{Register: []server.Registration{register}})
	const whole = `[{"name":"a","number":null,"options":null},{"name":null,"number":0,"options":null}]`
	for query, want := range map[string]string{
		`{}`:                               whole,
		`{"query":{"only":[]}}`:            whole,
		`{"query":{"keyword":"only"}}`:     whole,
		`{"query":{"minimal":false}}`:      whole,
		`{"query":{"only":["name"]}}`:      `[{"name":"a"},{"name":null,"number":0}]`,
		`{"query":{"only":["options.a"]}}`: `[{"name":"a","options":null},{"number":0,"options":null}]`,
		`{"query":{"minimal":true}}`:       `[{"name":"a"},{"number":0}]`,
	} {
		_, body := send(t, http.MethodPost, url+"/list", strings.NewReader(query))
		assert.JSONEq(t, want, part(t, body, "value"), query)
	}
	_, body := send(t, http.MethodGet, url+"/list?query.only=name&query.only=number", nil)
	assert.JSONEq(t, `[{"name":"a","number":null},{"name":null,"number":0}]`, part(t, body, "value"))
}

func part(t *testing.T, body, member string) string {
	t.Helper()
	var all map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(body), &all), body)
	return string(all[member])
}
