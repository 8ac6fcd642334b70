package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
)

// The emitted service: open to everyone, with the handlers that its chart configures, by
// REST, and with a cache in the process.
const (
	emitted       = "emitted"
	emittedAuth   = "emitted-auth"
	emittedREST   = "emitted-rest"
	emittedCached = "emitted-cached"
)

const coreModule = "github.com/cloudforet-io/spacegen/core"

// An emittedBuilder builds the emitted service, once with each framework.
type emittedBuilder struct {
	Options
	db    *database
	built map[[2]string]string // service and framework → program
}

// build builds the service of a folder with a framework. What is called as one of the
// constants above runs as that says.
func (b *emittedBuilder) build(ctx context.Context, name, service, core string) (*server, error) {
	program, err := b.program(ctx, name, service, core)
	if err != nil {
		return nil, err
	}
	s := &server{name: name, program: program, migrate: []string{"migrate"}, rest: name == emittedREST}
	command, setting := "grpc-server", "PORT"
	if s.rest {
		command, setting = "rest-server", "REST_PORT"
	}
	var handlers string
	if name == emittedAuth {
		if s.token, handlers, err = authentication(); err != nil {
			return nil, err
		}
	}
	settings, err := databaseSettings(b.db.url)
	if err != nil {
		return nil, err
	}
	configure := func(port string) ([]string, error) {
		file := filepath.Join(b.work, name+".yaml")
		text := fmt.Sprintf("%s: %s\nADMIN_PORT: 0\nDATABASE_AUTO_MIGRATE: false\n%s%s", setting, port, settings, handlers)
		return []string{"SPACEONE_CONFIG_FILE=" + file}, os.WriteFile(file, []byte(text), 0o600)
	}
	if s.env, err = configure("0"); err != nil {
		return nil, err
	}
	s.command = func(address string) (args, env []string, err error) {
		_, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, nil, err
		}
		env, err = configure(port)
		return []string{"run", command}, env, err
	}
	return s, nil
}

// program builds the service with a framework. The service's own go.mod stays as it is.
func (b *emittedBuilder) program(ctx context.Context, name, service, core string) (string, error) {
	core, err := filepath.Abs(core)
	if err != nil {
		return "", err
	}
	key := [2]string{service, core}
	if program, ok := b.built[key]; ok {
		return program, nil
	}
	work, err := filepath.Abs(filepath.Join(b.work, "build-"+name))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(work, 0o755); err != nil {
		return "", err
	}
	module, err := frameworkModule(core, work)
	if err != nil {
		return "", err
	}
	for _, file := range []string{"go.mod", "go.sum"} {
		if err := copyFile(filepath.Join(service, file), filepath.Join(work, file)); err != nil {
			return "", err
		}
	}
	mod := filepath.Join(work, "go.mod")
	if err := goTool(ctx, work, "mod", "edit", "-replace", coreModule+"="+module, mod); err != nil {
		return "", err
	}
	commands, err := filepath.Glob(filepath.Join(service, "cmd", "*", "main.go"))
	if err != nil || len(commands) != 1 {
		return "", fmt.Errorf("%s has not one command below cmd/: %v", service, commands)
	}
	program := filepath.Join(work, "service")
	command := "./cmd/" + filepath.Base(filepath.Dir(commands[0]))
	if err := goTool(ctx, service, "build", "-modfile", mod, "-mod=mod", "-trimpath", "-tags", "grpcnotrace", "-ldflags", "-s -w", "-o", program, command); err != nil {
		return "", err
	}
	b.built[key] = program
	return program, nil
}

// frameworkModule gives the folder of a framework as a module. The one of this
// repository is part of another module: it is copied, beside the go.mod that is emitted.
func frameworkModule(core, work string) (string, error) {
	if _, err := os.Stat(filepath.Join(core, "go.mod")); err == nil {
		return core, nil
	}
	module := filepath.Join(work, "core")
	if err := os.RemoveAll(module); err != nil {
		return "", err
	}
	if err := os.CopyFS(module, os.DirFS(core)); err != nil {
		return "", err
	}
	golden := filepath.Join(core, "..", "testdata", "golden", "core")
	for _, file := range []string{"go.mod", "go.sum"} {
		if err := copyFile(filepath.Join(golden, file), filepath.Join(module, file)); err != nil {
			return "", fmt.Errorf("%s is no module, and there is none to go by: %w", core, err)
		}
	}
	return module, nil
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644)
}

// databaseSettings are DATABASES of a service that keeps its resources there.
func databaseSettings(url string) (string, error) {
	c, err := pgx.ParseConfig(url)
	if err != nil {
		return "", err
	}
	mode := "prefer"
	if c.TLSConfig == nil {
		mode = "disable"
	}
	var out strings.Builder
	fmt.Fprintf(&out, "DATABASES:\n  default:\n    engine: postgresql\n    host: %q\n    port: %d\n    db: %q\n", c.Host, c.Port, c.Database)
	fmt.Fprintf(&out, "    username: %q\n    password: %q\n    sslmode: %s\n", c.User, c.Password, mode)
	return out.String(), nil
}
