package queue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func syncTask(name string) Task {
	return Task{Name: name, Stages: []Stage{{
		Locator: LocatorService, Name: "RegionService", Method: "sync",
		Metadata: Metadata{"token": "s3cret"}, Params: map[string]any{"region": name},
	}}}
}

func TestParseTask(t *testing.T) {
	t.Parallel()
	stage := `{"locator": "SERVICE", "name": "RegionService", "method": "sync", "metadata": {}, "params": {"a": 1}}`
	cases := map[string]struct{ json, err string }{
		"of the Python framework": {json: `{"name": "t", "version": "v1", "executionEngine": "BaseWorker", "stages": [` + stage + `]}`},
		"least":                   {json: `{"stages": [{"locator": "MANAGER", "name": "M", "method": "m"}]}`},
		"not JSON":                {json: `{`, err: "reading task"},
		"a list":                  {json: `[]`, err: "reading task"},
		"no stages":               {json: `{"name": "t"}`, err: `task "t": it has no stages`},
		"version":                 {json: `{"version": "v2", "stages": [` + stage + `]}`, err: `unknown version "v2"; known is v1`},
		"locator":                 {json: `{"stages": [` + stage + `, {"locator": "service", "name": "n", "method": "m"}]}`, err: `stages[1].locator: unknown locator "service"; known are SERVICE and MANAGER`},
		"no name":                 {json: `{"stages": [{"locator": "SERVICE", "method": "m"}]}`, err: "stages[0].name: missing"},
		"no method":               {json: `{"stages": [{"locator": "SERVICE", "name": "n"}]}`, err: "stages[0].method: missing"},
		"params":                  {json: `{"stages": [{"locator": "SERVICE", "name": "n", "method": "m", "params": 1}]}`, err: "params"},
		"metadata":                {json: `{"stages": [{"locator": "SERVICE", "name": "n", "method": "m", "metadata": 1}]}`, err: "neither an object nor a list of pairs"},
		"metadata, nested":        {json: `{"stages": [{"locator": "SERVICE", "name": "n", "method": "m", "metadata": {"a": {}}}]}`, err: "metadata.a is neither text nor a number"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseTask([]byte(c.json))
			if c.err == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.err)
		})
	}
}

func TestMetadataForms(t *testing.T) {
	t.Parallel()
	want := Metadata{"token": "s3cret", "x_domain_id": "d-1", "n": "7"}
	for _, text := range []string{
		`{"token": "s3cret", "X-Domain-Id": "d-1", "n": 7, "nothing": null}`,
		`[["token", "s3cret"], ["x_domain_id", "d-1"], ["n", 7]]`,
	} {
		var got Metadata
		require.NoError(t, json.Unmarshal([]byte(text), &got))
		assert.Equal(t, want, got)
	}
}

func TestEncode(t *testing.T) {
	t.Parallel()
	task := Task{Stages: []Stage{{Locator: LocatorService, Name: "A", Method: "m"}, {Locator: LocatorManager, Name: "B", Method: "n", Metadata: Metadata{"traceparent": "own"}}}}
	data, err := task.encode(Metadata{"traceparent": "inherited"})
	require.NoError(t, err)
	assert.JSONEq(t, `{"version": "v1", "stages": [
		{"locator": "SERVICE", "name": "A", "method": "m", "metadata": {"traceparent": "inherited"}, "params": {}},
		{"locator": "MANAGER", "name": "B", "method": "n", "metadata": {"traceparent": "own"}, "params": {}}]}`, string(data))
	assert.Nil(t, task.Stages[0].Metadata, "the caller's task is left as it was")

	stop := false
	task.StopOnFailure = &stop
	data, err = task.encode(nil)
	require.NoError(t, err)
	back, err := ParseTask(data)
	require.NoError(t, err)
	assert.False(t, back.StopsOnFailure())
	assert.True(t, syncTask("a").StopsOnFailure())

	task.Stages[0].Params = map[string]any{"f": func() {}}
	_, err = task.encode(nil)
	assert.ErrorContains(t, err, "encoding task")
}

// Whatever way a task is printed or logged, its credentials do not show.
func TestSecretsStayHidden(t *testing.T) {
	t.Parallel()
	task := syncTask("a")
	stage := task.Stages[0]
	var out bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewJSONHandler(&out, nil), slog.NewTextHandler(&out, nil)} {
		log := slog.New(handler)
		log.Info("task", "task", task, "stage", stage, "metadata", stage.Metadata)
		log.Info(fmt.Sprintf("%v %+v %s", task, task, task), "stages", fmt.Sprintf("%v %+v %#v", stage, stage, stage))
	}
	fmt.Fprintf(&out, "%v %+v %#v %s", stage.Metadata, stage.Metadata, stage.Metadata, stage.Metadata)
	data, err := encode("q", task, nil)
	require.NoError(t, err)
	message := compose(nil).message("q", kindTask, data)
	fmt.Fprintf(&out, "%v %+v %#v %s", message, message, message, message)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("message", "message", message)
	assert.NotContains(t, out.String(), "s3cret")
	assert.Contains(t, out.String(), "SERVICE RegionService.sync")
}
