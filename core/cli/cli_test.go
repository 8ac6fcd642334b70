package cli

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// commands are those of a service.
func commands(ran *string) *cobra.Command {
	root := &cobra.Command{Use: "inventory"}
	run := &cobra.Command{Use: "run", Short: "Run servers"}
	for name, err := range map[string]error{"grpc-server": nil, "worker": errors.New("no database")} {
		run.AddCommand(&cobra.Command{Use: name, Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error {
			*ran = name
			return err
		}})
	}
	maker := &cobra.Command{Use: "make", RunE: func(cmd *cobra.Command, _ []string) error {
		if name, _ := cmd.Flags().GetString("name"); name == "" {
			return Usage(errors.New("--name is empty"))
		}
		*ran = "make"
		return nil
	}}
	maker.Flags().String("name", "", "")
	if err := maker.MarkFlagRequired("name"); err != nil {
		panic(err)
	}
	version := &cobra.Command{Use: "version", Args: cobra.NoArgs, Run: func(*cobra.Command, []string) { *ran = "version" }}
	root.AddCommand(run, maker, version)
	return root
}

func TestExecute(t *testing.T) {
	for line, want := range map[string]struct {
		status int
		ran    string
		says   string // to stderr; nothing where it is empty
	}{
		"run grpc-server":       {Done, "grpc-server", ""},
		"version":               {Done, "version", ""},
		"make --name x":         {Done, "make", ""},
		"--help":                {Done, "", ""},
		"run --help":            {Done, "", ""},
		"help":                  {Done, "", ""},
		"help run grpc-server":  {Done, "", ""},
		"completion bash":       {Done, "", ""},
		"run worker":            {Failed, "worker", "inventory: no database\n"},
		"":                      {Misled, "", "inventory takes one of "},
		"run":                   {Misled, "", "inventory run takes one of grpc-server, worker"},
		"run everything":        {Misled, "", `unknown command "everything" of inventory run`},
		"run grpc-servr":        {Misled, "", `did you mean "grpc-server"?`},
		"run grpc-server all":   {Misled, "", `"all"`},
		"run grpc-server --prt": {Misled, "", "--prt"},
		"runn":                  {Misled, "", `unknown command "runn" of inventory`},
		"--version":             {Misled, "", "--version"},
		"version 2":             {Misled, "", `"2"`},
		"make":                  {Misled, "", `required flag(s) "name"`},
		"make --name=":          {Misled, "", "--name is empty"},
		"help nothing":          {Misled, "", `unknown help topic "nothing"`},
		"help run nothing":      {Misled, "", `unknown help topic "run nothing"`},
		"completion":            {Misled, "", "inventory completion takes one of bash"},
		"completion korn":       {Misled, "", `unknown command "korn"`},
	} {
		t.Run(line, func(t *testing.T) {
			ran := ""
			var out, errs bytes.Buffer
			root := commands(&ran)
			root.SetOut(&out)
			root.SetErr(&errs)
			root.SetArgs(strings.Fields(line))
			status := Execute(t.Context(), root)
			assert.Equal(t, want.status, status, errs.String())
			assert.Equal(t, want.ran, ran)
			if want.says == "" {
				assert.Empty(t, errs.String())
				return
			}
			require.Contains(t, errs.String(), want.says)
			assert.Empty(t, out.String())
			assert.Equal(t, status == Misled, strings.Contains(errs.String(), "--help'."))
		})
	}
}
