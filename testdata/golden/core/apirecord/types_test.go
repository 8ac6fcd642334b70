package apirecord_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/api/httpbody"
	rpcerror "google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/cloudforet-io/spacegen/core/apirecord"
)

// TestTypesThatJSONLacks: a model may keep them as what they are, and gives them back; what
// a field cannot hold is an error, and not a text that names the type.
func TestTypesThatJSONLacks(t *testing.T) {
	type body struct {
		ContentType decimal.Decimal `bun:"content_type"`
		Data        []byte          `bun:"data"`
	}
	in, out, kept := &httpbody.HttpBody{ContentType: "12.50", Data: []byte{0, 255}}, new(httpbody.HttpBody), new(body)
	require.NoError(t, apirecord.New(in, kept))
	require.NoError(t, apirecord.Write(kept, out))
	assert.Equal(t, "12.5", out.GetContentType())
	assert.Equal(t, in.GetData(), out.GetData())
	assert.ErrorContains(t, apirecord.New(&httpbody.HttpBody{ContentType: "1e999999999"}, kept), "content_type")
	assert.ErrorContains(t, apirecord.New(&httpbody.HttpBody{ContentType: "dear"}, kept), "content_type")

	type retry struct {
		RetryDelay time.Duration `bun:"retry_delay"`
	}
	delay, answer, stored := &rpcerror.RetryInfo{RetryDelay: durationpb.New(1500 * time.Millisecond)}, new(rpcerror.RetryInfo), new(retry)
	require.NoError(t, apirecord.New(delay, stored))
	assert.Equal(t, 1500*time.Millisecond, stored.RetryDelay)
	require.NoError(t, apirecord.Write(stored, answer))
	assert.Equal(t, 1500*time.Millisecond, answer.GetRetryDelay().AsDuration())
	assert.ErrorContains(t, apirecord.New(&rpcerror.RetryInfo{RetryDelay: &durationpb.Duration{Seconds: 315_576_000_000}}, stored), "retry_delay")

	type odd struct {
		ContentType time.Duration `bun:"content_type"`
	}
	assert.EqualError(t, apirecord.Write(&odd{ContentType: 1}, out), "show the field content_type: a string holds no time.Duration")
}
