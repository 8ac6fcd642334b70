package model

import "time"

// TokenTimes are how long tokens hold.
type TokenTimes struct {
	Access, AccessMax   time.Duration // if nobody says otherwise, and at most
	Refresh, RefreshMax time.Duration // the latter of administrators for whom more is set
}

// AccessFor is how long an access token holds for which so many seconds are asked; 0 is
// the usual time.
func (t TokenTimes) AccessFor(seconds int32) time.Duration {
	if seconds <= 0 {
		return t.Access
	}
	return min(time.Duration(seconds)*time.Second, t.AccessMax)
}

// RefreshFor is how long a session of a user lasts.
func (t TokenTimes) RefreshFor(user *User) time.Duration {
	if user.RoleType != DomainAdmin {
		return t.Refresh
	}
	return min(max(time.Duration(user.RefreshTimeout)*time.Second, t.Refresh), t.RefreshMax)
}

// Endpoint is where a service of the platform is.
type Endpoint struct {
	Service          string `mapstructure:"service"`
	Name             string `mapstructure:"name"`
	Endpoint         string `mapstructure:"endpoint"`
	InternalEndpoint string `mapstructure:"internal_endpoint"`
	State            string `mapstructure:"state"`
	Version          string `mapstructure:"version"`
}
