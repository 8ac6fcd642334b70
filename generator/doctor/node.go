package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/Masterminds/semver/v3"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// packageFile is where the app of a frontend says which Node.js it needs.
const packageFile = "app/package.json"

// apps are the folders of frontends that a repository at dir is or has as
// members on this machine.
func apps(dir string, s *spec.Spec) []string {
	if s.Kind == spec.KindFrontend {
		return []string{dir}
	}
	var folders []string
	for _, m := range s.Platform.Members {
		if m.Kind != spec.KindFrontend || m.Path == "" {
			continue
		}
		folder := filepath.Join(dir, filepath.FromSlash(m.Path))
		if _, err := os.Stat(filepath.Join(folder, spec.FileName)); err == nil {
			folders = append(folders, folder)
		}
	}
	return folders
}

// nodeTools looks at what the apps of frontends are built with, and whether it is
// of the versions that they ask for. Without a frontend nobody needs it.
func nodeTools(ctx context.Context, dir string, s *spec.Spec) []Diagnosis {
	folders := apps(dir, s)
	if len(folders) == 0 {
		return nil
	}
	all := []Diagnosis{
		tool(ctx, "node", true, "install Node.js: the app of a frontend is built and tested with it", "--version"),
		tool(ctx, "npm", true, "install npm, which comes with Node.js: it brings what the app of a frontend needs", "--global", "--version"), // no .npmrc of the folder has a say
	}
	for i := range all {
		for _, folder := range folders {
			if !all[i].OK {
				break
			}
			if err := suits(all[i].Detail, all[i].What, filepath.Join(folder, filepath.FromSlash(packageFile))); err != nil {
				all[i].OK, all[i].Detail = false, err.Error()
			}
		}
	}
	return all
}

// suits compares the version of a tool with what the engines of a package.json
// ask for. One that asks for nothing is content with any.
func suits(version, tool, file string) error {
	text, err := os.ReadFile(file) //nolint:gosec // of a repository that the caller names
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var asks struct {
		Engines map[string]string `json:"engines"`
	}
	if err := json.Unmarshal(text, &asks); err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	wanted := asks.Engines[tool]
	if wanted == "" {
		return nil
	}
	among, err := semver.NewConstraint(wanted)
	if err != nil {
		return fmt.Errorf("%s: engines: %q is no range of versions of %s", file, wanted, tool)
	}
	is, err := semver.NewVersion(version)
	if err != nil {
		return fmt.Errorf("%s says that it is %q, which is no version", tool, version)
	}
	if !among.Check(is) {
		return fmt.Errorf("is %s, but %s asks for %s; install one of these", version, file, wanted)
	}
	return nil
}
