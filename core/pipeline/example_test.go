package pipeline_test

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// tokens is an authentication handler that knows who holds which token.
type tokens map[string]pipeline.Identity

func (known tokens) Verify(_ context.Context, t *pipeline.Transaction, _ proto.Message) error {
	identity, ok := known[t.Metadata.Token]
	if !ok {
		return apierror.Unauthenticated("unknown token")
	}
	t.Identity, t.Scope = &identity, pipeline.Scope{DomainID: identity.DomainID}
	return nil
}

// Call runs the body of a method once the handlers have let the request through. The body
// finds in its context who calls, and what the caller is confined to.
func ExampleCall() {
	p, err := pipeline.New(pipeline.Options{
		Service: "inventory",
		Handlers: pipeline.Handlers{Authentication: []pipeline.AuthenticationHandler{
			tokens{"secret": {Audience: "user-1", DomainID: "domain-1"}},
		}},
	})
	if err != nil {
		panic(err)
	}
	create := func(ctx context.Context, req *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
		t := pipeline.TransactionFrom(ctx)
		return wrapperspb.String(fmt.Sprintf("%s by %s in %s", req.GetValue(), t.Identity.Audience, t.Scope.DomainID)), nil
	}
	for _, token := range []string{"secret", "guessed"} {
		ctx := pipeline.WithMetadata(context.Background(), pipeline.Metadata{Token: token})
		res, err := pipeline.Call(ctx, p, pipeline.Method{Resource: "Region", Verb: "create"}, wrapperspb.String("Seoul"), create)
		fmt.Println(res.GetValue(), err)
	}
	// Output:
	// Seoul by user-1 in domain-1 <nil>
	//  ERROR_AUTHENTICATE_FAILURE: Authenticate failure. (message = unknown token)
}

// What a body did outside of the database is undone when the call fails later on.
func ExampleTransaction_OnFailure() {
	p, err := pipeline.New(pipeline.Options{Service: "inventory"})
	if err != nil {
		panic(err)
	}
	_, err = pipeline.Call(context.Background(), p, pipeline.Method{Resource: "Disk", Verb: "create"}, wrapperspb.String("disk-1"),
		func(ctx context.Context, req *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
			fmt.Println("create", req.GetValue(), "at the provider")
			pipeline.TransactionFrom(ctx).OnFailure(func(context.Context) error {
				fmt.Println("delete", req.GetValue(), "at the provider")
				return nil
			})
			return nil, apierror.NotUnique("name", "data")
		})
	fmt.Println(err)
	// Output:
	// create disk-1 at the provider
	// delete disk-1 at the provider
	// ERROR_NOT_UNIQUE: Tried to save duplicate unique key. (name = data)
}
