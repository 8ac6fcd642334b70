package manager_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/manager"
)

func TestSettings(t *testing.T) {
	settings := manager.NewSettings(connector.Connectors{Settings: connector.NewSettings(connector.Deps{})})
	times, err := settings.TokenTimes()
	require.NoError(t, err)
	assert.Equal(t, 30*time.Minute, times.Access)
	endpoints, err := settings.Endpoints()
	require.NoError(t, err)
	assert.Empty(t, endpoints)

	wrong := errors.New("wrong")
	settings = manager.NewSettings(connector.Connectors{Settings: &connector.Settings{Err: wrong}})
	_, err = settings.TokenTimes()
	assert.ErrorIs(t, err, wrong)
	_, err = settings.Endpoints()
	assert.ErrorIs(t, err, wrong)
}
