package repository

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/cloudforet-io/spacegen/generator/overlay"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Overlays gives the templates that the repository at dir lays over those of spacegen,
// and what they were when it was rendered last. A repository that names none, and has a
// folder of templates of its own, means that one: until v1.2.0 it needed no name.
func Overlays(dir string) ([]spec.Overlay, map[spec.Overlay]*overlay.Pin, error) {
	root, err := os.OpenRoot(dir) // a link in it leads nowhere else
	if err != nil {
		return nil, nil, err
	}
	defer root.Close() //nolint:errcheck // it is only read
	text, err := root.ReadFile(spec.FileName)
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", spec.FileName, err)
	}
	s, err := spec.Parse(spec.FileName, text)
	if err != nil {
		return nil, nil, err
	}
	overlays := s.Templates
	if len(overlays) == 0 {
		if _, err := root.Lstat(spec.OverlayFolder); err == nil {
			overlays = []spec.Overlay{{Name: "local", From: spec.OverlayFolder}}
		}
	}
	pins := map[spec.Overlay]*overlay.Pin{}
	text, err = root.ReadFile(LockPath)
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
