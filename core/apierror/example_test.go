package apierror_test

import (
	"errors"
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// A method returns an error of the API; its caller gets a gRPC status.
func Example() {
	err := apierror.NotFound("region_id", "region-1")

	fmt.Println(status.Code(err))
	fmt.Println(err)
	// Output:
	// NotFound
	// ERROR_NOT_FOUND: Resource cannot be found or access is denied. (region_id = region-1)
}

// Errors of your own domain have a code of their own.
func ExampleNew() {
	err := apierror.New(codes.FailedPrecondition, "ERROR_REGION_IN_USE",
		"Region still has %d servers.", 3)

	fmt.Println(err.Status, err)
	// Output:
	// FailedPrecondition ERROR_REGION_IN_USE: Region still has 3 servers.
}

// From tells errors apart by their code, however often they were wrapped. It shows callers
// nothing of an error that was not made for them; the log has the cause.
func ExampleFrom() {
	wrapped := fmt.Errorf("load the region: %w", apierror.NotFound("region_id", "region-1"))
	fmt.Println(apierror.From(wrapped).Code)

	fault := apierror.From(errors.New("dial tcp 10.0.0.7: connection refused"))
	fmt.Println(fault)
	fmt.Println("cause:", fault.Cause)
	// Output:
	// ERROR_NOT_FOUND
	// ERROR_UNKNOWN: Internal error.
	// cause: dial tcp 10.0.0.7: connection refused
}
