// Package server holds the servers of a service: gRPC, REST, and an admin server for
// metrics and health.
package server

import (
	"fmt"
	"net"
	"strings"
)

// CheckExposure refuses to let others reach a server that asks nobody who they
// are. host is what the servers listen on; a host beyond loopback needs an
// authentication handler, or the word none for authentication.
func CheckExposure(host string, authenticated bool, authentication string) error {
	if authenticated || authentication == "none" || loopback(host) {
		return nil
	}
	return fmt.Errorf("HOST is %q, which others can reach, and no authentication handler is configured: "+
		"add one under HANDLERS, set HOST to 127.0.0.1, or say AUTHENTICATION: none", host)
}

// loopback reports whether only this machine reaches a host. A name other than
// localhost may resolve to anything.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
