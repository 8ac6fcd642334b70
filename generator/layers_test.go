package generator_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/cloudforet-io/spacegen/generator/layers"
)

// TestGoldenLayers: what is emitted, starters included, keeps the rule of layers,
// and hands all of it to depguard.
func TestGoldenLayers(t *testing.T) {
	for name, s := range goldens(t) {
		if !s.Kind.Layered() {
			continue // there is no golangci-lint for layers in it
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), name)
			tree := goldenTree(t, name, s)
			for at, file := range tree {
				if strings.HasSuffix(at, ".go") {
					require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, at)), 0o755)) //nolint:gosec // as emitted
					require.NoError(t, os.WriteFile(filepath.Join(dir, at), file.Body, 0o600))
				}
			}
			findings, err := layers.Check(os.DirFS(dir), s.Module)
			require.NoError(t, err)
			assert.Empty(t, findings)

			var config struct {
				Linters struct {
					Settings struct {
						Depguard struct {
							Rules map[string]struct {
								Files    []string `yaml:"files"`
								ListMode string   `yaml:"list-mode"`
								Allow    []string `yaml:"allow"`
								Deny     []struct {
									Pkg, Desc string
								} `yaml:"deny"`
							} `yaml:"rules"`
						} `yaml:"depguard"`
					} `yaml:"settings"`
				} `yaml:"linters"`
			}
			require.NoError(t, yaml.Unmarshal(tree[".golangci.yaml"].Body, &config))
			rendered := config.Linters.Settings.Depguard.Rules
			for _, rule := range layers.Rules(s.Module) {
				got := rendered[rule.Name]
				assert.Equal(t, rule.Files, got.Files, rule.Name)
				assert.Equal(t, rule.Allow, got.Allow, rule.Name)
				assert.Equal(t, len(rule.Allow) > 0, got.ListMode == "lax", rule.Name)
				var denied []string
				for _, deny := range got.Deny {
					denied = append(denied, deny.Pkg)
					assert.Equal(t, rule.Why, deny.Desc, rule.Name)
				}
				assert.Equal(t, rule.Deny, denied, rule.Name)
			}
			assert.Len(t, rendered, len(layers.Rules(s.Module)))
		})
	}
}
