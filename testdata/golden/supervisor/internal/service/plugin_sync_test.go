package service

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/supervisor/internal/manager"
	"github.com/cloudforet-io/supervisor/internal/model"
)

// plugins stand for the manager: what is started runs, and serves at the next
// look.
type plugins struct {
	wanted   []model.Plugin
	running  map[string]model.Instance
	reported [][]model.Instance
	disabled bool
	fails    map[string]error // by method, or by method and plugin
	block    chan struct{}    // Running waits for it
	inside   chan struct{}
}

func (p *plugins) Wanted(context.Context) ([]model.Plugin, error) { return p.wanted, p.fails["wanted"] }

func (p *plugins) Running(context.Context) ([]model.Instance, error) {
	if p.block != nil {
		close(p.inside)
		<-p.block
	}
	var all []model.Instance
	for _, i := range p.running {
		all = append(all, i)
	}
	return all, p.fails["running"]
}

func (p *plugins) Start(_ context.Context, w model.Plugin) error {
	if err := p.fails["start "+w.ID]; err != nil {
		return err
	}
	p.running[w.Name()] = model.Instance{Name: w.Name(), PluginID: w.ID, Version: w.Version, State: model.Provisioning}
	return nil
}

func (p *plugins) Restart(_ context.Context, i model.Instance) error {
	i.State, i.Ready, i.Started = model.Provisioning, false, time.Now()
	p.running[i.Name] = i
	return p.fails["restart"]
}

func (p *plugins) Stop(_ context.Context, i model.Instance) error {
	if err := p.fails["stop "+i.PluginID]; err != nil {
		return err
	}
	delete(p.running, i.Name)
	return nil
}

func (p *plugins) Report(_ context.Context, instances []model.Instance) (bool, error) {
	p.reported = append(p.reported, instances)
	return !p.disabled, p.fails["report"]
}

// serve lets everything that was started serve.
func (p *plugins) serve() {
	for name, i := range p.running {
		i.State, i.Ready = model.Active, true
		p.running[name] = i
	}
}

// now is who runs, as plugin@version: state.
func (p *plugins) now() map[string]model.State {
	all := map[string]model.State{}
	for _, i := range p.running {
		all[i.PluginID+"@"+i.Version] = i.State
	}
	return all
}

func run(t *testing.T, p *plugins) (map[string]any, error) {
	t.Helper()
	if p.running == nil {
		p.running = map[string]model.Instance{}
	}
	answer, err := NewPluginSync(manager.Managers{Plugin: p}).Run(t.Context(), &structpb.Struct{})
	return answer.AsMap(), err
}

func TestSyncRollsToANewVersion(t *testing.T) {
	p := &plugins{wanted: []model.Plugin{{ID: "a", Version: "1", Image: "i"}}}
	_, err := run(t, p)
	require.NoError(t, err)
	assert.Equal(t, map[string]model.State{"a@1": model.Provisioning}, p.now())
	require.Len(t, p.reported, 2, "before, that it is there; after, what it does")
	assert.Len(t, p.reported[1], 1)

	p.serve()
	p.wanted[0].Version = "2"
	for range 2 { // not ready yet
		_, err = run(t, p)
		require.NoError(t, err)
		assert.Equal(t, map[string]model.State{"a@1": model.Active, "a@2": model.Provisioning}, p.now())
	}
	p.serve()
	_, err = run(t, p)
	require.NoError(t, err)
	assert.Equal(t, map[string]model.State{"a@2": model.Active}, p.now())

	p.reported = nil
	answer, err := run(t, p)
	require.NoError(t, err)
	assert.Empty(t, answer["steps"])
	assert.Len(t, p.reported, 1, "nothing is new")
}

func TestSyncReportsWhatCanNotRun(t *testing.T) {
	down := errors.New("quota exceeded")
	p := &plugins{
		wanted: []model.Plugin{
			{ID: "a", Version: "1", Image: "i"}, {ID: "b", Version: "1", Image: "i"}, {ID: "c", Problem: "no image"},
		},
		fails: map[string]error{"start a": down},
	}
	_, err := run(t, p)
	require.NoError(t, err)
	assert.Equal(t, map[string]model.State{"b@1": model.Provisioning}, p.now(), "others run on")
	states := map[string]string{}
	for _, i := range p.reported[1] {
		states[i.PluginID] = fmt.Sprint(i.State, " ", i.Reason)
	}
	assert.Equal(t, map[string]string{"a": "ERROR quota exceeded", "b": "PROVISIONING ", "c": "ERROR no image"}, states)
}

func TestSyncLeavesEverythingAsItIs(t *testing.T) {
	old := model.Instance{Name: "old", PluginID: "old", State: model.Active, Ready: true}
	for name, c := range map[string]struct {
		change func(*plugins)
		want   string
	}{
		"disabled":                           {change: func(p *plugins) { p.disabled = true }},
		"what is wanted can't be learned":    {change: func(p *plugins) { p.fails = map[string]error{"wanted": errors.New("down")} }, want: "ask what ought to run"},
		"what runs can't be learned":         {change: func(p *plugins) { p.fails = map[string]error{"running": errors.New("down")} }, want: "look at what runs"},
		"the plugin service does not listen": {change: func(p *plugins) { p.fails = map[string]error{"report": errors.New("down")} }, want: "report what runs"},
	} {
		t.Run(name, func(t *testing.T) {
			p := &plugins{wanted: []model.Plugin{{ID: "a"}}, running: map[string]model.Instance{"old": old}}
			c.change(p)
			_, err := run(t, p)
			if c.want == "" {
				require.NoError(t, err)
			} else {
				require.Error(t, err)
				assert.ErrorContains(t, errors.Unwrap(err), c.want)
				assert.Equal(t, codes.FailedPrecondition, apierror.From(err).Status, "the next run tries again, not the task")
			}
			assert.Equal(t, map[string]model.Instance{"old": old}, p.running)
		})
	}
}

func TestSyncOneAtATime(t *testing.T) {
	p := &plugins{block: make(chan struct{}), inside: make(chan struct{}), running: map[string]model.Instance{}}
	s := NewPluginSync(manager.Managers{Plugin: p})
	done := make(chan error, 1)
	go func() {
		_, err := s.Run(context.Background(), &structpb.Struct{})
		done <- err
	}()
	<-p.inside
	answer, err := s.Run(t.Context(), &structpb.Struct{})
	require.NoError(t, err)
	assert.Contains(t, answer.AsMap(), "skipped")
	close(p.block)
	require.NoError(t, <-done)
}

// What runs on is not reported to fail because another instance of it can't run.
func TestSyncReportsTheBestOfAVersion(t *testing.T) {
	p := &plugins{wanted: []model.Plugin{{ID: "a", Version: "1", Image: "i"}}}
	_, err := run(t, p)
	require.NoError(t, err)
	p.serve()
	for name, change := range map[string]model.Plugin{
		"its image can't be found":  {ID: "a", Version: "1", Problem: "no repository"},
		"its new image only starts": {ID: "a", Version: "1", Image: "j"},
	} {
		p.wanted = []model.Plugin{change}
		_, err = run(t, p)
		require.NoError(t, err, name)
		require.Len(t, p.reported[len(p.reported)-1], 1, name)
		assert.Equal(t, model.Active, p.reported[len(p.reported)-1][0].State, name)
	}
}
