package main

import (
	"context"
	"fmt"
	"math/rand/v2"
)

const pageSize = 20

// A target is a server as a client sees it. Each call fails unless the answer is what was
// asked for.
type target interface {
	get(ctx context.Context, id string) error
	list(ctx context.Context, provider string, start int) error
	create(ctx context.Context, code string) error
	update(ctx context.Context, id, name string) error
}

// clients are connections to one server.
type clients interface {
	// target gives the one that the caller of a number uses.
	target(n int) target
	close()
}

// dial connects to a server, for this many callers.
func dial(s *server, address string, connections, callers int) (clients, error) {
	if s.rest {
		return dialREST(s, address, callers), nil
	}
	return dialGRPC(s, address, connections)
}

// identity is how callers say who they are: by a token, or in so many words.
func (s *server) identity() map[string]string {
	if s.token != "" {
		return map[string]string{"token": s.token}
	}
	return map[string]string{"x_domain_id": ownDomain, "x_workspace_id": ownWorkspace}
}

// A caller calls one server. It belongs to one goroutine.
type caller struct {
	target
	random  *rand.Rand
	name    string // in what it creates
	created int
}

func newCaller(c clients, n int) *caller {
	random := rand.New(rand.NewPCG(rand.Uint64(), uint64(n)))
	return &caller{target: c.target(n), random: random, name: fmt.Sprintf("%016x", random.Uint64())}
}

// A method is one call of a caller.
type method func(context.Context, *caller) error

func methodNames() []string { return []string{"get", "list", "create", "update"} }

func methodsByName() map[string]method {
	return map[string]method{
		"get": func(ctx context.Context, c *caller) error { return c.get(ctx, c.existing()) },
		"list": func(ctx context.Context, c *caller) error {
			page := c.random.IntN(ownRows / providers / pageSize)
			return c.list(ctx, fmt.Sprintf("provider-%d", c.random.IntN(providers)), 1+page*pageSize)
		},
		"create": func(ctx context.Context, c *caller) error {
			c.created++
			return c.create(ctx, fmt.Sprintf("%s-%d", c.name, c.created))
		},
		"update": func(ctx context.Context, c *caller) error {
			return c.update(ctx, c.existing(), fmt.Sprintf("Region %d", c.random.IntN(1_000_000)))
		},
	}
}

// existing is one of the caller's regions.
func (c *caller) existing() string { return fmt.Sprintf("region-%012x", c.random.IntN(ownRows)) }
