package pipeline

import (
	"context"

	"google.golang.org/protobuf/proto"
)

// Kind is a kind of handler.
type Kind string

// The kinds of handlers.
const (
	Authentication Kind = "authentication"
	Authorization  Kind = "authorization"
	Mutation       Kind = "mutation"
	Event          Kind = "event"
)

// Method names a method of the API and says who may call it.
type Method struct {
	Resource   string   // Region
	Verb       string   // create
	Permission string   // inventory:Region.write; empty: none is needed
	RoleTypes  []string // who may call; empty: everyone who is authenticated
	ReadOnly   bool     // writes nothing, so needs no database transaction
	Piecemeal  bool     // writes piece by piece, each in a transaction of its own: it runs for long
	Exclude    []Kind   // handlers that the method does without
}

// Name is the method's name as logs, metrics and traces show it: Region.create.
func (m Method) Name() string { return m.Resource + "." + m.Verb }

// WithRoles gives the method for callers of other roles.
func (m Method) WithRoles(roles ...string) Method {
	m.RoleTypes = roles
	return m
}

// WithPermission gives the method with another permission.
func (m Method) WithPermission(permission string) Method {
	m.Permission = permission
	return m
}

func (m Method) excludes(kind Kind) bool {
	for _, k := range m.Exclude {
		if k == kind {
			return true
		}
	}
	return false
}

// An AuthenticationHandler finds out who calls, and sets the transaction's
// Identity and Scope.
type AuthenticationHandler interface {
	Verify(ctx context.Context, t *Transaction, req proto.Message) error
}

// An AuthorizationHandler refuses callers who may not make this call.
type AuthorizationHandler interface {
	Verify(ctx context.Context, t *Transaction, req proto.Message) error
}

// A MutationHandler changes requests before the body sees them, and responses
// before the caller does.
type MutationHandler interface {
	Request(ctx context.Context, t *Transaction, req proto.Message) error
	Response(ctx context.Context, t *Transaction, res proto.Message) error
}

// Status is how far a call has come.
type Status string

// The statuses of a call.
const (
	Started    Status = "STARTED"
	InProgress Status = "IN_PROGRESS"
	Success    Status = "SUCCESS"
	Failure    Status = "FAILURE"
)

// An EventHandler is told of every call: of its request when it starts and
// while it is in progress, of its response when it succeeds, of its error when
// it fails. It must not block; what it cannot do is its own to report.
type EventHandler interface {
	Notify(ctx context.Context, t *Transaction, status Status, message proto.Message, err error)
}

// Handlers are the handlers of a service, in the order in which they run.
// Responses are mutated in the reverse order.
type Handlers struct {
	Authentication []AuthenticationHandler
	Authorization  []AuthorizationHandler
	Mutation       []MutationHandler
	Event          []EventHandler
}
