package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/prompt"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

func updateCommand(std stdio) *cobra.Command {
	c := &changeFlags{asks: true}
	var abort, all bool
	var set []string
	var planTo, planFrom string
	cmd := &cobra.Command{
		Use:     "update",
		Aliases: []string{"regenerate"},
		Short:   "Bring in what changed in spacegen.yaml and in the templates",
		Long: `update renders the repository anew, from its spacegen.yaml and the templates of
this spacegen, and merges what comes out with what people wrote: what only one
side changed is taken, what both changed is merged, and where that cannot be
done a conflict is left in the file. No edit is lost.

--plan writes down what an update would do, with the SHA-256 of each file before and
after it, for somebody to review; --apply does exactly that. It refuses, and writes
nothing, if the repository, the templates or spacegen have changed in between.

The exit status is 3 when conflicts are left.`,
		Example: `  spacegen update --dry-run --diff
  spacegen update --plan update.json
  spacegen update --apply update.json
  spacegen update --set database=postgresql
  spacegen update --theirs 'deploy/helm/**' --ours Makefile
  spacegen update --templates acme@v1.3.0
  spacegen update --all
  spacegen update --abort`,
		Args: exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if planTo != "" || planFrom != "" {
				return c.planned(cmd, std, set, planTo, planFrom)
			}
			if all {
				if abort || len(set) > 0 || c.diff || c.changes.DropAPI {
					return usageError{errors.New("--all takes every repository as it is: leave out --abort, --set, --diff and --drop-api")}
				}
				return c.runAll(cmd.Context(), std)
			}
			if abort {
				paths, err := generator.Abort(cmd.Context(), c.dir)
				if err == nil || len(paths) > 0 {
					fmt.Fprintf(std.out, "%d files are as they were before the update.\n", len(paths))
				}
				return err
			}
			edit, err := settings(set)
			if err != nil {
				return err
			}
			return c.run(cmd.Context(), std, change.Request{Edit: edit})
		},
	}
	flags := cmd.Flags()
	c.register(flags)
	flags.Var(sources{&c.sets}, "templates", "bring templates laid over to another version, `NAME@VERSION`, or lay those of a source over (may be repeated)")
	flags.StringArrayVar(&set, "set", nil, "change an answer first: `key=value`")
	flags.Var(globs{&c.changes.Merge.Ours}, "ours", "`globs` of files whose conflicts are decided for yours, as seen from the root: ** is any folders, {a,b} one of them")
	flags.Var(globs{&c.changes.Merge.Theirs}, "theirs", "`globs` of files whose conflicts are decided for the template's")
	flags.Var(globs{&c.changes.Merge.Restore}, "restore", "`paths` that were deleted and should come back")
	flags.BoolVar(&c.changes.Merge.Keep, "keep", false, "keep edits in generated files")
	flags.BoolVar(&c.changes.DropAPI, "drop-api", false, "let an API go that proto/ has no more, and the code that answers it")
	flags.BoolVar(&all, "all", false, "update a platform and all its members on this machine")
	flags.Var(filled{&planTo}, "plan", "write what would be done to a `file`, and do nothing (- is stdout)")
	flags.Var(filled{&planFrom}, "apply", "do what a `file` of --plan says, exactly so or not at all")
	flags.BoolVar(&abort, "abort", false, "take back the last update, if it ended with conflicts")
	return cmd
}

// sources is the value of a flag that may be repeated, each time with a source of
// templates.
type sources struct{ to *[]string }

func (s sources) String() string {
	if s.to == nil {
		return ""
	}
	return strings.Join(*s.to, ",")
}

// Type names the flag's values in help.
func (s sources) Type() string { return "source" }

// Set reads the flag.
func (s sources) Set(source string) error {
	if strings.TrimSpace(source) == "" {
		return errors.New("it is empty; name where templates come from")
	}
	*s.to = append(*s.to, source)
	return nil
}

// globs is the value of a flag that may be repeated, or list several at commas.
type globs struct{ to *[]string }

func (g globs) String() string {
	if g.to == nil {
		return ""
	}
	return strings.Join(*g.to, ",")
}

// Type names the flag's values in help.
func (g globs) Type() string { return "globs" }

// Set reads the flag.
func (g globs) Set(s string) error {
	list, err := merge.SplitGlobs(s)
	*g.to = append(*g.to, list...)
	return err
}

// decide asks, of each file that a change would leave a conflict in, whose
// version is taken.
func decide(ctx context.Context, std stdio, asker prompt.Asker, prepared *change.Change, o merge.Options) error {
	decided := false
	for _, c := range prepared.Report().Changes {
		if c.Action != merge.Conflict || !c.Write {
			continue
		}
		decision, err := prompt.Decide(ctx, asker, c.Path, func() {
			_, _ = std.out.Write(diff.Diff("yours/"+c.Path, c.Ours, "template/"+c.Path, c.Theirs))
		})
		if err != nil {
			return err
		}
		switch decision {
		case prompt.Ours:
			o.Ours, decided = append(o.Ours, merge.QuoteGlob(c.Path)), true
		case prompt.Theirs:
			o.Theirs, decided = append(o.Theirs, merge.QuoteGlob(c.Path)), true
		case prompt.Markers, prompt.Show:
		}
	}
	if !decided {
		return nil
	}
	return prepared.Decide(ctx, o)
}

// settings gives the edit of the settings that --set names.
func settings(set []string) (spec.Edit, error) {
	edits := make([]spec.Edit, len(set))
	for i, pair := range set {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, usageError{fmt.Errorf("--set %s: want key=value", pair)}
		}
		edits[i] = spec.Setting(key, value)
	}
	return spec.All(edits...), nil
}

func mvCommand(std stdio) *cobra.Command {
	dir := "."
	cmd := &cobra.Command{
		Use:   "mv OLD NEW",
		Short: "Move a file so that updates follow it",
		Long: `mv moves a file that spacegen wrote, or records that it was moved, so that
updates are merged into it where it stands now. Paths are as seen from the folder
that the command runs in.`,
		Args: exactArgs("OLD", "NEW"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := generator.Move(cmd.Context(), dir, args[0], args[1]); err != nil {
				return err
			}
			fmt.Fprintf(std.out, "%s is now %s.\n", args[0], args[1])
			return nil
		},
	}
	cmd.Flags().VarP(filled{&dir}, "dir", "C", "`folder` of the repository, or one in it")
	return cmd
}

var errDrift = errors.New("not as it should be")
