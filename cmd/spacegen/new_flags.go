package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/overlay"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// newOptions are the flags of new, in the groups that its help shows. Those of the
// Spec and of a kind of repository are held to the kind by spec.Flags.
type newOptions struct {
	spec  spec.Flags
	api   *apiFlags
	start startFlags
	scan  string // for members of a platform
	joins bool   // a platform, beside which its framework is made if it is not there
	runFlags
}

// startFlags say what a repository begins with instead of nothing.
type startFlags struct{ from, plugin, example string }

// runFlags say how a run of new goes, whatever it makes.
type runFlags struct {
	dir    string
	sets   []string         // templates laid over
	values []string         // what these ask for
	preset spec.Preset      // their defaults
	beside []overlay.Wanted // before them, those of the platform that it joins
	yes    bool
	dryRun bool
	diff   bool
	json   bool
	steps  change.Steps
}

// register adds all flags.
func (o *newOptions) register(flags *pflag.FlagSet) {
	flags.SortFlags = false
	o.spec.Register(flags)
	o.api = newAPIFlags()
	o.spec.Add(spec.FlagGroup{Title: "Services, plugins and supervisors with an API of their own", Kinds: spec.LayeredKinds(), Set: o.api.set})
	o.start.register(&o.spec)
	platform := newFlagSet()
	platform.Var(filled{&o.scan}, "scan", "`folder` below which the members lie")
	o.spec.Add(spec.FlagGroup{Title: "Platforms", Kinds: []spec.Kind{spec.KindPlatform}, Set: platform})
	run := newFlagSet()
	run.Var(filled{&o.start.from}, "from", "take the Spec from a `file` instead of flags and prompts")
	run.Var(filled{&o.dir}, "dir", "`folder` to make the repository in (default NAME)")
	run.Var(sources{&o.sets}, "templates", "`source` of templates laid over those of spacegen: a folder, git+URL@TAG, MODULE@VERSION or oci://IMAGE:TAG (may be repeated)")
	run.Var(sources{&o.values}, "value", "what an overlay asks for: `key=value` (may be repeated)")
	run.BoolVarP(&o.yes, "yes", "y", false, "ask nothing: take the defaults")
	run.BoolVar(&o.dryRun, "dry-run", false, "show what would be written, write nothing")
	run.BoolVar(&o.diff, "diff", false, "with --dry-run: show the contents, too, line by line")
	run.BoolVar(&o.json, "json", false, "report in JSON")
	run.BoolVar(&o.steps.SkipProto, "skip-proto", false, "don't make code of the protos")
	run.BoolVar(&o.steps.SkipTidy, "skip-tidy", false, "don't run go mod tidy")
	run.BoolVar(&o.steps.SkipGit, "skip-git", false, "don't run git init")
	run.BoolP("help", "h", false, "show this help")
	o.spec.Add(spec.FlagGroup{Title: "This run", Set: run})
}

// register adds the flags that choose a starter.
func (s *startFlags) register(flags *spec.Flags) {
	plugin, example := newFlagSet(), newFlagSet()
	plugin.Var(filled{&s.plugin}, "plugin", "`kind` of plugin to begin with: asset, metric, log, webhook, cost, notification or auth")
	example.Var(filled{&s.example}, "example", "`name` of an example to begin with")
	flags.Add(spec.FlagGroup{Title: "Plugins", Kinds: []spec.Kind{spec.KindPlugin}, Set: plugin})
	flags.Add(spec.FlagGroup{Title: "Examples of services", Kinds: []spec.Kind{spec.KindService}, Set: example})
}

func newFlagSet() *pflag.FlagSet {
	set := pflag.NewFlagSet("", pflag.ContinueOnError)
	set.SortFlags = false
	return set
}

// usage is what help says after what the command is for.
func (o *newOptions) usage(cmd *cobra.Command) error {
	var text strings.Builder
	fmt.Fprintf(&text, "Usage:\n  %s\n\nExamples:\n%s\n", cmd.UseLine(), cmd.Example)
	for _, g := range o.spec.Groups() {
		fmt.Fprintf(&text, "\n%s:\n%s", g.Title, g.Set.FlagUsages())
	}
	text.WriteString("\nFrontends and frameworks:\n  They have the flags of any repository, and none of their own.\n")
	_, err := fmt.Fprint(cmd.OutOrStderr(), text.String())
	return err
}
