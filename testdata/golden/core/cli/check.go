package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/preflight"
)

// checkTimeout is how long what is looked for may take to answer.
const checkTimeout = 5 * time.Second

// Check is the command that looks whether all is there that a service needs, for people
// and for init containers: it ends with status 1 if anything is missing, and changes
// nothing. probes are what there is to look at beside the configuration itself.
func Check(service string, defaults func() [][]byte, probes func(*config.Config) []preflight.Probe) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Look whether all is there that the service needs; nothing is changed",
	}
	flags := ConfigFlags(cmd, service)
	asJSON := cmd.Flags().Bool("json", false, "print JSON in place of a table")
	offline := cmd.Flags().Bool("offline", false, "ask nobody: only read the configuration")
	timeout := cmd.Flags().Duration("timeout", checkTimeout, "how long each answer may take")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *timeout <= 0 {
			return Usage(fmt.Errorf("--timeout is %s; give a duration such as 5s", *timeout))
		}
		var findings []preflight.Finding
		cfg, err := flags.Load(cmd.Context(), defaults())
		if err != nil {
			findings = []preflight.Finding{{Name: configuration, State: preflight.Failed, Detail: err.Error()}}
		} else {
			findings = preflight.Run(cmd.Context(), append(settings(cfg), probes(cfg)...), *timeout, *offline)
		}
		failed := preflight.Failures(findings)
		if err := tell(cmd.OutOrStdout(), *asJSON, checked{service, len(failed) == 0, findings}); err != nil {
			return err
		}
		if len(failed) > 0 {
			return fmt.Errorf("the service cannot work: %s failed", strings.Join(failed, ", "))
		}
		return nil
	}
	return cmd
}

// checked is what the command says in JSON.
type checked struct {
	Service string              `json:"service"`
	OK      bool                `json:"ok"`
	Checks  []preflight.Finding `json:"checks"`
}

// configuration is the name of the first check.
const configuration = "configuration"

// settings are the probes of the configuration that was read.
func settings(cfg *config.Config) []preflight.Probe {
	return []preflight.Probe{
		{Name: configuration, Offline: true, Look: func(context.Context) preflight.Finding {
			if err := cfg.CheckQueues(); err != nil {
				return preflight.Bad(err)
			}
			return preflight.Good("%s", from(cfg))
		}},
		{Name: "unknown settings", Offline: true, Look: func(context.Context) preflight.Finding {
			unknown := cfg.Unknown()
			if len(unknown) == 0 {
				return preflight.Good("none")
			}
			f := preflight.Doubtful("nothing reads %s; misspelt?", strings.Join(unknown, ", "))
			f.Items = unknown
			return f
		}},
		{Name: "system token", Offline: true, Look: func(context.Context) preflight.Finding { return token(cfg) }},
	}
}

// token looks for the system token, which may come later.
func token(cfg *config.Config) preflight.Finding {
	token, err := cfg.SystemToken()
	switch {
	case err != nil:
		return preflight.Bad(err)
	case token == "" && cfg.TokenFile != "":
		return preflight.Doubtful("%s (TOKEN_FILE) is missing or empty; it is read whenever it is needed", cfg.TokenFile)
	case token == "":
		return preflight.Passed("neither TOKEN nor TOKEN_FILE is set; calls of the service's own carry none")
	default:
		return preflight.Good("there is one; whether it is good, only those know who are called with it")
	}
}

func from(cfg *config.Config) string {
	if sources := cfg.Sources(); len(sources) > 0 {
		return "read from " + strings.Join(sources, ", ")
	}
	return "built-in defaults alone (" + fileVariable + " and --config-file name no file)"
}

func tell(to io.Writer, asJSON bool, all checked) error {
	if asJSON {
		return PrintJSON(to, all)
	}
	rows := []string{"CHECK\tSTATE\tDETAIL"}
	for _, f := range all.Checks {
		rows = append(rows, f.Name+"\t"+string(f.State)+"\t"+oneLine(f.Detail))
	}
	return PrintTable(to, rows)
}

// oneLine keeps a text on its row.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
