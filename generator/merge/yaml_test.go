package merge_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestYAMLByKey: a value that the template alone changed is no conflict, wherever its
// line stands among people's.
func TestYAMLByKey(t *testing.T) {
	const base = `# Ü: the servers
developer: false
grpc: true
scheduler: false # jobs
worker: "no"
rest:
  name: 'it''s'
`
	theirs := strings.NewReplacer("scheduler: false", "scheduler: true", `"no"`, `"yes, \"all\""`, `'it''s'`, `rest`).Replace(base)
	for name, c := range map[string]struct {
		ours, want string
		conflicts  int
	}{
		"next to people's": {
			strings.NewReplacer("grpc: true", "grpc: false", `rest:`, "replicas: 3\nrest:").Replace(base),
			"# Ü: the servers\ndeveloper: false\ngrpc: false\nscheduler: true # jobs\nworker: \"yes, \\\"all\\\"\"\nreplicas: 3\nrest:\n  name: rest\n", 0,
		},
		"remarked":       {strings.Replace(base, "# jobs", "# of ours", 1), strings.Replace(theirs, "# jobs", "# of ours", 1), 0},
		"moved":          {"worker: \"no\"\n# mine\nscheduler: false\nrest: {name: 'it''s', more: 1}\n", "worker: \"yes, \\\"all\\\"\"\n# mine\nscheduler: true\nrest: {name: rest, more: 1}\n", 0},
		"the same":       {theirs, theirs, 0},
		"another value":  {strings.Replace(base, `"no"`, `"maybe"`, 1), "", 1},
		"named twice":    {base + "worker: \"no\"\n", theirs + "worker: \"no\"\n", 0}, // by lines
		"no YAML of one": {strings.Replace(base, "grpc: true", "grpc: [", 1), "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			const at = "deploy/helm/values.yaml"
			was, now := base, theirs
			in := input(at, sides{&was, &c.ours, &now, 0o644, 0o644, 0o644})
			plan := run(t, in)
			assert.Equal(t, c.conflicts, plan.Conflicts())
			if c.conflicts == 0 {
				assert.Equal(t, c.want, string(after(in.Ours, plan)[at].Body))
			}
		})
	}
}
