// Package state holds resources to the ways that their states may change.
package state

import (
	"slices"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// Transitions say which states may follow each state. One that none is said of is final.
type Transitions struct {
	Key  string // of the field, for errors
	Next map[string][]string
}

// Move reports whether a state may follow another: ERROR_INVALID_TRANSITION says that it
// may not. To stay in a state is no move.
func (t Transitions) Move(from, to string) error {
	if from == to || slices.Contains(t.Next[from], to) {
		return nil
	}
	return apierror.Transition(t.Key, from, to)
}
