package grpc_test

import (
	"context"
	"fmt"
	"io/fs"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/server"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	plugin "github.com/cloudforet-io/plugin-asset/gen/go/spaceone/api/inventory/plugin"
	"github.com/cloudforet-io/plugin-asset/internal/connector"
	"github.com/cloudforet-io/plugin-asset/internal/handler/guard"
	api "github.com/cloudforet-io/plugin-asset/internal/interface/grpc"
	"github.com/cloudforet-io/plugin-asset/internal/manager"
	"github.com/cloudforet-io/plugin-asset/internal/service"
)

const many = 20_000 // disks: more than fits into what a connection holds

// counted counts the files that are opened.
type counted struct {
	fs.FS
	opened atomic.Int64
}

func (c *counted) Open(name string) (fs.File, error) {
	c.opened.Add(1)
	return c.FS.Open(name)
}

// serve serves a plugin on a machine with many disks, and connects to it.
func serve(t *testing.T) (plugin.CollectorClient, *counted) {
	t.Helper()
	disks := fstest.MapFS{}
	for i := range many {
		at := fmt.Sprintf("sys/block/disk%05d/", i)
		disks[at+"size"] = &fstest.MapFile{Data: []byte("2048")}
		disks[at+"device"] = &fstest.MapFile{Mode: fs.ModeDir}
	}
	files := &counted{FS: disks}
	p, err := pipeline.New(pipeline.Options{Service: "test"})
	require.NoError(t, err)
	g := server.NewGRPC(server.GRPCOptions{Address: "127.0.0.1:0"})
	services := service.New(manager.New(connector.Connectors{Machine: connector.NewMachineOf(files)}))
	api.Register(g.Server(), guard.New(p, services), "test")
	require.NoError(t, g.Module().Start(t.Context()))
	t.Cleanup(func() { assert.NoError(t, g.Module().Stop(context.Background())) })
	conn, err := grpc.NewClient(g.Address(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, conn.Close()) })
	return plugin.NewCollectorClient(conn), files
}

// still waits until no more files are opened, and says how many were.
func (c *counted) still() int64 {
	for {
		before := c.opened.Load()
		time.Sleep(200 * time.Millisecond)
		if c.opened.Load() == before {
			return before
		}
	}
}

func TestCollectGoesNoFasterThanItsCaller(t *testing.T) {
	client, files := serve(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stream, err := client.Collect(ctx, &plugin.CollectRequest{})
	require.NoError(t, err)
	_, err = stream.Recv()
	require.NoError(t, err)
	read := files.still()
	assert.Less(t, read, int64(many), "a caller who doesn't read is waited for")

	cancel()
	for err == nil {
		_, err = stream.Recv()
	}
	assert.Equal(t, codes.Canceled, status.Code(err))
	assert.Less(t, files.still(), read+100, "nothing is read for a caller who is gone")
}
