package server_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/grpc-ecosystem/grpc-gateway/v2/utilities"
	"github.com/stretchr/testify/assert"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"

	"github.com/cloudforet-io/spacegen/core/server"
)

// TestParametersThatNothingReads: a misspelt parameter is a mistake to be told of.
func TestParametersThatNothingReads(t *testing.T) {
	register := func(_ context.Context, mux *runtime.ServeMux, _ *grpc.ClientConn) error {
		return mux.HandlePath(http.MethodGet, "/find", func(w http.ResponseWriter, r *http.Request, _ map[string]string) {
			_, out := runtime.MarshalerForRequest(mux, r)
			m := new(reflectionv1.ServerReflectionRequest)
			if err := runtime.PopulateQueryParameters(m, r.URL.Query(), utilities.NewDoubleArray(nil)); err != nil {
				runtime.HTTPError(r.Context(), mux, out, w, r, status.Errorf(codes.InvalidArgument, "%v", err))
				return
			}
			runtime.ForwardResponseMessage(r.Context(), mux, out, w, r, m)
		})
	}
	address, _ := serveREST(t, &probe{}, server.RESTOptions{Register: []server.Registration{register}})
	for query, refused := range map[string]string{
		"host=a": "", "fileByFilename=a": "", "file_by_filename=a": "", "file_containing_extension.containing_type=a": "",
		"hots=a": "hots", "file_containing_extension.type=a": "file_containing_extension.type", "host.name=a": "host.name",
	} {
		res, body := send(t, http.MethodGet, address+"/find?"+query, nil)
		if refused == "" {
			assert.Equal(t, http.StatusOK, res.StatusCode, body)
			continue
		}
		assert.Equal(t, http.StatusBadRequest, res.StatusCode, query)
		code, text := detail(t, body)
		assert.Equal(t, "ERROR_INVALID_PARAMETER", code)
		assert.Contains(t, text, "key = "+refused)
	}
}
