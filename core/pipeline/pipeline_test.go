package pipeline_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// probe is every kind of handler and a transactor; it records what happens.
type probe struct {
	name   string
	events *[]string
	fail   map[string]error
	panics string
}

func (p probe) did(event string) error {
	*p.events = append(*p.events, p.name+event)
	if p.panics == event {
		panic("at " + event)
	}
	return p.fail[event]
}

type (
	authenticates struct{ probe }
	authorizes    struct{ probe }
	mutates       struct{ probe }
	listens       struct{ probe }
	transacts     struct{ probe }
)

func (p authenticates) Verify(context.Context, *pipeline.Transaction, proto.Message) error {
	return p.did("authenticate")
}
func (p authorizes) Verify(context.Context, *pipeline.Transaction, proto.Message) error {
	return p.did("authorize")
}
func (p mutates) Request(context.Context, *pipeline.Transaction, proto.Message) error {
	return p.did("request")
}
func (p mutates) Response(context.Context, *pipeline.Transaction, proto.Message) error {
	return p.did("response")
}
func (p listens) Notify(_ context.Context, _ *pipeline.Transaction, status pipeline.Status, _ proto.Message, _ error) {
	_ = p.did(string(status))
}
func (p transacts) InTx(ctx context.Context, do func(context.Context) error) error {
	_ = p.did("begin")
	if err := do(ctx); err != nil {
		_ = p.did("rollback")
		return err
	}
	return p.did("commit")
}

type fixture struct {
	*pipeline.Pipeline
	events  []string
	log     bytes.Buffer
	metrics *prometheus.Registry
}

func newFixture(t testing.TB, fail map[string]error, panics string) *fixture {
	t.Helper()
	f := &fixture{metrics: prometheus.NewRegistry()}
	p := probe{events: &f.events, fail: fail, panics: panics}
	second := p
	second.name = "second "
	var err error
	f.Pipeline, err = pipeline.New(pipeline.Options{
		Service: "test", Transactor: transacts{p}, Metrics: f.metrics,
		Log: slog.New(slog.NewJSONHandler(&f.log, nil)),
		Handlers: pipeline.Handlers{
			Authentication: []pipeline.AuthenticationHandler{authenticates{p}},
			Authorization:  []pipeline.AuthorizationHandler{authorizes{p}},
			Mutation:       []pipeline.MutationHandler{mutates{p}, mutates{second}},
			Event:          []pipeline.EventHandler{listens{p}},
		},
	})
	require.NoError(t, err)
	return f
}

var write = pipeline.Method{Resource: "Region", Verb: "create"}

func (f *fixture) call(m pipeline.Method, body func(context.Context) error) error {
	_, err := pipeline.Call(context.Background(), f.Pipeline, m, wrapperspb.String("in"),
		func(ctx context.Context, _ *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
			f.events = append(f.events, "body")
			return wrapperspb.String("out"), body(ctx)
		})
	return err
}

func fine(context.Context) error { return nil }

func TestOrder(t *testing.T) {
	f := newFixture(t, nil, "")
	require.NoError(t, f.call(write, func(ctx context.Context) error {
		call := pipeline.TransactionFrom(ctx)
		assert.Equal(t, write.Name(), call.Method.Name())
		call.OnSuccess(func(context.Context) error { f.events = append(f.events, "follow-up"); return nil })
		call.OnFailure(func(context.Context) error { f.events = append(f.events, "undo"); return nil })
		return nil
	}))
	assert.Equal(t, []string{
		"STARTED", "authenticate", "authorize", "request", "second request", "IN_PROGRESS",
		"begin", "body", "second response", "response", "commit", "follow-up", "SUCCESS",
	}, f.events)
	count, err := testutil.GatherAndCount(f.metrics, "calls_total")
	require.NoError(t, err)
	assert.Equal(t, 1, count)
	assert.Regexp(t, `"took":"[0-9.]+(µs|ms|s)"`, f.log.String(), "with its unit")
}

func TestReadersNeedNoTransaction(t *testing.T) {
	f := newFixture(t, nil, "")
	require.NoError(t, f.call(pipeline.Method{ReadOnly: true}, fine))
	assert.NotContains(t, f.events, "begin")
}

func TestWhatWritesPieceByPieceKeepsItsOwnTransactions(t *testing.T) {
	f := newFixture(t, nil, "")
	require.NoError(t, f.call(pipeline.Method{Piecemeal: true}, fine))
	assert.NotContains(t, f.events, "begin")
}

func TestExclude(t *testing.T) {
	f := newFixture(t, nil, "")
	all := []pipeline.Kind{pipeline.Authentication, pipeline.Authorization, pipeline.Mutation, pipeline.Event}
	require.NoError(t, f.call(pipeline.Method{ReadOnly: true, Exclude: all}, fine))
	assert.Equal(t, []string{"body"}, f.events)
}

func TestWhoIsRefusedGetsNoFurther(t *testing.T) {
	for step, reached := range map[string][]string{
		"authenticate": {"STARTED", "authenticate", "FAILURE"},
		"authorize":    {"STARTED", "authenticate", "authorize", "FAILURE"},
		"request":      {"STARTED", "authenticate", "authorize", "request", "FAILURE"},
	} {
		f := newFixture(t, map[string]error{step: apierror.PermissionDenied()}, "")
		err := f.call(write, fine)
		assert.Equal(t, "ERROR_PERMISSION_DENIED", apierror.From(err).Code)
		assert.Equal(t, reached, f.events)
	}
}

func TestFailureIsUndoneInReverse(t *testing.T) {
	f := newFixture(t, nil, "")
	err := f.call(write, func(ctx context.Context) error {
		call := pipeline.TransactionFrom(ctx)
		call.OnSuccess(func(context.Context) error { f.events = append(f.events, "follow-up"); return nil })
		for _, name := range []string{"undo 1", "undo 2", "undo 3"} {
			call.OnFailure(func(ctx context.Context) error {
				f.events = append(f.events, name)
				assert.NoError(t, ctx.Err())
				switch name {
				case "undo 3":
					panic("broken")
				case "undo 2":
					return errors.New("broken too")
				}
				return nil
			})
		}
		return apierror.NotUnique("name", "x")
	})
	assert.Equal(t, "ERROR_NOT_UNIQUE", apierror.From(err).Code)
	assert.Equal(t, []string{"begin", "body", "rollback", "undo 3", "undo 2", "undo 1", "FAILURE"}, f.events[6:])
}

// TestResponseThatFailsIsUndoneWhole: what is compensated is not committed.
func TestResponseThatFailsIsUndoneWhole(t *testing.T) {
	f := newFixture(t, map[string]error{"response": apierror.PermissionDenied()}, "")
	err := f.call(write, func(ctx context.Context) error {
		pipeline.TransactionFrom(ctx).OnFailure(func(context.Context) error { f.events = append(f.events, "undo"); return nil })
		return nil
	})
	assert.Equal(t, "ERROR_PERMISSION_DENIED", apierror.From(err).Code)
	assert.Equal(t, []string{"begin", "body", "second response", "rollback", "undo", "FAILURE"}, f.events[6:])
}

func TestCommitThatFailsIsAFailure(t *testing.T) {
	f := newFixture(t, map[string]error{"commit": errors.New("serialization failure")}, "")
	err := f.call(write, fine)
	assert.Equal(t, "ERROR_UNKNOWN", apierror.From(err).Code)
	assert.NotContains(t, err.Error(), "serialization")
	assert.Contains(t, f.log.String(), "serialization failure")
}

// TestCallThatWasEndedSaysWhy: a driver whose query is interrupted has words of
// its own for it.
func TestCallThatWasEndedSaysWhy(t *testing.T) {
	stopping := apierror.New(codes.Unavailable, "ERROR_GRPC_CONNECTION", "Server is stopping.")
	for name, tc := range map[string]struct {
		cause, err error
		want       codes.Code
	}{
		"late":            {context.DeadlineExceeded, errors.New("interrupted"), codes.DeadlineExceeded},
		"caller left":     {context.Canceled, errors.New("interrupted"), codes.Canceled},
		"server stops":    {stopping, context.Canceled, codes.Unavailable},
		"a fault besides": {stopping, apierror.NotFound("id", "x"), codes.NotFound},
		"nothing failed":  {stopping, nil, codes.OK},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, nil, "")
			ctx, end := context.WithCancelCause(t.Context())
			err := pipeline.Stream(ctx, f.Pipeline, write, nil, func(context.Context) error { end(tc.cause); return tc.err })
			assert.Equal(t, tc.want, status.Code(err))
		})
	}
}

func TestPanics(t *testing.T) {
	f := newFixture(t, nil, "")
	err := f.call(write, func(context.Context) error { panic("oops") })
	assert.Equal(t, codes.Internal, apierror.From(err).Status)
	assert.NotContains(t, err.Error(), "oops")
	assert.Contains(t, f.log.String(), "oops")
	assert.Contains(t, f.log.String(), "pipeline_test.go", "with its stack")
	assert.Contains(t, f.events, "rollback")

	for _, step := range []string{"authenticate", "authorize", "request", "response"} {
		err := newFixture(t, nil, step).call(write, fine)
		assert.Equal(t, codes.Internal, apierror.From(err).Status, step)
	}
	assert.NoError(t, newFixture(t, nil, "STARTED").call(write, fine), "a listener keeps nobody from working")
}

func TestScopeFromMetadataOnlyIfNobodyAsks(t *testing.T) {
	ctx := pipeline.WithMetadata(t.Context(), pipeline.Metadata{DomainID: "d", WorkspaceID: "w"})
	open, err := pipeline.New(pipeline.Options{Service: "test"})
	require.NoError(t, err)
	for p, want := range map[*pipeline.Pipeline]pipeline.Scope{
		open:                            {DomainID: "d", WorkspaceID: "w"},
		newFixture(t, nil, "").Pipeline: {},
	} {
		_, err := pipeline.Call(ctx, p, write, wrapperspb.String(""), func(ctx context.Context, m *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
			assert.Equal(t, want, pipeline.TransactionFrom(ctx).Scope)
			return m, nil
		})
		require.NoError(t, err)
	}
}

func TestStream(t *testing.T) {
	f := newFixture(t, nil, "")
	err := pipeline.Stream(t.Context(), f.Pipeline, write, nil, func(context.Context) error { return apierror.Invalid("x", "y") })
	assert.Equal(t, "ERROR_INVALID_PARAMETER", apierror.From(err).Code)
	assert.Equal(t, "STARTED authenticate authorize request second request IN_PROGRESS FAILURE", strings.Join(f.events, " "))
	require.NoError(t, pipeline.Stream(t.Context(), f.Pipeline, write, nil, fine))
}

func BenchmarkCall(b *testing.B) {
	bare, err := pipeline.New(pipeline.Options{Service: "test"})
	require.NoError(b, err)
	req := wrapperspb.String("in")
	body := func(_ context.Context, m *wrapperspb.StringValue) (*wrapperspb.StringValue, error) { return m, nil }
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pipeline.Call(context.Background(), bare, write, req, body); err != nil {
			b.Fatal(err)
		}
	}
}
