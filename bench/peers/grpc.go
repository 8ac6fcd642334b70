package main

import (
	"context"
	"fmt"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/structpb"

	corev2 "github.com/cloudforet-io/inventory/gen/go/spaceone/api/core/v2"
	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
)

// grpcClients share a few connections.
type grpcClients struct {
	conns []*grpc.ClientConn
	md    metadata.MD
}

func dialGRPC(s *server, address string, connections int) (clients, error) {
	c := &grpcClients{md: metadata.New(s.identity())}
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

func (c *grpcClients) target(n int) target {
	return grpcTarget{regions: api.NewRegionClient(c.conns[n%len(c.conns)]), md: c.md}
}

func (c *grpcClients) close() {
	for _, conn := range c.conns {
		_ = conn.Close() // nobody waits for an answer
	}
}

type grpcTarget struct {
	regions api.RegionClient
	md      metadata.MD
}

func (t grpcTarget) as(ctx context.Context) context.Context {
	return metadata.NewOutgoingContext(ctx, t.md)
}

func (t grpcTarget) get(ctx context.Context, id string) error {
	answer, err := t.regions.Get(t.as(ctx), &api.RegionRequest{RegionId: id})
	return is(answer.GetRegionId(), id, err)
}

func (t grpcTarget) list(ctx context.Context, provider string, start int) error {
	answer, err := t.regions.List(t.as(ctx), &api.RegionQuery{Query: &corev2.Query{
		Filter: []*corev2.Filter{{
			KeyAlias: &corev2.Filter_K{K: "provider"}, OperatorAlias: &corev2.Filter_O{O: "eq"},
			ValueAlias: &corev2.Filter_V{V: structpb.NewStringValue(provider)},
		}},
		Page: &corev2.Page{Start: uint32(start), Limit: pageSize}, //nolint:gosec // it is small
	}})
	got := fmt.Sprint(len(answer.GetResults()), " of ", answer.GetTotalCount())
	return is(got, fmt.Sprint(pageSize, " of ", ownRows/providers), err)
}

func (t grpcTarget) create(ctx context.Context, code string) error {
	answer, err := t.regions.Create(t.as(ctx), &api.CreateRegionRequest{
		Name: "A new region", RegionCode: code, Provider: "provider-new",
		Tags: &structpb.Struct{Fields: map[string]*structpb.Value{
			"environment": structpb.NewStringValue("production"), "team": structpb.NewStringValue("platform"),
		}},
	})
	return is(answer.GetRegionCode(), code, err)
}

func (t grpcTarget) update(ctx context.Context, id, name string) error {
	answer, err := t.regions.Update(t.as(ctx), &api.UpdateRegionRequest{RegionId: id, Name: &name})
	return is(answer.GetName(), name, err)
}

func is(got, want string, err error) error {
	if err == nil && got != want {
		err = fmt.Errorf("the server answered with %q, not %q", got, want)
	}
	return err
}
