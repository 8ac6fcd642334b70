// Package k8sschema makes JSON Schemas of Kubernetes' objects, for kubeconform,
// without a download of ready-made ones: from api/openapi-spec/swagger.json of
// the Go module k8s.io/kubernetes, which the module cache holds after
//
//	go mod download k8s.io/kubernetes@v1.37.2
//
// The schemas are strict: a field that Kubernetes does not know is an error,
// as is a value of another type, null included.
package k8sschema

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Location is what kubeconform's -schema-location is to be, given the folder
// that Folder names.
func Location(folder string) string {
	return filepath.Join(folder, "{{.NormalizedKubernetesVersion}}-standalone{{.StrictSuffix}}", "{{.ResourceKind}}{{.KindSuffix}}.json")
}

// Folder makes the schemas of a version of Kubernetes ("1.37.2") below cache,
// unless they are there already. Several processes may do so at once.
func Folder(ctx context.Context, cache, version string) error {
	target := filepath.Join(cache, "v"+version+"-standalone-strict")
	if _, err := os.Stat(target); err == nil {
		return nil
	}
	document, err := swagger(ctx, version)
	if err != nil {
		return err
	}
	schemas, err := Schemas(document)
	if err != nil {
		return fmt.Errorf("schemas of Kubernetes %s: %w", version, err)
	}
	if err := os.MkdirAll(cache, 0o750); err != nil {
		return err
	}
	beside, err := os.MkdirTemp(cache, "new-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(beside) }()
	for name, schema := range schemas {
		if err := os.WriteFile(filepath.Join(beside, name), schema, 0o600); err != nil {
			return err
		}
	}
	if err := os.Rename(beside, target); err != nil {
		if _, there := os.Stat(target); there == nil {
			return nil // another process was quicker
		}
		return err
	}
	return nil
}

// swagger gives Kubernetes' OpenAPI document, from the module cache.
func swagger(ctx context.Context, version string) ([]byte, error) {
	module := "k8s.io/kubernetes@v" + version
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", module) //nolint:gosec // the version is a test's constant
	cmd.Dir = os.TempDir()                                                    // no module's own rules
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	text, err := cmd.Output()
	var found struct{ Dir, Error string }
	if decoded := json.Unmarshal(text, &found); decoded != nil || found.Dir == "" {
		return nil, fmt.Errorf("download %s: %w", module, errors.Join(err, errors.New(found.Error+stderr.String())))
	}
	return os.ReadFile(filepath.Join(found.Dir, "api", "openapi-spec", "swagger.json")) //nolint:gosec // the module cache
}

// Schemas makes of an OpenAPI 2 document a schema for each kind of object, by
// the name that kubeconform looks for: "deployment-apps-v1.json".
func Schemas(document []byte) (map[string][]byte, error) {
	var doc struct {
		Definitions map[string]map[string]any `json:"definitions"`
	}
	if err := json.Unmarshal(document, &doc); err != nil {
		return nil, fmt.Errorf("read the OpenAPI document: %w", err)
	}
	strict := make(map[string]any, len(doc.Definitions))
	for name, definition := range doc.Definitions {
		strict[name] = tighten(name, definition)
	}
	schemas := map[string][]byte{}
	for name, definition := range doc.Definitions {
		for _, id := range kinds(definition) {
			needed := map[string]any{}
			gather(strict[name], strict, needed)
			schema := map[string]any{
				"$schema": "http://json-schema.org/draft-07/schema#",
				"allOf": []any{
					map[string]any{"$ref": "#/definitions/" + name},
					map[string]any{"properties": map[string]any{
						"apiVersion": map[string]any{"const": id.apiVersion()},
						"kind":       map[string]any{"const": id.Kind},
					}, "required": []any{"apiVersion", "kind"}},
				},
				"definitions": needed,
			}
			needed[name] = strict[name]
			text, err := json.Marshal(schema)
			if err != nil {
				return nil, fmt.Errorf("write the schema of %s: %w", name, err)
			}
			schemas[id.file()] = text
		}
	}
	if len(schemas) == 0 {
		return nil, errors.New("the OpenAPI document names no kinds")
	}
	return schemas, nil
}

// A kind is the group, version and kind of an object.
type kind struct{ Group, Version, Kind string }

func (k kind) apiVersion() string {
	if k.Group == "" {
		return k.Version
	}
	return k.Group + "/" + k.Version
}

// file is kubeconform's {{.ResourceKind}}{{.KindSuffix}}.json.
func (k kind) file() string {
	parts := []string{k.Kind}
	if group, _, _ := strings.Cut(k.Group, "."); group != "" {
		parts = append(parts, group)
	}
	return strings.ToLower(strings.Join(append(parts, k.Version), "-")) + ".json"
}

// kinds gives what a definition is the schema of. Those that are for objects
// of every group (DeleteOptions) are of none.
func kinds(definition map[string]any) []kind {
	list, _ := definition["x-kubernetes-group-version-kind"].([]any)
	if len(list) != 1 {
		return nil
	}
	m, _ := list[0].(map[string]any)
	text := func(key string) string { s, _ := m[key].(string); return s }
	return []kind{{text("group"), text("version"), text("kind")}}
}

// tighten gives a definition as JSON Schema has it, refusing what it does not name.
func tighten(name string, definition map[string]any) any {
	switch {
	case strings.HasSuffix(name, ".IntOrString"):
		return map[string]any{"type": []any{"string", "integer"}}
	case strings.HasSuffix(name, ".Quantity"):
		return map[string]any{"type": []any{"string", "number"}}
	}
	return schemaOf(definition)
}

func schemaOf(node map[string]any) map[string]any {
	out := map[string]any{}
	for _, key := range []string{"type", "enum", "required", "$ref"} {
		if value, ok := node[key]; ok {
			out[key] = value
		}
	}
	if properties, ok := node["properties"].(map[string]any); ok {
		inner := make(map[string]any, len(properties))
		for name, property := range properties {
			if m, ok := property.(map[string]any); ok {
				inner[name] = schemaOf(m)
			}
		}
		out["properties"] = inner
		if node["x-kubernetes-preserve-unknown-fields"] != true {
			out["additionalProperties"] = false
		}
	}
	for _, key := range []string{"items", "additionalProperties"} {
		if m, ok := node[key].(map[string]any); ok {
			out[key] = schemaOf(m)
		}
	}
	if node["format"] == "int-or-string" {
		out["type"] = []any{"string", "integer"}
	}
	return out
}

// gather collects all definitions that a node refers to, however far.
func gather(node any, all, found map[string]any) {
	switch node := node.(type) {
	case map[string]any:
		if ref, ok := node["$ref"].(string); ok {
			name := strings.TrimPrefix(ref, "#/definitions/")
			if _, seen := found[name]; !seen {
				found[name] = all[name]
				gather(all[name], all, found)
			}
		}
		for _, inner := range node {
			gather(inner, all, found)
		}
	case []any:
		for _, inner := range node {
			gather(inner, all, found)
		}
	}
}
