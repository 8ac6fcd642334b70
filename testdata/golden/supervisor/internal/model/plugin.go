// Package model holds what the supervisor looks after: plugins as they ought
// to run, and as they do.
package model

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// A Plugin is a version of a plugin that ought to run.
type Plugin struct {
	ID         string
	Version    string
	DomainID   string // whose plugin it is
	Kind       string // what it serves: inventory.Collector
	Image      string // without the version
	PullSecret string // that the image's registry asks for
	Recover    bool   // somebody asks for it to be started anew
	Problem    string // why it can't be run, where that is known beforehand
}

// Name is what the instance of the plugin is called. Whatever decides which
// program runs is in it: another version or image is another instance, so that
// it can run beside the one that it replaces.
func (p Plugin) Name() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{p.ID, p.Version, p.Image, p.PullSecret, p.Kind}, "\x00")))
	return label(p.ID, maxID) + "-" + hex.EncodeToString(sum[:digest])
}

const (
	maxID  = 40 // characters of a plugin's ID in a name; a name may have 63
	digest = 5  // bytes
)

// label turns a text into the beginning of a DNS label.
func label(text string, limit int) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		default:
			return '-'
		}
	}, text)
	clean = strings.Trim(clean[:min(len(clean), limit)], "-")
	if clean == "" || clean[0] < 'a' {
		return "plugin-" + clean
	}
	return clean
}

// A State is how an instance does, in the words of the plugin service.
type State string

// The states of an instance.
const (
	Provisioning State = "PROVISIONING"
	Active       State = "ACTIVE"
	Failed       State = "ERROR"
)

// An Instance is a plugin that runs, or that was meant to.
type Instance struct {
	Name     string
	PluginID string
	Version  string
	DomainID string

	State   State
	Reason  string // of a failure
	Ready   bool   // all of it serves
	Drifted bool   // it is not as it was started, or not whole: to start it again sets that right

	Started time.Time
	Retry   time.Time // not to be started again before

	Endpoint  string   // where it serves: grpc://host:port
	Endpoints []string // of each of its parts, where they can be reached by themselves
}
