package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/structpb"

	corev2 "github.com/cloudforet-io/inventory/gen/go/spaceone/api/core/v2"
	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
)

const pageSize = 20

// A caller calls one server. It belongs to one goroutine.
type caller struct {
	regions api.RegionClient
	md      metadata.MD
	random  *rand.Rand
	name    string // in what it creates
	created int
}

// clients are connections to one server.
type clients struct {
	conns []*grpc.ClientConn
	md    metadata.MD
}

func dial(address, token string, connections int) (*clients, error) {
	c := &clients{md: metadata.Pairs("x_domain_id", ownDomain, "x_workspace_id", ownWorkspace)}
	if token != "" {
		c.md = metadata.Pairs("token", token)
	}
	for range connections {
		conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			c.close()
			return nil, err
		}
		c.conns = append(c.conns, conn)
	}
	return c, nil
}

func (c *clients) close() {
	for _, conn := range c.conns {
		_ = conn.Close() // nobody waits for an answer
	}
}

// caller makes the caller of a number.
func (c *clients) caller(n int) *caller {
	random := rand.New(rand.NewPCG(rand.Uint64(), uint64(n)))
	return &caller{
		regions: api.NewRegionClient(c.conns[n%len(c.conns)]), md: c.md,
		random: random, name: fmt.Sprintf("%016x", random.Uint64()),
	}
}

// A method is one call, with an answer that is what was asked for.
type method func(context.Context, *caller) error

func methodsByName() map[string]method {
	return map[string]method{"get": get, "list": list, "create": create, "update": update}
}

func methodNames() []string { return []string{"get", "list", "create", "update"} }

// existing is one of the caller's regions.
func (c *caller) existing() string { return fmt.Sprintf("region-%012x", c.random.IntN(ownRows)) }

func get(ctx context.Context, c *caller) error {
	id := c.existing()
	answer, err := c.regions.Get(metadata.NewOutgoingContext(ctx, c.md), &api.RegionRequest{RegionId: id})
	return is(answer.GetRegionId(), id, err)
}

func list(ctx context.Context, c *caller) error {
	answer, err := c.regions.List(metadata.NewOutgoingContext(ctx, c.md), &api.RegionQuery{Query: &corev2.Query{
		Filter: []*corev2.Filter{{
			KeyAlias: &corev2.Filter_K{K: "provider"}, OperatorAlias: &corev2.Filter_O{O: "eq"},
			ValueAlias: &corev2.Filter_V{V: structpb.NewStringValue(fmt.Sprintf("provider-%d", c.random.IntN(providers)))},
		}},
		Page: &corev2.Page{Start: uint32(1 + pageSize*c.random.IntN(ownRows/providers/pageSize)), Limit: pageSize}, //nolint:gosec // few
	}})
	return is(fmt.Sprint(len(answer.GetResults()), " of ", answer.GetTotalCount()), fmt.Sprint(pageSize, " of ", ownRows/providers), err)
}

func create(ctx context.Context, c *caller) error {
	c.created++
	code := fmt.Sprintf("%s-%d", c.name, c.created)
	answer, err := c.regions.Create(metadata.NewOutgoingContext(ctx, c.md), &api.CreateRegionRequest{
		Name: "A new region", RegionCode: code, Provider: "provider-new",
		Tags: &structpb.Struct{Fields: map[string]*structpb.Value{
			"environment": structpb.NewStringValue("production"), "team": structpb.NewStringValue("platform"),
		}},
	})
	return is(answer.GetRegionCode(), code, err)
}

func update(ctx context.Context, c *caller) error {
	name := fmt.Sprintf("Region %d", c.random.IntN(1_000_000))
	answer, err := c.regions.Update(metadata.NewOutgoingContext(ctx, c.md), &api.UpdateRegionRequest{RegionId: c.existing(), Name: &name})
	return is(answer.GetName(), name, err)
}

func is(got, want string, err error) error {
	if err == nil && got != want {
		err = fmt.Errorf("the server answered with %q, not %q", got, want)
	}
	return err
}
