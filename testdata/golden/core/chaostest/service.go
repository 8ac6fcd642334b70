//go:build unix

package chaostest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
)

// SecondsVariable names the environment variable that says for how many seconds each case
// puts load on the service.
const SecondsVariable = "CHAOS_SECONDS"

const defaultSeconds = 10

// A Service is what is to be damaged: one resource of it is created, over and over.
type Service struct {
	Command string   // folder of its main package
	Servers []string // that it has, of grpc, rest, scheduler, worker
	Table   string   // in which the resource is kept, with a column domain_id
	Task    string   // that creates one, such as Region.create, where there is a worker
	Method  string   // that creates one by gRPC, /package.Region/create
	Path    string   // that creates one by REST, where there is no gRPC: /inventory/v1/region/create

	// Request is a request for the nth one.
	Request func(n int) proto.Message
}

// Run damages the service in one way after the other, each of which is a subtest. What
// became of the calls is logged.
func Run(t *testing.T, s Service) {
	w := prepare(t, s)
	t.Run("database", w.databaseDies)
	t.Run("restart", w.rollingRestart)
	t.Run("proxy", w.behindProxy)
	t.Run("column", w.columnAdded)
	t.Run("pooler", w.poolerDies)
	t.Run("descriptors", w.fewDescriptors)
	t.Run("memory", w.littleMemory)
	t.Run("full", w.diskFull)
	t.Run("soak", w.soak)
	if slices.Contains(s.Servers, "worker") {
		t.Run("queue", w.queueDies)
	}
}

// byREST reports whether calls go by REST, as those of a service without gRPC.
func (s Service) byREST() bool { return !slices.Contains(s.Servers, "grpc") }

// A world is what all cases share.
type world struct {
	Service
	binary   string
	defaults settings // that the service has with nothing configured
	postgres *postgres
	load     time.Duration
	names    int // of databases, so far
}

// prepare builds the service and starts PostgreSQL.
func prepare(t *testing.T, s Service) *world {
	t.Helper()
	w := &world{Service: s, load: defaultSeconds * time.Second, binary: filepath.Join(t.TempDir(), "service")}
	if text := os.Getenv(SecondsVariable); text != "" {
		seconds, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err, SecondsVariable)
		require.GreaterOrEqual(t, seconds, 1.0, SecondsVariable)
		w.load = time.Duration(seconds * float64(time.Second))
	}
	w.postgres = startPostgres(t)
	build := exec.CommandContext(t.Context(), "go", "build", "-o", w.binary, s.Command)
	out, err := build.CombinedOutput()
	require.NoError(t, err, "build the service: %s", out)
	w.defaults = showConfig(t, w.binary)
	return w
}

// eventually waits until do succeeds, and says for how long; it fails after within.
func eventually(t *testing.T, within time.Duration, what string, do func(context.Context) error) time.Duration {
	t.Helper()
	begun := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	for {
		err := do(ctx)
		if err == nil {
			return time.Since(begun)
		}
		select {
		case <-ctx.Done():
			require.NoError(t, err, "%s: not within %s", what, within)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
