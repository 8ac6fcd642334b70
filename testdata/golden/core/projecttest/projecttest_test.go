package projecttest

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// bookContract is the contract for books, which change breaks. Those that are open let
// every caller in.
func bookContract(open bool, change func(b *books)) Contract {
	return Contract{
		Migrations: func() (fs.FS, error) { return fstest.MapFS{}, nil },
		Service:    bookService,
		ID:         "book_id",
		New: func(t *testing.T, _ *database.DB, p *pipeline.Pipeline, on grpc.ServiceRegistrar) Items {
			b := newBooks()
			change(b)
			if open {
				handlers := newIssuer(t).handlers(t)
				handlers.Authentication, handlers.Authorization = nil, nil
				var err error
				p, err = pipeline.New(pipeline.Options{Service: "open", Handlers: handlers})
				require.NoError(t, err)
			}
			on.RegisterService(b.desc(p), b)
			return Items{
				Create: func(_ context.Context, project string) (string, error) {
					id := "book-" + strconv.Itoa(len(b.projects))
					b.projects[id] = project
					return id, nil
				},
				Project: func(_ context.Context, id string) (string, error) {
					project, there := b.projects[id]
					if !there {
						return "", apierror.NotFound("book_id", id)
					}
					return project, nil
				},
			}
		},
	}
}

func TestContract(t *testing.T) {
	bookAPI()
	bookContract(false, func(*books) {}).Test(t)
}

// insideVariable is set in the process that runs what is broken, where tests fail.
const insideVariable = "PROJECTTEST_BROKEN"

// TestTheContractReports: the contract fails whatever breaks it, and says by what. It runs
// in a process of its own, as a test that fails in this one would fail this one.
func TestTheContractReports(t *testing.T) {
	bookAPI()
	everything := func([]string) []string { return nil }
	nothing := func([]string) []string { return []string{} }
	scope := func(method string, change func(mine []string) []string) func(b *books) {
		return func(b *books) { b.scopes[method] = change }
	}
	for name, c := range map[string]struct {
		open   bool
		change func(b *books)
		says   string
	}{
		"list has no scope":      {false, scope("list", everything), "a member without projects"},
		"stat has no scope":      {false, scope("stat", everything), "a member without projects"},
		"get has no scope":       {false, scope("get", everything), `a member gets one of "p2"`},
		"update has no scope":    {false, scope("update", everything), "updates one of another project"},
		"delete has no scope":    {false, scope("delete", everything), "deletes one of another project"},
		"list shows nothing":     {false, scope("list", nothing), "an administrator"},
		"get shows nothing":      {false, scope("get", nothing), `an owner gets one of "p1"`},
		"update changes nothing": {false, scope("update", nothing), "update one of the caller's project"},
		"delete deletes nothing": {false, scope("delete", nothing), "delete one of the caller's project"},
		"one sees what is nobody's": {false, scope("get", func(mine []string) []string {
			if mine == nil {
				return nil
			}
			return append([]string{""}, mine...)
		}), `a member gets one of ""`},
		"books move anywhere": {false, scope("move", everything), "moves one into all projects"},
		"delete only says so": {false, func(b *books) {
			b.answers["delete"] = func(ctx context.Context, req, _ protoreflect.Message) error {
				_, err := b.one(ctx, "delete", req)
				return err
			}
		}, "it is deleted"},
		"delete deletes all": {false, func(b *books) {
			b.answers["delete"] = func(ctx context.Context, req, _ protoreflect.Message) error {
				_, err := b.one(ctx, "delete", req)
				clear(b.projects)
				return err
			}
		}, "nothing was deleted"},
		"nobody is asked who it is": {true, func(*books) {}, "creates one in another project"},
	} {
		t.Run(name, func(t *testing.T) {
			if os.Getenv(insideVariable) != "" {
				bookContract(c.open, c.change).Test(t)
				return
			}
			t.Parallel()
			program, err := os.Executable()
			require.NoError(t, err)
			command := exec.CommandContext(t.Context(), program, "-test.run=^TestTheContractReports$/^"+name+"$", "-test.v")
			command.Env = append(os.Environ(), insideVariable+"=1", databasetest.URLVariable+"=")
			output, err := command.CombinedOutput()
			var exit *exec.ExitError
			require.ErrorAs(t, err, &exit, "%s", output)
			assert.NotContains(t, string(output), "panic: ")
			assert.Contains(t, string(output), c.says)
		})
	}
}
