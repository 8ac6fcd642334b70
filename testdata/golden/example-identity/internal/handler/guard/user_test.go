package guard_test

import (
	"context"
	"errors"
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/handler/guard"
	"github.com/cloudforet-io/identity/internal/service"
)

// noTransactions fails where one is begun.
type noTransactions struct{}

func (noTransactions) InTx(context.Context, func(context.Context) error) error {
	return errors.New("a transaction")
}

func TestPasswordsAreHashedInNoTransaction(t *testing.T) {
	p, err := pipeline.New(pipeline.Options{Service: "test", Transactor: noTransactions{}})
	require.NoError(t, err)
	users := guard.NewUser(p, new(service.User))
	_, err = guard.NewUserProfile(p, new(service.UserProfile)).UpdatePassword(t.Context(), &api.UpdatePasswordUserProfileRequest{})
	assert.Equal(t, "ERROR_REQUIRED_PARAMETER", apierror.From(err).Code)
	_, err = users.Update(t.Context(), &api.UpdateUserRequest{})
	assert.Equal(t, "ERROR_REQUIRED_PARAMETER", apierror.From(err).Code)
	_, err = users.Create(t.Context(), &api.CreateUserRequest{})
	assert.Equal(t, "ERROR_REQUIRED_PARAMETER", apierror.From(err).Code)
	domains := guard.NewDomain(p, new(service.Domain))
	_, err = domains.Create(t.Context(), &api.CreateDomainRequest{})
	assert.Equal(t, "ERROR_REQUIRED_PARAMETER", apierror.From(err).Code)
	_, err = users.Delete(t.Context(), &api.UserRequest{})
	assert.Equal(t, "ERROR_UNKNOWN", apierror.From(err).Code, "the others have one")
}
