package connector

import "context"

// Secret calls the service secret of the platform.
type Secret struct{ services Dispatcher }

// NewSecret makes the connector.
func NewSecret(d Deps) *Secret { return &Secret{services: d.Services} }

// Call calls a method, such as Region.list, for whoever is being served: his
// token goes along.
func (c *Secret) Call(ctx context.Context, method string, params map[string]any) (map[string]any, error) {
	return c.services.Dispatch(ctx, "secret", method, params)
}
