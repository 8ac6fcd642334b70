package outbox

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/queue"
)

// doomed is set for a copy of this test program that is a service to be killed.
const doomed = "OUTBOX_TEST_DOOMED_SERVICE"

// fate is where the doomed service is when it is killed.
type fate struct {
	Database database.Options
	Queue    queue.Options
	At       string
}

func TestMain(m *testing.M) {
	if text := os.Getenv(doomed); text != "" {
		if err := meet(text); err != nil {
			panic(err)
		}
		return
	}
	os.Exit(m.Run())
}

// meet makes a call that puts a task, and waits where it is to be killed.
func meet(text string) error {
	ctx := context.Background()
	var f fate
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return err
	}
	db, err := database.Open(ctx, f.Database)
	if err != nil {
		return err
	}
	queues, err := queue.Open(ctx, map[string]queue.Options{"q": f.Queue})
	if err != nil {
		return err
	}
	reached := func(at string) {
		if at == f.At {
			fmt.Println(at)
			select {}
		}
	}
	o, err := New(Options{DB: db, Queues: delivering{queues, func() { reached("after the put") }}})
	if err != nil {
		return err
	}
	queues.Through(o)
	p, err := pipeline.New(pipeline.Options{Transactor: db})
	if err != nil {
		return err
	}
	_, err = pipeline.Call(ctx, p, pipeline.Method{Resource: "Region", Verb: "create"}, wrapperspb.String(""),
		func(ctx context.Context, m *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
			err := queues.Put(ctx, "q", task("a"), queue.WithID("precious"))
			reached("before the commit")
			return m, err
		})
	if err != nil {
		return err
	}
	reached("after the commit")
	_, err = o.Drain(ctx)
	return err
}

// delivering calls back when a task was put and is not removed yet.
type delivering struct {
	*queue.Set
	done func()
}

func (d delivering) Deliver(ctx context.Context, m queue.Message) error {
	err := d.Set.Deliver(ctx, m)
	d.done()
	return err
}

// A service is killed around its commit. Another one puts what was committed, and
// nothing else.
func TestServiceDies(t *testing.T) {
	for at, comes := range map[string]bool{"before the commit": false, "after the commit": true, "after the put": true} {
		t.Run(at, func(t *testing.T) {
			f := fate{Queue: remote(t), At: at}
			onEveryEngine(t, func(t *testing.T, db *database.DB) {
				kill(t, f)
				r := newReplica(t, db, open(t, f.Queue))
				r.hurry(t) // the claim of the dead ends
				r.drain(t)
				assert.Equal(t, comes, r.known(t, "precious"))
				assert.Zero(t, r.size(t))
				if !comes {
					return
				}
				ran := make(chan string, 10)
				r.consume(t, func(_ context.Context, d *queue.Delivery) error { ran <- d.ID; return nil })
				assert.Equal(t, "precious", <-ran)
				require.NoError(t, r.queues.Put(t.Context(), "q", task("b"), queue.WithID("last")))
				assert.Equal(t, "last", <-ran, "once")
			}, func(o *database.Options) {
				f.Database = *o
				f.Queue.Channel += "." + o.Engine
			})
		})
	}
}

// kill starts a service and kills it where it is to die.
func kill(t *testing.T, f fate) {
	t.Helper()
	text, err := json.Marshal(f)
	require.NoError(t, err)
	victim := exec.CommandContext(t.Context(), os.Args[0])
	victim.Env = append(os.Environ(), doomed+"="+string(text))
	victim.Stderr = os.Stderr
	out, err := victim.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, victim.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, f.At+"\n", line)
	require.NoError(t, victim.Process.Kill())
	require.Error(t, victim.Wait())
}
