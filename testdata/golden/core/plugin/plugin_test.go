package plugin_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/connectivity"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/plugin"
	"github.com/cloudforet-io/spacegen/core/spaceconnector"
)

func TestAPluginIsFound(t *testing.T) {
	here := serve(t, new(talker))
	for name, c := range map[string]struct {
		ref       plugin.Ref
		endpoints map[string]string
		answer    map[string]any
		asked     map[string]any
		version   string
		want      string
	}{
		"by configuration": {ref: plugin.Ref{ID: "a"}, endpoints: map[string]string{"a": here}},
		"by version":       {ref: plugin.Ref{ID: "a", Version: "2"}, endpoints: map[string]string{"a": "grpc://127.0.0.1:1", "a@2": here}, version: "2"},
		"newest by the platform": {
			ref: plugin.Ref{ID: "a"}, answer: map[string]any{"endpoint": here},
			asked: map[string]any{"plugin_id": "a", "upgrade_mode": "AUTO"},
		},
		"newer by the platform": {
			ref: plugin.Ref{ID: "a", Version: "1.2", Upgrade: true, DomainID: "d"}, answer: map[string]any{"endpoint": here, "updated_version": "1.3"},
			asked: map[string]any{"plugin_id": "a", "version": "1.2", "upgrade_mode": "AUTO", "domain_id": "d"}, version: "1.3",
		},
		"version by the platform": {
			ref: plugin.Ref{ID: "a", Version: "1.2"}, answer: map[string]any{"endpoint": here},
			asked: map[string]any{"plugin_id": "a", "version": "1.2", "upgrade_mode": "MANUAL"}, version: "1.2",
		},
		"nowhere":     {ref: plugin.Ref{ID: "a"}, want: "ERROR_NOT_FOUND"},
		"no name":     {want: "plugin_id"},
		"no endpoint": {ref: plugin.Ref{ID: "a"}, endpoints: map[string]string{"a": "nonsense"}, want: "nonsense"},
	} {
		t.Run(name, func(t *testing.T) {
			services := newPlatform(t)
			services.answer = c.answer
			p := plugin.New(plugin.Options{Endpoints: c.endpoints, Services: services})
			client, err := p.Client(t.Context(), c.ref)
			if c.want != "" {
				require.ErrorContains(t, err, c.want)
				return
			}
			require.NoError(t, err)
			answer, err := client.Call(t.Context(), "Health.Check", nil)
			require.NoError(t, err)
			assert.Equal(t, "SERVING", answer["status"])
			version, err := p.Version(t.Context(), c.ref)
			require.NoError(t, err)
			assert.Equal(t, c.version, version)
			if c.asked != nil {
				assert.Equal(t, []map[string]any{{"plugin/Plugin.get_plugin_endpoint": c.asked}}, services.asked, "once")
				assert.Greater(t, services.wait, time.Minute, "a supervisor may have to start it")
			} else {
				assert.Empty(t, services.asked)
			}
		})
	}
}

// A lagging connection says what it is told to of its state, as one does for a
// moment by which a call has already been made.
type lagging struct {
	grpc.ClientConnInterface
	state *connectivity.State
}

func (l lagging) GetState() connectivity.State { return *l.state }

type laggingPlatform struct {
	*platform
	state *connectivity.State
}

func (p laggingPlatform) Endpoint(endpoint string) (*spaceconnector.Client, error) {
	client, err := p.platform.Endpoint(endpoint)
	if err != nil {
		return nil, err
	}
	return spaceconnector.NewClient(lagging{client.Conn(), p.state}), nil
}

// TestAConnectionThatLags: the service plugin is asked again when a connection is
// gone, and not while a new one has not said yet that it stands.
func TestAConnectionThatLags(t *testing.T) {
	state := connectivity.Connecting
	services := laggingPlatform{newPlatform(t), &state}
	services.answer = map[string]any{"endpoint": serve(t, new(talker))}
	p := plugin.New(plugin.Options{Services: services})
	asked := func(times int, when string) {
		t.Helper()
		_, err := p.Version(t.Context(), plugin.Ref{ID: "p"})
		require.NoError(t, err)
		assert.Len(t, services.asked, times, when)
	}
	require.NoError(t, check(t, p))
	asked(1, "called before it said that it stands")
	state = connectivity.Ready
	require.NoError(t, check(t, p))
	asked(1, "it stands")
	state = connectivity.TransientFailure
	asked(2, "it is gone")
	state = connectivity.Connecting
	asked(3, "it is being made again")
}

// TestNamesakes has two domains that call a plugin the same.
func TestNamesakes(t *testing.T) {
	services := newPlatform(t)
	p := plugin.New(plugin.Options{Services: services, Failures: 1, Rest: time.Minute})
	through, err := pipeline.New(pipeline.Options{Service: "test"})
	require.NoError(t, err)
	// by calls the plugin for somebody of a domain, who need not say of which.
	by := func(domain, endpoint string) error {
		services.answer = map[string]any{"endpoint": endpoint}
		ctx := pipeline.WithMetadata(t.Context(), pipeline.Metadata{DomainID: domain})
		_, err := pipeline.Call(ctx, through, pipeline.Method{}, new(emptypb.Empty), func(ctx context.Context, _ *emptypb.Empty) (*emptypb.Empty, error) {
			client, err := p.Client(ctx, plugin.Ref{ID: "p"})
			if err != nil {
				return nil, err
			}
			_, err = client.Call(ctx, "Health.Check", nil)
			return new(emptypb.Empty), err
		})
		return err
	}
	broken, here := "grpc://127.0.0.1:1", serve(t, new(talker))
	require.Error(t, by("domain-1", broken))
	require.ErrorContains(t, by("domain-1", here), "left alone")
	require.NoError(t, by("domain-2", here), "that was another one")
	require.NoError(t, by("domain-2", broken), "it is where it was")
}

func TestAPluginThatNeverAnswers(t *testing.T) {
	slow := &talker{
		check: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
		watch: func(s grpc.ServerStreamingServer[healthv1.HealthCheckResponse]) error {
			if err := s.Send(&healthv1.HealthCheckResponse{Status: healthv1.HealthCheckResponse_SERVING}); err != nil {
				return err
			}
			<-s.Context().Done()
			return s.Context().Err()
		},
	}
	endpoint := serve(t, slow)
	p := one(t, endpoint, plugin.Options{Timeout: 50 * time.Millisecond, Idle: 50 * time.Millisecond})
	err := check(t, p)
	assert.Equal(t, "ERROR_GRPC_TIMEOUT", apierror.From(err).Code)
	assert.ErrorContains(t, err, "plugin p")

	client, err := p.Client(t.Context(), plugin.Ref{ID: "p"})
	require.NoError(t, err)
	var last error
	for _, err := range client.Stream(t.Context(), "Health.Watch", nil) {
		last = err
	}
	assert.Equal(t, "ERROR_GRPC_TIMEOUT", apierror.From(last).Code)
	assert.ErrorContains(t, last, "it said nothing for 50ms")

	client, err = one(t, endpoint, plugin.Options{}).Client(t.Context(), plugin.Ref{ID: "p"})
	require.NoError(t, err)
	for answer, err := range client.Stream(t.Context(), "Health.Watch", nil) {
		require.NoError(t, err, "what it says first arrives")
		assert.Equal(t, "SERVING", answer["status"])
		break
	}
}

func TestAPluginThatDiesInMidStream(t *testing.T) {
	dying := &talker{watch: func(s grpc.ServerStreamingServer[healthv1.HealthCheckResponse]) error {
		if err := s.Send(&healthv1.HealthCheckResponse{}); err != nil {
			return err
		}
		return status.Error(codes.Unavailable, "going down")
	}}
	p := one(t, serve(t, dying), plugin.Options{})
	client, err := p.Client(t.Context(), plugin.Ref{ID: "p"})
	require.NoError(t, err)
	var answers int
	var last error
	for _, err := range client.Stream(t.Context(), "Health.Watch", nil) {
		answers++
		last = err
	}
	assert.Equal(t, 2, answers)
	assert.Equal(t, "ERROR_GRPC_CONNECTION", apierror.From(last).Code)
	assert.ErrorContains(t, last, "plugin p")
}

// A consumer that is slow slows the plugin down: what is on its way is bounded.
func TestAPluginWaitsForItsConsumer(t *testing.T) {
	const all = 100_000
	sent := make(chan int, 1)
	endless := &talker{watch: func(s grpc.ServerStreamingServer[healthv1.HealthCheckResponse]) error {
		for i := range all {
			if err := s.Send(&healthv1.HealthCheckResponse{Status: healthv1.HealthCheckResponse_SERVING}); err != nil {
				sent <- i
				return err
			}
		}
		sent <- all
		return nil
	}}
	p := one(t, serve(t, endless), plugin.Options{})
	client, err := p.Client(t.Context(), plugin.Ref{ID: "p"})
	require.NoError(t, err)
	for _, err := range client.Stream(t.Context(), "Health.Watch", nil) {
		require.NoError(t, err)
		select {
		case <-sent:
			t.Error("the plugin sent everything though nobody asked for it")
		case <-time.After(200 * time.Millisecond):
		}
		break
	}
	assert.Less(t, <-sent, all, "and it ends with its consumer")
}

func TestAPluginThatFailsIsLeftAlone(t *testing.T) {
	var calls atomic.Int32
	var well atomic.Bool
	failing := &talker{check: func(context.Context) error {
		if well.Load() {
			return nil
		}
		calls.Add(1)
		return status.Error(codes.Unavailable, "no")
	}}
	p := one(t, serve(t, failing), plugin.Options{Failures: 2, Rest: 100 * time.Millisecond})
	for range 2 {
		assert.ErrorContains(t, check(t, p), "no")
	}
	assert.ErrorContains(t, check(t, p), "left alone")
	assert.EqualValues(t, 2, calls.Load())
	well.Store(true)
	require.Eventually(t, func() bool { return check(t, p) == nil }, time.Minute, 20*time.Millisecond, "it is tried again")
}

func TestAnAnswerThatSaysNoIsAnAnswer(t *testing.T) {
	refusing := &talker{check: func(context.Context) error {
		return status.Error(codes.InvalidArgument, "ERROR_INVALID_PARAMETER: wrong key")
	}}
	p := one(t, serve(t, refusing), plugin.Options{Failures: 1})
	for range 3 {
		assert.ErrorContains(t, check(t, p), "wrong key")
	}
}
