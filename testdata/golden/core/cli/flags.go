package cli

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/core/config"
)

// fileVariable is the environment variable that names the configuration.
const fileVariable = "SPACEONE_CONFIG_FILE"

// Flags are those of a command that reads the configuration, as the commands of
// Cloudforet have them: what they set goes before the configuration's documents.
type Flags struct {
	cmd    *cobra.Command
	ports  []string // the settings that --port stands for
	file   string
	port   int
	worker int
	host   string
}

// ConfigFlags gives a command of a service the flag that names the configuration. The
// command takes the name of a package, too, as that of Cloudforet needs one: this
// service's, which is the only one there is.
func ConfigFlags(cmd *cobra.Command, service string) *Flags {
	f := &Flags{cmd: cmd}
	cmd.Flags().StringVarP(&f.file, "config-file", "c", "", "`FILE` of the configuration, in place of that of "+fileVariable)
	ineffective(cmd, "source-root", "s", "no source is looked for: the service is this program alone")
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if err := cobra.MaximumNArgs(1)(cmd, args); err != nil || len(args) == 0 {
			return err
		}
		if strings.ReplaceAll(strings.TrimPrefix(args[0], "spaceone."), "_", "-") != service {
			return fmt.Errorf("this is %s, which has no package %q; leave it out", service, args[0])
		}
		return nil
	}
	return f
}

// ServerFlags gives a command that runs servers its flags. Ports are the settings of
// the ports at which these take calls; without any there is nothing to say of calls.
func ServerFlags(cmd *cobra.Command, service string, ports ...string) *Flags {
	f := ConfigFlags(cmd, service)
	f.ports = ports
	cmd.Flags().Bool("help", false, "show this help") // -h is the host
	cmd.Flags().StringVarP(&f.host, "host", "h", "", "`HOST` to listen at: HOST of the configuration")
	if len(ports) > 0 {
		cmd.Flags().IntVarP(&f.port, "port", "p", 0, "`PORT` to take calls at: "+strings.Join(ports, " or ")+" of the configuration")
		cmd.Flags().IntVarP(&f.worker, "worker", "w", 0, "calls that are answered at once: MAX_WORKERS of the configuration")
	}
	ineffective(cmd, "module-path", "m", "no module is loaded: the service is this program alone")
	ineffective(cmd, "app-path", "a", "no application is loaded: the service is this program alone")
	return f
}

// ineffective takes a flag that means nothing here, and says so when it is given.
func ineffective(cmd *cobra.Command, name, short, why string) {
	cmd.Flags().VarP(&unused{cmd: cmd, name: name, why: why}, name, short, "has no effect: "+why)
}

// unused is the value of such a flag.
type unused struct {
	cmd       *cobra.Command
	name, why string
}

func (u *unused) String() string { return "" }
func (u *unused) Type() string   { return "PATH" }
func (u *unused) Set(string) error {
	u.cmd.PrintErrf("%s: --%s has no effect: %s\n", u.cmd.Root().Name(), u.name, u.why)
	return nil
}

// Load gives the configuration that the command is told, over the service's defaults.
func (f *Flags) Load(ctx context.Context, defaults [][]byte) (*config.Config, error) {
	file := f.file
	if !f.given("config-file") {
		file = os.Getenv(fileVariable)
	}
	if f.given("port") && len(f.ports) != 1 {
		return nil, Usage(fmt.Errorf("--port: %s runs several servers; set %s in the configuration", f.cmd.CommandPath(), strings.Join(f.ports, " and ")))
	}
	over := map[string]any{}
	if f.given("port") {
		over[f.ports[0]] = f.port
	}
	if f.given("host") {
		over["HOST"] = f.host
	}
	if f.given("worker") {
		over["MAX_WORKERS"] = f.worker
	}
	cfg, err := config.Load(ctx, defaults, file)
	if err != nil || len(over) == 0 {
		return cfg, err
	}
	if cfg, err = cfg.With(over); err != nil {
		return nil, Usage(err)
	}
	return cfg, nil
}

func (f *Flags) given(name string) bool {
	flag := f.cmd.Flags().Lookup(name)
	return flag != nil && flag.Changed
}
