package pipeline

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// insideKey is the context's key of the call in whose database transaction of a pipeline
// it runs.
type insideKey struct{ pipeline *Pipeline }

// join makes a call part of the one whose database transaction ctx runs in, while that is
// open.
func (p *Pipeline) join(ctx context.Context, t *Transaction) {
	up, ok := ctx.Value(insideKey{p}).(*Transaction)
	if !ok {
		return
	}
	up.mu.Lock()
	defer up.mu.Unlock()
	if up.phase == open {
		t.parent, t.whole = up, true
	}
}

// within runs the body of a call that another one makes, in that one's transaction. Nobody
// can take back what it has written without taking back all, so that its failure is the
// failure of both.
func (t *Transaction) within(ctx context.Context, body func(context.Context) error) error {
	err := guarded(func() error { return body(ctx) })
	if err != nil && !t.Method.ReadOnly {
		t.parent.mu.Lock()
		t.parent.broken = err
		t.parent.mu.Unlock()
	}
	return err
}

// outcome is what the body has returned, or the failure of a call within that it kept to
// itself.
func (t *Transaction) outcome(err error) error {
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.broken
}

// hand leaves to the enclosing call what is to follow, as it does not before both are
// committed. Handlers of events, too, hear of the success then.
func (p *Pipeline) hand(t *Transaction, res proto.Message) {
	t.mu.Lock()
	failure, commit, success := t.onFailure, t.onCommit, t.onSuccess
	t.onFailure, t.onCommit, t.onSuccess = nil, nil, nil
	t.mu.Unlock()
	up := t.parent
	up.mu.Lock()
	defer up.mu.Unlock()
	up.onFailure = append(append(up.onFailure, failure...), func(ctx context.Context) error {
		p.notify(ctx, t, Failure, nil, apierror.New(codes.Aborted, "ERROR_UNDONE", "The call that made this one failed, and both are undone."))
		return nil
	})
	up.onCommit = append(up.onCommit, commit...)
	up.onSuccess = append(append(up.onSuccess, success...), func(ctx context.Context) error {
		p.notify(ctx, t, Success, res, nil)
		return nil
	})
}
