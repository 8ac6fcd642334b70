package plugin_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/plugin"
	"github.com/cloudforet-io/spacegen/core/plugintest"
)

// drain takes all that a plugin answers to what, and gives how many answers
// there were and why they ended.
func drain(t *testing.T, p *plugin.Plugins, what string) (answers int, failed error) {
	t.Helper()
	client, err := p.Client(t.Context(), plugin.Ref{ID: "p"})
	require.NoError(t, err)
	for _, err := range client.Stream(t.Context(), what, nil) {
		if err != nil {
			return answers, err
		}
		answers++
	}
	return answers, nil
}

func TestAPluginThatAnswersTooMuch(t *testing.T) {
	text := func(size, times int) plugintest.Method {
		return func(map[string]any) ([]map[string]any, error) {
			all := make([]map[string]any, times)
			for i := range all {
				all[i] = map[string]any{"text": strings.Repeat("x", size)}
			}
			return all, nil
		}
	}
	endpoint := plugintest.Serve(t, "Talker", map[string]plugintest.Method{
		"long": text(3000, 1), "many": text(1, 11), "much": text(900, 7), "well": text(100, 10),
	}).Endpoint
	for what, c := range map[string]struct {
		answers int
		want    string
	}{
		"well": {answers: 10},
		"long": {want: "larger than max"},
		"many": {answers: 10, want: "more than 10 answers"},
		"much": {answers: 5, want: "more than 5000 bytes"},
	} {
		t.Run(what, func(t *testing.T) {
			p := one(t, endpoint, plugin.Options{MaxMessage: 2000, MaxAnswers: 10, MaxBytes: 5000, Failures: 1})
			answers, err := drain(t, p, "Talker."+what)
			assert.Equal(t, c.answers, answers)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
			assert.ErrorContains(t, err, "plugin p")
			_, err = drain(t, p, "Talker.well")
			assert.NoError(t, err, "it is there, and may do better at the next call")
		})
	}
}

// sends is a method that answers with one message, whatever it is.
func sends(m proto.Message) grpc.StreamHandler {
	return func(_ any, s grpc.ServerStream) error { return s.SendMsg(m) }
}

func TestAPluginThatSendsAnotherType(t *testing.T) {
	server := grpc.NewServer()
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: "grpc.health.v1.Health", HandlerType: (*any)(nil),
		Streams: []grpc.StreamDesc{
			{StreamName: "Check", ServerStreams: true, Handler: sends(wrapperspb.String("I am fine"))},
			{StreamName: "Watch", ServerStreams: true, Handler: sends(wrapperspb.Int32(1))},
		},
	}, nil)
	p := one(t, plugintest.Dial(t, server).Endpoint, plugin.Options{Failures: 1})
	client, err := p.Client(t.Context(), plugin.Ref{ID: "p"})
	require.NoError(t, err)
	health := healthv1.NewHealthClient(client.Conn())

	_, err = health.Check(t.Context(), &healthv1.HealthCheckRequest{})
	require.ErrorContains(t, err, "plugin p: ERROR_PLUGIN_ANSWER: it answers with something else than grpc.health.v1.HealthCheckResponse")
	stream, err := health.Watch(t.Context(), &healthv1.HealthCheckRequest{})
	require.NoError(t, err)
	answer, err := stream.Recv()
	require.NoError(t, err, "nobody can tell one number from another")
	assert.Equal(t, healthv1.HealthCheckResponse_SERVING, answer.GetStatus())

	var gone emptypb.Empty
	err = client.Conn().Invoke(t.Context(), "/grpc.health.v1.Health/Cure", &gone, &gone)
	require.ErrorContains(t, err, "plugin p: ERROR_NOT_IMPLEMENTED: it has no method /grpc.health.v1.Health/Cure")
	require.NoError(t, client.Conn().Invoke(t.Context(), "/grpc.health.v1.Health/Check", &gone, new(emptypb.Empty)), "more than nothing will do for nothing")
}

func TestAPluginThatIsNotWhereItWas(t *testing.T) {
	services := newPlatform(t)
	services.answer = map[string]any{"endpoint": "grpc://127.0.0.1:1"}
	p := plugin.New(plugin.Options{Services: services})
	assert.Equal(t, "ERROR_GRPC_CONNECTION", apierror.From(check(t, p)).Code)
	services.answer = map[string]any{"endpoint": serve(t, new(talker))}
	require.NoError(t, check(t, p), "the platform is asked again")
	require.NoError(t, check(t, p))
	assert.Len(t, services.asked, 2)

	short := plugin.New(plugin.Options{Services: services, Keep: time.Millisecond})
	for range 2 {
		require.NoError(t, check(t, short))
		time.Sleep(5 * time.Millisecond)
	}
	assert.Len(t, services.asked, 4, "nothing is believed for ever")
}

// A plugin that was started anew listens elsewhere. The first call after that gets
// there, though it is not long since the platform said where it was.
func TestAPluginThatCameBackElsewhere(t *testing.T) {
	old, stop := serveUntil(t, new(talker))
	services := newPlatform(t)
	services.answer = map[string]any{"endpoint": old}
	p := plugin.New(plugin.Options{Services: services})
	require.NoError(t, check(t, p))
	direct, err := services.Endpoint(old)
	require.NoError(t, err)
	services.answer = map[string]any{"endpoint": serve(t, new(talker))}
	conn, ok := direct.Conn().(*grpc.ClientConn)
	require.True(t, ok)
	require.Eventually(t, func() bool { return conn.GetState() == connectivity.Ready }, time.Minute, time.Millisecond, "it says so only after the first call")
	stop()
	require.Eventually(t, func() bool { return conn.GetState() != connectivity.Ready }, time.Minute, time.Millisecond)
	require.NoError(t, check(t, p))
	assert.Len(t, services.asked, 2)
}

// Behind a headless service every rollout gives a plugin another endpoint.
func TestAPluginThatMovesLeavesNothingBehind(t *testing.T) {
	streams := &talker{watch: func(s grpc.ServerStreamingServer[healthv1.HealthCheckResponse]) error {
		if err := s.Send(&healthv1.HealthCheckResponse{}); err != nil {
			return err
		}
		<-s.Context().Done()
		return s.Context().Err()
	}}
	old, now := serve(t, streams), serve(t, new(talker))
	services := newPlatform(t)
	services.answer = map[string]any{"endpoint": old}
	p := plugin.New(plugin.Options{Services: services, Keep: 10 * time.Millisecond})
	client, err := p.Client(t.Context(), plugin.Ref{ID: "p"})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	stream, err := healthv1.NewHealthClient(client.Conn()).Watch(ctx, &healthv1.HealthCheckRequest{})
	require.NoError(t, err)
	_, err = stream.Recv()
	require.NoError(t, err)

	services.answer = map[string]any{"endpoint": now}
	for range 3 {
		time.Sleep(20 * time.Millisecond)
		require.NoError(t, check(t, p))
	}
	assert.Empty(t, services.released, "answers still come from there")
	stop()
	require.Eventually(t, func() bool {
		require.NoError(t, check(t, p))
		return len(services.released) > 0
	}, time.Minute, 20*time.Millisecond)
	assert.Equal(t, []string{old}, services.released)
}

func TestAChildThatDiesInMidStreamComesBack(t *testing.T) {
	program, err := os.Executable()
	require.NoError(t, err)
	services := newPlatform(t)
	p := plugin.New(plugin.Options{Commands: map[string][]string{"p": {program}}, Services: services})
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	for range 2 {
		client, err := p.Client(t.Context(), plugin.Ref{ID: "p"})
		require.NoError(t, err)
		stream, err := client.Conn().NewStream(t.Context(), &grpc.StreamDesc{ServerStreams: true}, "/plugintest.Mortal/live")
		require.NoError(t, err)
		require.NoError(t, stream.SendMsg(&emptypb.Empty{}))
		require.NoError(t, stream.CloseSend())
		require.NoError(t, stream.RecvMsg(new(emptypb.Empty)))
		err = stream.RecvMsg(new(emptypb.Empty))
		require.False(t, err == nil || errors.Is(err, io.EOF), "that is no end")
		assert.Equal(t, "ERROR_GRPC_CONNECTION", apierror.From(err).Code)
		require.ErrorContains(t, err, "plugin p")
		require.Eventually(t, func() bool { return check(t, p) == nil }, time.Minute, 20*time.Millisecond, "it comes back")
	}
	assert.Len(t, services.released, 2, "nobody keeps a connection to where it was")
	require.NoError(t, p.Close())
	nobodyListens(t)
}

func TestAChildThatNeverSaysWhereItListens(t *testing.T) {
	program, err := os.Executable()
	require.NoError(t, err)
	p := plugin.New(plugin.Options{
		Commands: map[string][]string{"silent": {program, "silent"}}, Services: newPlatform(t), Start: 100 * time.Millisecond,
	})
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	_, err = p.Client(t.Context(), plugin.Ref{ID: "silent"})
	assert.ErrorContains(t, err, "Plugin does not start. (plugin_id = silent)")
}

// A child that does not start keeps no other waiting, and is left alone for a
// while.
func TestAChildThatDoesNotStart(t *testing.T) {
	program, err := os.Executable()
	require.NoError(t, err)
	starts := filepath.Join(t.TempDir(), "starts")
	p := plugin.New(plugin.Options{
		Commands: map[string][]string{"p": {program}, "silent": {program, "silent", starts}},
		Services: newPlatform(t), Rest: time.Hour,
	})
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	silent := make(chan error, 1)
	go func() {
		_, err := p.Client(t.Context(), plugin.Ref{ID: "silent"})
		silent <- err
	}()
	require.Eventually(t, func() bool { _, err := os.Stat(starts); return err == nil }, time.Minute, 10*time.Millisecond)
	require.NoError(t, check(t, p), "the others do not wait for it")
	assert.Empty(t, silent, "it is still awaited")

	require.NoError(t, os.WriteFile(starts+".end", nil, 0o600))
	assert.ErrorContains(t, <-silent, "Plugin does not start. (plugin_id = silent)")
	_, err = p.Client(t.Context(), plugin.Ref{ID: "silent"})
	require.ErrorContains(t, err, "does not start")
	text, err := os.ReadFile(starts)
	require.NoError(t, err)
	assert.Equal(t, "started\n", string(text), "it is left alone for a while")
}

func TestAChildIsNotStartedByWhoWaitedForTheEnd(t *testing.T) {
	program, err := os.Executable()
	require.NoError(t, err)
	starts := filepath.Join(t.TempDir(), "starts")
	p := plugin.New(plugin.Options{
		Commands: map[string][]string{"silent": {program, "silent", starts}, "broken": {program, "broken"}},
		Services: newPlatform(t), Rest: time.Nanosecond,
	})
	waited := make(chan error, 5)
	for range cap(waited) {
		go func() {
			_, err := p.Client(t.Context(), plugin.Ref{ID: "silent"})
			waited <- err
		}()
	}
	require.Eventually(t, func() bool { _, err := os.Stat(starts); return err == nil }, time.Minute, 10*time.Millisecond)
	closed := make(chan error, 1)
	go func() { closed <- p.Close() }()
	require.Eventually(t, func() bool {
		_, err := p.Client(t.Context(), plugin.Ref{ID: "broken"})
		return strings.Contains(err.Error(), "about to end")
	}, time.Minute, 10*time.Millisecond)
	require.NoError(t, os.WriteFile(starts+".end", nil, 0o600))
	started := 0
	for range cap(waited) {
		if err := <-waited; !strings.Contains(err.Error(), "about to end") {
			started++
		}
	}
	assert.Equal(t, 1, started)
	text, err := os.ReadFile(starts)
	require.NoError(t, err)
	assert.Equal(t, "started\n", string(text))
	require.NoError(t, <-closed)
}
