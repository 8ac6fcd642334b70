package protofile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/cloudforet-io/spacegen/generator/progress"
)

// Install gives plugins their programs: those in folder, where the ones that are
// missing are built by `go install`. The folder may be kept from run to run and
// shared, since each program is named by its version and appears as a whole.
// told hears of each that is built, and of how many.
func Install(ctx context.Context, folder string, plugins []Plugin, told progress.Func) ([]Plugin, error) {
	installed := slices.Clone(plugins)
	var missing []*Plugin
	for i := range installed {
		p := &installed[i]
		p.Binary = filepath.Join(folder, p.Name()+"@"+p.Version+executable())
		if _, err := os.Stat(p.Binary); err == nil {
			continue
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("install %s: %w", p.Name(), err)
		}
		missing = append(missing, p)
	}
	return installed, buildAll(ctx, folder, missing, told)
}

func buildAll(ctx context.Context, folder string, missing []*Plugin, told progress.Func) error {
	if len(missing) == 0 {
		return nil
	}
	defer told(fmt.Sprintf("build %d of the plugins that make code of protos, once on this machine", len(missing)))()
	group, ctx := errgroup.WithContext(ctx) // each is linked on one processor
	for i, p := range missing {
		ended := told(fmt.Sprintf("build %d of %d: %s %s", i+1, len(missing), p.Name(), p.Version))
		group.Go(func() error {
			defer ended()
			return p.build(ctx, folder)
		})
	}
	return group.Wait()
}

// build makes the program beside and renames it into place.
func (p *Plugin) build(ctx context.Context, folder string) error {
	beside, err := os.MkdirTemp(folder, ".build-")
	if err != nil {
		return fmt.Errorf("install %s: %w", p.Name(), err)
	}
	defer os.RemoveAll(beside) //nolint:errcheck // a temporary folder

	cmd := exec.CommandContext(ctx, "go", "install", p.Package+"@"+p.Version)
	cmd.Dir = beside // outside any module, whose go.mod would be consulted
	// For this machine, whatever is being built for elsewhere.
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "GOOS=", "GOARCH=", "GOBIN="+beside)
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go install %s@%s: %w\n%s", p.Package, p.Version, err, strings.TrimSpace(string(said)))
	}
	if err := os.Rename(filepath.Join(beside, p.Name()+executable()), p.Binary); err != nil {
		return fmt.Errorf("install %s: %w", p.Name(), err)
	}
	return nil
}

func executable() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
