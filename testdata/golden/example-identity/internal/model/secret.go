package model

import "log/slog"

// hidden stands wherever somebody tries to show a secret.
const hidden = "********"

// A Secret is a text that is stored and never shown: neither in logs, nor in
// messages of errors, nor in JSON.
type Secret string

// Reveal gives the text itself, to those who have to work with it.
func (s Secret) Reveal() string { return string(s) }

// String hides the secret from fmt.
func (s Secret) String() string { return hidden }

// GoString hides the secret from fmt's %#v.
func (s Secret) GoString() string { return hidden }

// LogValue hides the secret from the log.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalJSON hides the secret from JSON.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }
