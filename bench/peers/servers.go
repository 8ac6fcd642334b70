package main

import (
	"cmp"
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
	rest    bool   // it is called by REST, else by gRPC
	token   string // what callers show; empty: who they are stands in metadata
	command func(address string) ([]string, []string, error)
	migrate []string // what the program is called with to make the tables; empty: it makes none
	env     []string // for that
}

// known are the servers that there are but for those of --also.
func known() []string {
	return append(slices.Sorted(maps.Keys(handwritten())), emitted, emittedAuth, emittedREST, emittedCached)
}

// bareREST is the bare server with a gateway in front.
const bareREST = "bare-rest"

// handwritten are the servers of this module, and the folders of their commands.
func handwritten() map[string]string {
	return map[string]string{"bare": "./servers/bare", bareREST: "./servers/bare", "kratos": "./servers/kratos", "go-zero": "./servers/gozero"}
}

// buildServers builds the programs of all servers.
func buildServers(ctx context.Context, o Options, db *database) ([]*server, error) {
	builder := emittedBuilder{Options: o, db: db, built: map[[2]string]string{}}
	var servers []*server
	for _, name := range o.servers {
		var s *server
		var err error
		folder, ours := handwritten()[name]
		other, also := o.also[name]
		switch {
		case ours:
			s, err = buildOurs(ctx, o, db, name, folder)
		case also:
			s, err = builder.build(ctx, name, cmp.Or(other.service, o.service), other.core)
		case name == emittedCached:
			s, err = builder.build(ctx, name, o.cached, o.core)
		case slices.Contains(known(), name):
			s, err = builder.build(ctx, name, o.service, o.core)
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
	rest := name == bareREST
	return &server{name: name, program: program, rest: rest, command: func(address string) (args, env []string, err error) {
		if !rest {
			return []string{"-address", address, "-database", db.url}, nil, nil
		}
		behind, err := freeAddress()
		return []string{"-rest", address, "-address", behind, "-database", db.url}, nil, err
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
