// Command helm4 runs `helm template` of Helm 4 for every request on its standard
// input, in one process.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log"
	"log/slog"
	"os"

	"helm.sh/helm/v4/pkg/cmd"
)

type (
	request struct {
		Dir  string
		Args []string
	}
	answer struct {
		Out    string // of both outputs
		Failed bool
	}
)

func main() {
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var r request
		switch err := in.Decode(&r); {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			log.Fatal(err)
		}
		if err := out.Encode(template(r)); err != nil {
			log.Fatal(err)
		}
	}
}

func template(r request) answer {
	var out bytes.Buffer
	err := os.Chdir(r.Dir)
	if err == nil {
		err = run(&out, r.Args)
	}
	if err != nil {
		out.WriteString("Error: " + err.Error() + "\n")
	}
	return answer{Out: out.String(), Failed: err != nil}
}

func run(out *bytes.Buffer, args []string) error {
	log.SetOutput(out)
	// Helm keeps the namespace of the call before as the default of the next.
	args = append([]string{"template", "--namespace", "default"}, args...)
	c, err := cmd.NewRootCmd(out, args, func(bool) { slog.SetDefault(slog.New(slog.NewTextHandler(out, nil))) })
	if err != nil {
		return err
	}
	c.SetArgs(args)
	c.SetOut(out)
	c.SetErr(out)
	c.SilenceErrors = true
	return c.Execute()
}
