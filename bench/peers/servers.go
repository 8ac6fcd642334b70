package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A server is a program that is compared.
type server struct {
	name    string
	program string
	token   string // what callers show; empty: who they are stands in metadata
	command func(address string) ([]string, []string, error)
	migrate []string // what the program is called with to make the tables; empty: it makes none
	env     []string // for that
}

// known are the servers that there are but for those of --also.
func known() []string {
	return append(slices.Sorted(maps.Keys(handwritten())), emitted, emittedAuth)
}

// handwritten are the servers of this module, and the folders of their commands.
func handwritten() map[string]string {
	return map[string]string{"bare": "./servers/bare", "kratos": "./servers/kratos", "go-zero": "./servers/gozero"}
}

// buildServers builds the programs of all servers.
func buildServers(ctx context.Context, o Options, db *database) ([]*server, error) {
	builder := emittedBuilder{Options: o, db: db, built: map[string]string{}}
	var servers []*server
	for _, name := range o.servers {
		var s *server
		var err error
		folder, ours := handwritten()[name]
		core, also := o.also[name]
		switch {
		case ours:
			s, err = buildOurs(ctx, o, db, name, folder)
		case also:
			s, err = builder.build(ctx, name, core, false)
		case name == emitted:
			s, err = builder.build(ctx, name, o.core, false)
		case name == emittedAuth:
			s, err = builder.build(ctx, name, o.core, true)
		default:
			err = fmt.Errorf("no server is called %q; choose of %s", name, strings.Join(known(), ", "))
		}
		if err != nil {
			return nil, err
		}
		servers = append(servers, s)
	}
	return servers, nil
}

func buildOurs(ctx context.Context, o Options, db *database, name, folder string) (*server, error) {
	program, err := filepath.Abs(filepath.Join(o.work, name))
	if err != nil {
		return nil, err
	}
	if err := goTool(ctx, filepath.Join(o.repository, "bench", "peers"), "build", "-mod=mod", "-trimpath", "-ldflags", "-s -w", "-o", program, folder); err != nil {
		return nil, err
	}
	return &server{name: name, program: program, command: func(address string) ([]string, []string, error) {
		return []string{"-address", address, "-database", db.url}, nil, nil
	}}, nil
}

// goTool runs the go command, as images are built: without cgo.
func goTool(ctx context.Context, dir string, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s in %s: %w\n%s", strings.Join(args, " "), dir, err, out)
	}
	return nil
}
