package input

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Where a frontend's server is told which services it leads to: by itself, and in
// a cluster.
const (
	FrontendConfig = "config/config.yaml"
	FrontendValues = "deploy/helm/values.yaml"
)

// FrontendFiles are the files that say which services a frontend leads to.
func FrontendFiles() []string { return []string{FrontendConfig, FrontendValues} }

// ServicesOf names the services in a frontend's configuration, sorted.
func ServicesOf(fsys fs.FS, at string) ([]string, error) {
	text, err := fs.ReadFile(fsys, at)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", at, err)
	}
	addresses, err := spec.OpenAddresses(at, text)
	if err != nil {
		return nil, err
	}
	return addresses.Names(), nil
}
