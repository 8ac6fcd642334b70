package manager

import (
	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/model"
)

// Settings are what the configuration says of tokens, and of where services are.
type Settings interface {
	// TokenTimes are how long tokens hold.
	TokenTimes() (model.TokenTimes, error)
	// Endpoints are where services are.
	Endpoints() ([]model.Endpoint, error)
}

type settingsManager struct{ settings *connector.Settings }

// NewSettings makes the manager.
func NewSettings(c connector.Connectors) Settings { return &settingsManager{c.Settings} }

func (m *settingsManager) TokenTimes() (model.TokenTimes, error) {
	return m.settings.Tokens, m.settings.Err
}

func (m *settingsManager) Endpoints() ([]model.Endpoint, error) {
	return m.settings.Endpoints, m.settings.Err
}
