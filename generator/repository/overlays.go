package repository

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/cloudforet-io/spacegen/generator/overlay"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Overlays gives the templates that the repository at root lays over those of spacegen,
// and what they were when it was rendered last. A repository that names none, and has a
// folder of templates of its own, means that one: until v1.2.0 it needed no name.
func Overlays(root string) ([]spec.Overlay, map[spec.Overlay]*overlay.Pin, error) {
	text, err := os.ReadFile(filepath.Join(root, spec.FileName))
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", spec.FileName, err)
	}
	s, err := spec.Parse(spec.FileName, text)
	if err != nil {
		return nil, nil, err
	}
	overlays := s.Templates
	if len(overlays) == 0 {
		if _, err := os.Lstat(filepath.Join(root, filepath.FromSlash(spec.OverlayFolder))); err == nil {
			overlays = []spec.Overlay{{Name: "local", From: spec.OverlayFolder}}
		}
	}
	pins := map[spec.Overlay]*overlay.Pin{}
	text, err = os.ReadFile(filepath.Join(root, filepath.FromSlash(LockPath)))
	if errors.Is(err, fs.ErrNotExist) {
		return overlays, pins, nil // whatever needs the lock says that it is missing
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", LockPath, err)
	}
	lock, err := DecodeLock(text)
	if err != nil {
		return nil, nil, err
	}
	for i, pin := range lock.Overlays {
		pins[pin.Overlay] = &lock.Overlays[i]
	}
	return overlays, pins, nil
}
