package spec_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

func platform(members ...spec.Member) *spec.Spec {
	s := spec.New("spaceone")
	s.Kind = spec.KindPlatform
	s.Platform.Members = members
	return spec.Defaults(s)
}

func TestPlatformIsReadable(t *testing.T) {
	s := platform(
		spec.Member{Name: "identity"}, spec.Member{Name: "cost_analysis", Kind: spec.KindService},
		spec.Member{Name: "console", Kind: spec.KindFrontend, Path: "../../web/console"},
		spec.Member{Name: "billing", Repository: "oci://ghcr.io/acme/charts", Version: ">=1.2.0 <2", Alias: "bills", Condition: "bills.enabled"},
	)
	require.NoError(t, s.Validate())
	golden(t, "platform.yaml", spec.Emit(s))
	got, err := spec.Parse("spacegen.yaml", spec.Emit(s))
	require.NoError(t, err)
	assert.Equal(t, s, got)

	members := s.Platform.Members
	assert.Equal(t, "../cost-analysis", members[1].Path)
	assert.Equal(t, "file://../../../cost-analysis/deploy/helm", members[1].ChartRepository())
	assert.Equal(t, "../cost-analysis/deploy/helm", members[1].ChartPath())
	assert.Equal(t, "cost-analysis.enabled", members[1].Switch())
	assert.Empty(t, members[3].Path)
	assert.Empty(t, members[3].ChartPath())
	assert.Equal(t, "bills", members[3].Key())
	assert.False(t, spec.Member{Kind: spec.KindPlugin}.HasChart())
	file := spec.Member{Repository: "file://../../../charts/x"}
	assert.Equal(t, "../charts/x", file.ChartPath())
}

// Every mistake is named, at its place, with what to do.
func TestPlatformMistakesAreNamed(t *testing.T) {
	const top = "kind: platform\nname: p\nplatform:\n"
	many := strings.Repeat("    - {name: x}\n", 1001)
	for yml, want := range map[string]string{
		"name: a\nplatform:\n  members: [{name: b}]":                                  "spacegen.yaml:3:3: a service has no members; remove it, or write kind: platform",
		top + "  membres: []":                                                         `spacegen.yaml:4:3: unknown key "membres"; did you mean "members"?`,
		top + "  redis: bundle\n  members: [{name: a}]":                               `spacegen.yaml:4:10: there is no way to have Redis "bundle"; did you mean "bundled"?`,
		top + "  chart_repository: x\n  members: [{name: a}]":                         `spacegen.yaml:4:21: "x" is no URL`,
		top + "  members:\n    - {name: a}\n    - {name: A}":                          "spacegen.yaml:6:14: two members are called a: ../a and ../a",
		top + "  members:\n    - {name: a/b}":                                         "spacegen.yaml:5:14: member name \"a/b\": this is a path",
		top + "  members:\n    - {name: redis}":                                       "spacegen.yaml:5:14: redis is a part of the platform's own values",
		top + "  members:\n    - {name: p}":                                           "spacegen.yaml:5:14: the platform cannot be a member of itself",
		top + "  members:\n    - {name: a, kind: platform}":                           `spacegen.yaml:5:23: there is no kind of member "platform"`,
		top + "  members:\n    - {name: a, kind: plugn}":                              `did you mean "plugin"?`,
		top + "  members:\n    - {name: a, path: /a}":                                 `spacegen.yaml:5:23: "/a" is no folder of a member`,
		top + "  members:\n    - {name: a, path: ..}":                                 `".." is no folder of a member`,
		top + "  members:\n    - {name: a, path: x/../../..}":                         "is no folder of a member",
		top + "  members:\n    - {name: a, path: .}":                                  `"." is no folder of a member`,
		top + "  members:\n    - {name: a, path: '..\\a'}":                            "is no folder of a member",
		top + "  members:\n    - {name: a, path: '../a b'}":                           "is no folder of a member",
		top + "  members:\n    - {name: a, path: '../$(x)'}":                          "is no folder of a member",
		top + "  members:\n    - {name: a}\n    - {name: b, path: ../a}":              "spacegen.yaml:6:23: b lies where a does",
		top + "  members:\n    - {name: a, repository: ftp://x}":                      `"ftp://x" is no chart repository`,
		top + "  members:\n    - {name: a, version: one}":                             `"one" is neither a version nor a range`,
		top + "  members:\n    - {name: a, image: x}":                                 "spacegen.yaml:5:24: a has a chart, which says that",
		top + "  members:\n    - {name: a, kind: plugin, image: 'x:1'}":               `"x:1" is no image`,
		top + "  members:\n    - {name: a, kind: plugin, version: '~1'}":              `"~1" is no version of an image`,
		top + "  members:\n    - {name: a, kind: plugin, resource_type: 'a b'}":       `"a b" is nothing that a plugin serves`,
		top + "  members:\n    - {name: a, alias: A_b}":                               `"A_b" is no alias of a chart`,
		top + "  members:\n    - {name: a, alias: c}\n    - {name: b, alias: c}":      "spacegen.yaml:6:24: the alias c is taken by ../a",
		top + "  members:\n    - {name: a, condition: enabled}":                       `"enabled" is no value's path`,
		top + "  members:\n" + many:                                                   "the platform has 1001 members",
		"kind: platform\nname: p\nservers: [grpc]\nplatform:\n  members: [{name: a}]": "a platform has no servers",
	} {
		_, err := spec.Parse("spacegen.yaml", []byte(yml))
		require.Error(t, err, yml)
		assert.Contains(t, err.Error(), want)
	}
}

// Every name of a chart of Cloudforet is taken as it is, twenty and more at once.
func TestPlatformTakesEveryName(t *testing.T) {
	text, err := os.ReadFile("../../testdata/names.txt")
	require.NoError(t, err)
	names := strings.Fields(string(text))
	require.Greater(t, len(names), 20)
	set := pflag.NewFlagSet("new", pflag.ContinueOnError)
	var flags spec.Flags
	flags.Register(set)
	require.NoError(t, set.Parse([]string{"--kind", "platform", "--services", strings.Join(names, ",")}))
	s, err := flags.Over(spec.New("spaceone"))
	require.NoError(t, err)
	require.Len(t, s.Platform.Members, len(names))
	for i, m := range s.Platform.Members {
		assert.Equal(t, names[i], m.Key())
		assert.Equal(t, names[i]+".enabled", m.Switch())
	}
	line, exact := spec.CommandLine(s)
	assert.True(t, exact)
	assert.Contains(t, line, "--services alert-manager")
	again := pflag.NewFlagSet("new", pflag.ContinueOnError)
	var same spec.Flags
	same.Register(again)
	again.Bool("yes", false, "")
	require.NoError(t, again.Parse(strings.Fields(line)[3:]))
	got, err := same.Over(spec.New("spaceone"))
	require.NoError(t, err)
	assert.Equal(t, s, got)

	require.NoError(t, set.Parse([]string{"--services", "console:fronted"}))
	_, err = flags.Over(spec.New("spaceone"))
	assert.ErrorContains(t, err, `--services: there is no kind of member "fronted"; did you mean "frontend"?`)
}

// A member that is added and removed again leaves no trace; comments stay.
func TestMembersComeAndGo(t *testing.T) {
	emitted := string(spec.Emit(platform(spec.Member{Name: "identity"}, spec.Member{Name: "inventory"})))
	for name, text := range map[string]string{
		"emitted":   emitted,
		"commented": strings.Replace(emitted, "    - {name: inventory", "    # what there is\n    - {name: inventory", 1),
		"by hand":   "kind: platform\nname: p\nplatform:\n  members:\n  - name: identity # first\n  - name: inventory\n",
		"windows":   strings.ReplaceAll(emitted, "\n", "\r\n"),
		"brackets":  "kind: platform\nname: p\nplatform: {members: [{name: identity}, {name: inventory}]}\n",
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t, text)
			require.NoError(t, f.AddMember(spec.Member{Name: "cost-analysis"}))
			assert.Len(t, f.Spec().Platform.Members, 3)
			require.NoError(t, f.AddMember(spec.Member{Name: "console", Kind: spec.KindFrontend, Path: "../web"}))
			require.NoError(t, f.RemoveMember("console"))
			require.NoError(t, f.RemoveMember("CostAnalysis"))
			assert.Equal(t, text, string(f.Bytes()))
			require.NoError(t, f.RemoveMember("identity"))
			assert.Equal(t, "inventory", f.Spec().Platform.Members[0].Name)
			before := string(f.Bytes())
			assert.ErrorContains(t, f.RemoveMember("inventroy"), `did you mean "inventory"?`)
			assert.ErrorContains(t, f.AddMember(spec.Member{Name: "inventory"}), "two members are called inventory")
			assert.Equal(t, before, string(f.Bytes()))
			require.NoError(t, f.RemoveMember("inventory"))
			assert.Empty(t, f.Spec().Platform.Members)
			if name == "brackets" {
				return // an empty list within brackets is left to people
			}
			require.NoError(t, f.AddMember(spec.Member{Name: "identity"}))
			assert.Len(t, f.Spec().Platform.Members, 1)
		})
	}
	f := open(t, emitted)
	require.NoError(t, f.Set("platform.redis", "external"))
	assert.Equal(t, spec.External, f.Spec().Platform.Redis)
	assert.Error(t, f.Set("platform.redis", fmt.Sprint(1)))
}

// A plugin without a chart is run by the first supervisor, unless a service says
// which plugins run.
func TestPlatformPlugins(t *testing.T) {
	plugin := spec.Member{Name: "my-asset", Kind: spec.KindPlugin}
	named := spec.Member{Name: "my-asset", Kind: spec.KindPlugin, Alias: "old", Image: "example.com/asset", Version: "1.2", ResourceType: "inventory.Collector"}
	charted := spec.Member{Name: "other", Kind: spec.KindPlugin, Repository: "https://charts.example.com"}
	keeper := spec.Member{Name: "keeper", Kind: spec.KindSupervisor}
	second := spec.Member{Name: "second", Kind: spec.KindSupervisor}
	keys := func(s *spec.Spec) (keys []string) {
		for _, m := range s.Platform.Plugins() {
			keys = append(keys, m.Key())
		}
		return keys
	}
	s := platform(plugin, named, charted, keeper, second)
	require.NoError(t, s.Validate())
	assert.Equal(t, []string{"my-asset", "old"}, keys(s))
	assert.Equal(t, []spec.Endpoint{{Name: "my-asset", Host: "my-asset"}, {Name: "old", Host: "old"}}, s.Platform.Endpoints())
	assert.Equal(t, []string{"ghcr.io/cloudforet-io/my-asset", "example.com/asset"}, []string{s.PluginImage(plugin), s.PluginImage(named)})
	assert.Equal(t, []string{"0.1.0", "1.2"}, []string{plugin.ImageVersion(), named.ImageVersion()})
	assert.True(t, s.Platform.Runs(keeper))
	assert.False(t, s.Platform.Runs(second))
	got, err := spec.Parse("spacegen.yaml", spec.Emit(s))
	require.NoError(t, err)
	assert.Equal(t, s, got)

	assert.Empty(t, keys(platform(plugin)))
	assert.False(t, platform(plugin).Platform.Runs(plugin))
	asked := platform(plugin, keeper, spec.Member{Name: "plugin"})
	assert.Empty(t, keys(asked))
	assert.Equal(t, []spec.Endpoint{{Name: "repository", Host: "plugin"}}, asked.Platform.Endpoints())
	assert.Empty(t, platform(spec.Member{Name: "plugin"}, spec.Member{Name: "repository"}).Platform.Endpoints())
}
