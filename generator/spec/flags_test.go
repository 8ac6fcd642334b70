package spec_test

import (
	"slices"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// values are one of each flag.
var values = map[string]string{
	"module": "example.com/x", "description": "What it does.", "registry": "ghcr.io/acme", "image": "x", "ci": "none", "chart": "false",
	"package": "acme.x.v1", "servers": "grpc", "database": "none", "cache": "local", "framework": "own", "resource": "Region:name!", "scheduler": "tick:interval:30",
	"services": "a", "postgresql": "external", "redis": "external", "chart-repository": "https://charts.example.com",
}

func newFlags(t *testing.T, args ...string) *spec.Flags {
	t.Helper()
	set := pflag.NewFlagSet("new", pflag.ContinueOnError)
	flags := new(spec.Flags)
	flags.Register(set)
	require.NoError(t, set.Parse(args))
	return flags
}

// A kind has the flags of its groups, and none of the others: whichever it is given
// goes into the Spec, or is refused by its name.
func TestEachKindHasFlagsOfItsOwn(t *testing.T) {
	for _, kind := range spec.Kinds() {
		for _, group := range newFlags(t).Groups() {
			has := group.Kinds == nil || slices.Contains(group.Kinds, kind)
			group.Set.VisitAll(func(flag *pflag.Flag) {
				if flag.Name == "kind" {
					return
				}
				require.Contains(t, values, flag.Name)
				value := values[flag.Name]
				if flag.Name == "chart" && kind == spec.KindPlugin {
					value = "true" // it has none by itself
				}
				args := []string{"--kind", string(kind), "--" + flag.Name + "=" + value}
				flags := newFlags(t, args...)
				without, err := newFlags(t, args[:2]...).Partial("x")
				require.NoError(t, err)
				s, err := flags.Partial("x")
				if has {
					require.NoError(t, err, args)
					assert.NotEqual(t, without, s, args)
					assert.Empty(t, flags.Misplaced(kind))
					return
				}
				assert.ErrorContains(t, err, "--"+flag.Name+": a "+string(kind)+" has no such flag; leave it out, or say --kind ", args)
				_, err = flags.Over(spec.New("x"))
				assert.ErrorContains(t, err, "--"+flag.Name+": a "+string(kind)+" has no such flag")
			})
		}
	}
}

func TestGivenFlags(t *testing.T) {
	assert.Empty(t, newFlags(t).Given())
	assert.Equal(t, []string{"module", "cache"}, newFlags(t, "--cache", "redis", "--module", "example.com/x").Given())
}

// Commands add groups of their own, which are held to kinds as well and say nothing
// about the Spec.
func TestAddedGroups(t *testing.T) {
	set := pflag.NewFlagSet("new", pflag.ContinueOnError)
	flags := new(spec.Flags)
	flags.Register(set)
	own := func(name string) *pflag.FlagSet {
		one := pflag.NewFlagSet("", pflag.ContinueOnError)
		one.String(name, "", "")
		return one
	}
	flags.Add(spec.FlagGroup{Title: "API", Kinds: spec.LayeredKinds(), Set: own("proto")})
	flags.Add(spec.FlagGroup{Title: "Platforms", Kinds: []spec.Kind{spec.KindPlatform}, Set: own("scan")})
	flags.Add(spec.FlagGroup{Title: "Plugins", Kinds: []spec.Kind{spec.KindPlugin}, Set: own("plugin")})
	flags.Add(spec.FlagGroup{Title: "This run", Set: own("dir")})
	var titles []string
	for _, g := range flags.Groups() {
		titles = append(titles, g.Title)
	}
	assert.Equal(t, []string{"Any repository", "Services, plugins and supervisors", "API", "Plugins", "Platforms", "Image and chart", "This run"}, titles)

	require.NoError(t, set.Parse([]string{"--proto", "api", "--dir", "here", "--scan", "work"}))
	problems := flags.Misplaced(spec.KindService)
	require.Len(t, problems, 1)
	assert.EqualError(t, problems[0], "--scan: a service has no such flag; leave it out, or say --kind platform")
	assert.Len(t, flags.Misplaced(spec.KindPlatform), 1)
	assert.Len(t, flags.Misplaced(spec.KindFrontend), 2)
	assert.Empty(t, flags.Misplaced("nonsense"), "the kind itself is wrong")
}
