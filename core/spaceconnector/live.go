package spaceconnector

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/config"
)

// leaveAfter is how long calls that are under way keep a connection to where a service
// was.
const leaveAfter = time.Minute

// Live are the endpoints of services, which may change while the process runs.
func (c *Connector) Live() config.Live {
	return config.Live{
		Settings: []string{"ENDPOINTS", "CONNECTORS.SpaceConnector.endpoints"},
		Take:     func(cfg *config.Config) { c.Redirect(cfg.Services()) },
	}
}

// Redirect has calls that begin from now on go to other endpoints. Those that are under
// way end where they are, if they do within a minute.
func (c *Connector) Redirect(endpoints map[string]string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.options.Endpoints
	c.options.Endpoints = endpoints
	for service, endpoint := range before {
		p, connected := c.peers[service]
		if !connected || endpoints[service] == endpoint {
			continue
		}
		delete(c.peers, service)
		time.AfterFunc(leaveAfter, func() { _ = p.conn.Close() })
	}
}
