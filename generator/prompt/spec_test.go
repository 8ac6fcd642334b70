package prompt_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/prompt"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// somebody answers questions by their messages, each answer once, and takes the
// defaults of all others.
type somebody struct {
	answers map[string][]any
	asked   []string
	fails   map[string]error
}

func (s *somebody) Ask(_ context.Context, q prompt.Question, into any) error {
	s.asked = append(s.asked, q.Message)
	if err := s.fails[q.Message]; err != nil {
		return err
	}
	answer := q.Default
	if left := s.answers[q.Message]; len(left) > 0 {
		answer, s.answers[q.Message] = left[0], left[1:]
	}
	switch into := into.(type) {
	case *string:
		*into, _ = answer.(string)
		if q.Check != nil {
			return q.Check(*into)
		}
	case *bool:
		*into, _ = answer.(bool)
	case *[]string:
		*into, _ = answer.([]string)
	default:
		return fmt.Errorf("nobody answers into %T", into)
	}
	return nil
}

func TestSpecFromAnswers(t *testing.T) {
	me := &somebody{answers: map[string][]any{
		"Name of the service:":              {"stock"},
		"Servers:":                          {[]string{"grpc", "scheduler"}},
		"Database:":                         {"sqlite"},
		"Resource (empty to go on):":        {"Region", "Zone"},
		"Field of Region (empty to go on):": {"name!", "state:enum(ON|OFF)", "-"},
		"Scheduler:":                        {"nightly:cron:0 3 * * *"},
		"GitHub workflows?":                 {false},
		"Helm chart?":                       {false},
	}}
	s, err := prompt.Spec(t.Context(), me, spec.New(""), spec.Preset{})
	require.NoError(t, err)
	assert.Equal(t, "stock", s.Name)
	assert.Equal(t, "github.com/cloudforet-io/stock", s.Module)
	assert.Equal(t, []spec.Server{spec.GRPCServer, spec.SchedulerServer}, s.Servers)
	assert.EqualValues(t, "sqlite", s.Database)
	require.Len(t, s.Resources, 2)
	require.Len(t, s.Resources[0].Fields, 2)
	assert.True(t, s.Resources[0].Fields[0].Required)
	assert.Equal(t, []string{"ON", "OFF"}, s.Resources[0].Fields[1].Values)
	assert.Empty(t, s.Resources[1].Fields)
	require.Len(t, s.Schedulers, 1)
	assert.Equal(t, "0 3 * * *", s.Schedulers[0].Rule)
	assert.Equal(t, spec.NoCI, s.CI)
	assert.False(t, s.Chart)
}

// What is known already is not asked.
func TestSpecAsksForNothingTwice(t *testing.T) {
	known := spec.New("stock")
	known.Module, known.Description = "example.com/stock", "What is there."
	known.Servers, known.Database, known.Cache, known.CI = []spec.Server{spec.WorkerServer}, spec.NoDatabase, spec.NoCache, spec.NoCI
	known.Resources = []spec.Resource{{Name: "Region"}}
	me := &somebody{}
	s, err := prompt.Spec(t.Context(), me, known, spec.Preset{})
	require.NoError(t, err)
	assert.Equal(t, []string{"Helm chart?"}, me.asked)
	assert.Equal(t, "example.com/stock", s.Module)
	assert.Equal(t, []spec.Server{spec.WorkerServer}, s.Servers)
}

// Answers that don't go together are refused where they are given.
func TestSpecRefusesAnswers(t *testing.T) {
	for _, tt := range []struct {
		question string
		answers  []any
		want     string
	}{
		{"Name of the service:", []any{"../x"}, "path"},
		{"Go module path:", []any{"not a path"}, "module"},
		{"Resource (empty to go on):", []any{"Region", "region"}, "Region"},
		{"Field of Region (empty to go on):", []any{"name:strng"}, "strng"},
		{"Field of Region (empty to go on):", []any{"name", "name"}, "name"},
	} {
		me := &somebody{answers: map[string][]any{"Name of the service:": {"stock"}, "Resource (empty to go on):": {"Region"}}}
		me.answers[tt.question] = tt.answers
		_, err := prompt.Spec(t.Context(), me, spec.New(""), spec.Preset{})
		assert.ErrorContains(t, err, tt.want, tt.question)
		assert.Equal(t, tt.question, me.asked[len(me.asked)-1], "nothing is asked after it")
	}
}

func TestSpecEndsWithWhoIsAsked(t *testing.T) {
	me := &somebody{fails: map[string]error{"Servers:": prompt.ErrInterrupted}, answers: map[string][]any{"Name of the service:": {"stock"}}}
	_, err := prompt.Spec(t.Context(), me, spec.New(""), spec.Preset{})
	assert.ErrorIs(t, err, prompt.ErrInterrupted)
	assert.Equal(t, "Servers:", me.asked[len(me.asked)-1])

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	me = &somebody{}
	_, err = prompt.Spec(ctx, me, spec.New(""), spec.Preset{})
	assert.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, me.asked)
}

// A difference is shown as often as somebody wants to see it.
func TestDecide(t *testing.T) {
	const question = "go.mod: you and the template changed the same place. Take"
	me := &somebody{answers: map[string][]any{question: {string(prompt.Show), string(prompt.Show), string(prompt.Theirs)}}}
	shown := 0
	decision, err := prompt.Decide(t.Context(), me, "go.mod", func() { shown++ })
	require.NoError(t, err)
	assert.Equal(t, prompt.Theirs, decision)
	assert.Equal(t, 2, shown)

	decision, err = prompt.Decide(t.Context(), &somebody{}, "go.mod", func() { shown++ })
	require.NoError(t, err)
	assert.Equal(t, prompt.Markers, decision, "who only presses return loses nothing")

	gone := errors.New("gone")
	_, err = prompt.Decide(t.Context(), &somebody{fails: map[string]error{question: gone}}, "go.mod", func() { shown++ })
	assert.ErrorIs(t, err, gone)
	assert.Equal(t, 2, shown)
}
