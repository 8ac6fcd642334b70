package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// SystemToken is the token for calls of the service's own: TOKEN, or else what
// TOKEN_FILE holds, which is read anew each time, since it may come, and be
// renewed, while the service runs. Until it comes there is none.
func (c *Config) SystemToken() (string, error) {
	if c.Token != "" || c.TokenFile == "" {
		return c.Token, nil
	}
	text, err := os.ReadFile(c.TokenFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read the system token from TOKEN_FILE: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}
