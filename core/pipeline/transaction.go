// Package pipeline is the chain that every call passes through, whichever interface it
// arrived by: the event that it has started, authentication, authorisation, mutation of
// the request, the body of the method, mutation of the response, the event that it has
// succeeded or failed, and its line in the log.
//
// The body of a method that writes, and the mutation of its response, run in one
// database transaction, which is rolled back if either fails. A body finds its call by
// TransactionFrom: who calls, and what the caller is confined to. There it registers
// what undoes its steps outside of the database (OnFailure), and what follows the commit
// (OnCommit, OnSuccess).
package pipeline

import (
	"context"
	"log/slog"
	"slices"
)

// Metadata is what comes with a call beside its request.
type Metadata struct {
	Token       string // a JWT
	DomainID    string // x_domain_id
	WorkspaceID string // x_workspace_id
	Traceparent string // W3C Trace Context
	Peer        string // the caller's address
}

type metadataKey struct{}

// WithMetadata gives a context that carries a call's metadata.
func WithMetadata(ctx context.Context, md Metadata) context.Context {
	return context.WithValue(ctx, metadataKey{}, md)
}

// MetadataFrom gives the metadata that ctx carries; none is the zero value.
func MetadataFrom(ctx context.Context) Metadata {
	md, _ := ctx.Value(metadataKey{}).(Metadata)
	return md
}

// Identity is who calls, as an authentication handler found out.
type Identity struct {
	TokenType      string // ACCESS_TOKEN, CLIENT_SECRET, SYSTEM_TOKEN
	TokenID        string
	RoleType       string // SYSTEM_TOKEN, SYSTEM_ADMIN, DOMAIN_ADMIN, WORKSPACE_OWNER, WORKSPACE_MEMBER, USER
	OwnerType      string // USER, APP, SYSTEM
	DomainID       string
	WorkspaceID    string
	SystemDomainID string   // of a system token: the platform's own domain, whichever the call is for
	Audience       string   // the user or the app
	Permissions    []string // nil: whatever the role allows; an empty list: nothing that needs one
	Projects       []string
	UserGroups     []string
	InjectedParams map[string]any
}

// Scope is what a caller is confined to. An empty part confines nothing, but for an
// empty list of projects, which is not nil: it leaves no project.
type Scope struct {
	DomainID     string
	WorkspaceID  string
	UserID       string
	UserProjects []string
}

// A Transaction is one call on its way through the pipeline.
type Transaction struct {
	ID       string // the trace's, so that logs of all services join on it
	Service  string
	Method   Method
	Metadata Metadata
	Identity *Identity // nil if nobody asked who calls
	Scope    Scope
	Log      *slog.Logger

	// ForceUserID is set by authorisation: the call is about its caller.
	ForceUserID bool

	filled  []string    // fields of the request that a handler wrote
	request []slog.Attr // as the log has it

	parent *Transaction // the call whose body makes this one, in its transaction

	steps
}

// Filled notes that a handler wrote a field of the request, over whatever the caller said.
func (t *Transaction) Filled(field string) { t.filled = append(t.filled, field) }

// Said gives those of the fields that hold what the caller said: no handler wrote them.
func (t *Transaction) Said(fields ...string) []string {
	return slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return slices.Contains(t.filled, f) })
}

type transactionKey struct{}

// TransactionFrom gives the call that ctx belongs to. Outside a call it gives
// an empty one, never nil.
func TransactionFrom(ctx context.Context) *Transaction {
	if t, ok := ctx.Value(transactionKey{}).(*Transaction); ok {
		return t
	}
	log := slog.Default()
	return &Transaction{Log: log, steps: steps{atOnce: runAtOnce(ctx, log)}}
}
