package handler_test

import (
	"context"
	"sync"
	"testing"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/handler"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// slowly is an identity service that answers when it may.
type slowly struct {
	*identityService
	asked, may chan struct{}
}

func (s slowly) DispatchAsSystem(ctx context.Context, service, method string, params map[string]any) (map[string]any, error) {
	s.asked <- struct{}{}
	<-s.may
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return s.identityService.DispatchAsSystem(ctx, service, method, params)
}

// TestManyAskOnce: of many calls at the same time one asks identity, and when its caller
// leaves the others have their answer all the same.
func TestManyAskOnce(t *testing.T) {
	private, public := domainKey(t)
	service := slowly{&identityService{key: public}, make(chan struct{}, 1), make(chan struct{})}
	h, err := handler.NewAuthentication(nil, handler.Deps{Identity: service})
	require.NoError(t, err)
	token := sign(t, userClaims(nil), jwa.ES256(), private)
	var calls sync.WaitGroup
	call := func(ctx context.Context) {
		calls.Go(func() {
			assert.NoError(t, h.Verify(ctx, &pipeline.Transaction{Metadata: pipeline.Metadata{Token: token}}, nil))
		})
	}
	first, leave := context.WithCancel(t.Context())
	call(first)
	<-service.asked
	leave()
	for range 20 {
		call(t.Context())
	}
	close(service.may)
	calls.Wait()
	assert.EqualValues(t, 1, service.calls.Load())
}

// TestNothingIsRememberedForNoTime: each call asks anew, for answers and for refusals.
func TestNothingIsRememberedForNoTime(t *testing.T) {
	private, public := domainKey(t)
	service := &identityService{key: public}
	h, err := handler.NewAuthentication(map[string]any{"cache": "0s"}, handler.Deps{Identity: service})
	require.NoError(t, err)
	token := sign(t, userClaims(nil), jwa.ES256(), private)
	for i := range 4 {
		if i == 2 {
			service.fail = apierror.NotFound("domain_id", "gone")
		}
		_, err = verify(h, token, pipeline.Metadata{})
		assert.Equal(t, i >= 2, err != nil)
		assert.EqualValues(t, i+1, service.calls.Load())
	}
}
