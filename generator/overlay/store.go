package overlay

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"golang.org/x/mod/semver"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// kept gives the folder of what a reference names, and the revision that it stood for. It
// is fetched unless it is kept already and need not be fresh. revision is what it should
// be; "": whatever it is.
func (s Store) kept(ctx context.Context, r spec.Reference, revision string, fresh bool) (got, dir string, err error) {
	shelf := filepath.Join(s.Dir, shelfOf(r.Source()))
	if have := s.have(shelf, r, revision); have != "" && !fresh {
		return revisionOf(r, have), filepath.Join(shelf, have), nil
	}
	if err := os.MkdirAll(shelf, 0o755); err != nil {
		return "", "", fmt.Errorf("keep templates: %w", err)
	}
	coming, err := os.MkdirTemp(shelf, ".coming-")
	if err != nil {
		return "", "", fmt.Errorf("keep templates: %w", err)
	}
	defer func() {
		if gone := os.RemoveAll(coming); gone != nil {
			err = errors.Join(err, gone)
		}
	}()
	if s.Progress != nil {
		defer s.Progress("fetch " + string(r.Source()))()
	}
	switch r.Kind {
	case spec.GitSource:
		got, err = fetchGit(ctx, r, revision, coming)
	case spec.ModuleSource:
		got, err = r.Version, fetchModule(ctx, r, coming)
	case spec.OCISource:
		got, err = fetchOCI(ctx, r, coming)
	case spec.FolderSource:
	}
	if err != nil {
		return "", "", err
	}
	dir = filepath.Join(shelf, got)
	if fresh { // what is kept may have been changed
		if err := os.Rename(dir, coming+"-before"); err == nil {
			defer os.RemoveAll(coming + "-before") //nolint:errcheck // nobody looks there
		}
	}
	// Whoever else fetched it meanwhile has fetched the same.
	if err := os.Rename(coming, dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", "", fmt.Errorf("keep templates: %w", err)
	}
	return revisionOf(r, got), dir, nil
}

// shelfOf names the folder in which the states of a source are kept.
func shelfOf(from spec.Source) string {
	sum := sha256.Sum256([]byte(from))
	return hex.EncodeToString(sum[:])[:20]
}

// revisionOf is what the version of a reference stood for. A module's version stands
// for itself.
func revisionOf(r spec.Reference, kept string) string {
	if r.Kind == spec.ModuleSource {
		return ""
	}
	return kept
}

var commitName = regexp.MustCompile(`^[0-9a-f]{40}([0-9a-f]{24})?$`)

// have names the state that is kept of a source, if it is the one that is wanted. Where
// any would do, it is one whose version is not meant to move.
func (s Store) have(shelf string, r spec.Reference, revision string) string {
	states := []string{revision}
	switch {
	case r.Kind == spec.ModuleSource:
		states = []string{r.Version}
	case revision == "" && !semver.IsValid(r.Version) && !commitName.MatchString(r.Version):
		return ""
	case revision == "":
		entries, err := os.ReadDir(shelf)
		entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return e.Name()[0] == '.' })
		if err != nil || len(entries) != 1 {
			return ""
		}
		states = []string{entries[0].Name()}
	}
	if info, err := os.Stat(filepath.Join(shelf, states[0])); err != nil || !info.IsDir() {
		return ""
	}
	return states[0]
}
