// Package queue carries tasks from the services and schedulers that make them to the
// workers that run them: over Redis or, where no host is named, within the process.
//
// A task runs at least once: it is retried when it fails, and another worker runs it
// when its own has died. So whatever a task does must bear being done again. Tasks that
// a call puts leave when the call's transaction is committed, and never if the call
// fails.
package queue

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
)

// Where a stage finds its method.
const (
	LocatorService = "SERVICE" // through the whole call chain of the service
	LocatorManager = "MANAGER" // straight at a manager
)

// Version is the only version of the task format there is.
const Version = "v1"

// Task is work for a worker: stages that run in order.
type Task struct {
	Name            string  `json:"name,omitempty"`
	Version         string  `json:"version,omitempty"` // empty means v1
	ExecutionEngine string  `json:"executionEngine,omitempty"`
	Stages          []Stage `json:"stages"`
	// StopOnFailure says whether a stage that fails ends the task; nil means
	// that it does.
	StopOnFailure *bool `json:"stop_on_failure,omitempty"`
}

// Stage is one call of a method.
type Stage struct {
	Locator  string         `json:"locator"`
	Name     string         `json:"name"`
	Metadata Metadata       `json:"metadata"`
	Method   string         `json:"method"`
	Params   map[string]any `json:"params"`
}

// ParseTask reads and checks a task in JSON.
func ParseTask(data []byte) (Task, error) {
	var t Task
	if err := json.Unmarshal(data, &t); err != nil {
		return Task{}, fmt.Errorf("reading task: %w", err)
	}
	return t, t.Validate()
}

// Validate reports the first thing that keeps the task from being run.
func (t Task) Validate() error {
	if t.Version != "" && t.Version != Version {
		return fmt.Errorf("task %q: unknown version %q; known is %s", t.Name, t.Version, Version)
	}
	if len(t.Stages) == 0 {
		return fmt.Errorf("task %q: it has no stages", t.Name)
	}
	for i, s := range t.Stages {
		switch {
		case s.Locator != LocatorService && s.Locator != LocatorManager:
			return fmt.Errorf("task %q: stages[%d].locator: unknown locator %q; known are %s and %s",
				t.Name, i, s.Locator, LocatorService, LocatorManager)
		case s.Name == "":
			return fmt.Errorf("task %q: stages[%d].name: missing", t.Name, i)
		case s.Method == "":
			return fmt.Errorf("task %q: stages[%d].method: missing", t.Name, i)
		}
	}
	return nil
}

// StopsOnFailure is StopOnFailure with its default.
func (t Task) StopsOnFailure() bool { return t.StopOnFailure == nil || *t.StopOnFailure }

// LogValue shows what the task does and keeps metadata and params back: both
// may hold secrets.
func (t Task) LogValue() slog.Value {
	stages := make([]string, len(t.Stages))
	for i, s := range t.Stages {
		stages[i] = s.String()
	}
	return slog.GroupValue(slog.String("name", t.Name), slog.Any("stages", stages))
}

// LogValue shows the call without metadata and params.
func (s Stage) LogValue() slog.Value { return slog.StringValue(s.String()) }

// String names the call without metadata and params.
func (s Stage) String() string { return s.Locator + " " + s.Name + "." + s.Method }

// String names the task and its calls without metadata and params.
func (t Task) String() string { return fmt.Sprintf("%s %v", t.Name, t.Stages) }

// encode writes the task with everything that readers may expect to be there.
// The task itself is left as it is.
func (t Task) encode(inherited Metadata) ([]byte, error) {
	if t.Version == "" {
		t.Version = Version
	}
	t.Stages = slices.Clone(t.Stages)
	for i := range t.Stages {
		s := &t.Stages[i]
		s.Metadata = s.Metadata.withDefaults(inherited)
		if s.Params == nil {
			s.Params = map[string]any{}
		}
	}
	data, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("encoding task %q: %w", t.Name, err)
	}
	return data, nil
}
