package spec_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestMistakesAreNamed checks that each mistake is found, and where.
func TestMistakesAreNamed(t *testing.T) {
	for yml, want := range map[string]string{
		"name: ''":                         "spacegen.yaml:1:7",
		"name: ../x":                       "spacegen.yaml:1:7",
		"name: a/b":                        "spacegen.yaml:1:7",
		"name: -x":                         "spacegen.yaml:1:7",
		"name: " + strings.Repeat("a", 64): "spacegen.yaml:1:7",
		"name: größe":                      "spacegen.yaml:1:7",
		"name: a\nmodule: 'x y'":           "spacegen.yaml:2:9",
		"name: a\n<<<<<<< HEAD\nci: none\n=======\nci: github\n>>>>>>> b\n": "spacegen.yaml:2:1: git left a conflict in the file",
		"name: a\nresources:\n  - name: Region\n  - name: Region":           "spacegen.yaml:4:11: there are two resources called Region",
		"name: a\ncolour: red":                                         "spacegen.yaml:2:1",
		"name: a\nservers: []\nserver: [grpc]":                         "spacegen.yaml:3:1",
		"name: a\nresources:\n  - name: Region\n  - name: region":      "spacegen.yaml:4:11",
		"name: a\nresources:\n  - name: Region\n  - name: RegionInfo":  "spacegen.yaml:4:11",
		"name: a\nresources:\n  - name: Get":                           "in every service it stands for a method",
		"name: a\nresources:\n  - name: QueueOutbox":                   "spacegen.yaml:3:11: resource name \"QueueOutbox\": the table queue_outbox is the framework's own; choose another name",
		"name: a\nresources:\n  - name: schema-migrations":             "spacegen.yaml:3:11: resource name \"schema-migrations\": the table schema_migrations",
		"name: a\nresources:\n  - name: QueueOutboxDue":                "the framework's own",
		"name: a\nresources:\n  - name: SqliteThing":                   "SQLite keeps all tables that begin so for itself",
		"name: a\nresources:\n  - name: PgClass":                       "PostgreSQL looks for tables that begin so in its catalog first",
		"name: a\nresources:\n  - name: Region\n  - name: RegionScope": "spacegen.yaml:4:11: the resource RegionScope needs the name of the table or index region_scope, which the resource Region takes",
		"name: a\nresources:\n  - name: RegionCodeUnique\n  - name: Region\n    fields:\n      - {name: code, unique: true}": "spacegen.yaml:4:11",
		"name: a\nresources:\n  - name: Scope":                                                       "spacegen.yaml:3:11",
		"name: a\nresources:\n  - name: R\n    fields:\n      - {name: domain_id}":                   "spacegen.yaml:5:16",
		"name: a\nresources:\n  - name: R\n    fields:\n      - {name: x, type: y}":                  "spacegen.yaml:5:25",
		"name: a\nresources:\n  - name: R\n    fields:\n      - {name: x, type: int, max_bytes: 9}":  "a field of the type int has no length to limit",
		"name: a\nresources:\n  - name: R\n    fields:\n      - {name: x, max_bytes: -1}":            "spacegen.yaml:5:30",
		"name: a\nresources:\n  - name: R\n    fields:\n      - {name: x, max_bytes: 99999999}":      "write 1 to 15728640",
		"name: a\nresources:\n  - name: R\n    fields:\n      - {name: x, type: enum}":               "spacegen.yaml:5:",
		"name: a\nresources:\n  - name: R\n    fields:" + strings.Repeat("\n      - {name: x}", 396): "at most 395 are possible",
	} {
		_, err := spec.Parse("spacegen.yaml", []byte(yml))
		require.Error(t, err, yml)
		assert.Contains(t, err.Error(), want, yml)
	}
}
