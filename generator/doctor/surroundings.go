package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/version"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// A Hindrance is what keeps a repository from being built where it stands, though
// nothing in it is wrong.
type Hindrance struct {
	What string
	Type string // the command that ends it, in the repository; empty: nobody knows
}

func (h Hindrance) String() string {
	if h.Type == "" {
		return h.What
	}
	return h.What + "; run '" + h.Type + "'"
}

// Hindrances looks at what surrounds the Go module at dir: a workspace that leaves
// it out, a folder vendor/ that is not what its code imports, and modules that go.sum or the
// machine lacks. That it cannot be
// found out is one, too.
func Hindrances(ctx context.Context, dir string) []Hindrance {
	found, err := hindrances(ctx, dir)
	if err != nil {
		found = append(found, Hindrance{What: "nobody can tell whether go builds this module where it stands: " + err.Error()})
	}
	return found
}

func hindrances(ctx context.Context, dir string) ([]Hindrance, error) {
	text, err := os.ReadFile(filepath.Join(dir, "go.mod")) //nolint:gosec // of the repository that the caller names
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	module, err := modfile.ParseLax("go.mod", text, nil)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Join(dir, "go.mod"), err)
	}
	work, err := workspace(ctx, dir)
	if err != nil {
		return nil, err
	}
	vendor, command := filepath.Join(dir, "vendor"), "go mod vendor"
	if work != "" {
		h, err := leftOut(work, dir, module)
		if h != nil || err != nil {
			return h, err
		}
		vendor, command = filepath.Join(filepath.Dir(work), "vendor"), "go work vendor"
	}
	if h, err := vendored(ctx, dir, vendor, command, module); h != nil || err != nil || work != "" {
		return h, err
	}
	return unsummed(dir, text)
}

// unsummed looks for modules that go.mod requires and go.sum says nothing of, as after
// a framework has come from elsewhere, and for folders that are to replace one and hold none.
func unsummed(dir string, text []byte) ([]Hindrance, error) {
	module, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Join(dir, "go.mod"), err)
	}
	replaced := map[string]bool{}
	var found []Hindrance
	for _, r := range module.Replace {
		replaced[r.Old.Path] = true
		at := filepath.FromSlash(r.New.Path)
		if !filepath.IsAbs(at) {
			at = filepath.Join(dir, at)
		}
		if _, err := os.Stat(filepath.Join(at, "go.mod")); r.New.Version == "" && errors.Is(err, fs.ErrNotExist) {
			found = append(found, Hindrance{What: "go.mod takes " + r.Old.Path + " from " + r.New.Path + ", where no Go module lies"})
		}
	}
	sums, err := os.ReadFile(filepath.Join(dir, "go.sum")) //nolint:gosec // as go.mod
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var missing []string
	for _, r := range module.Require {
		if !r.Indirect && !replaced[r.Mod.Path] && !bytes.Contains(sums, []byte(r.Mod.Path+" "+r.Mod.Version+" h1:")) {
			missing = append(missing, r.Mod.Path+" "+r.Mod.Version)
		}
	}
	if len(missing) > 0 {
		found = append(found, Hindrance{"go.sum says nothing of " + strings.Join(missing, ", "), "go mod tidy"})
	}
	return found, nil
}

// workspace gives the go.work that go takes at dir; "" if there is none.
func workspace(ctx context.Context, dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	found := os.Getenv("GOWORK") != ""
	for at := dir; !found; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "go.work")); err == nil {
			found = true
		} else if at == filepath.Dir(at) {
			return "", nil
		}
	}
	cmd := exec.CommandContext(ctx, "go", "env", "GOWORK") // which may be switched off in places of go's own
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("find out which go.work holds in %s: go env GOWORK: %w", dir, err)
	}
	if work := strings.TrimSpace(string(out)); work != "off" {
		return work, nil
	}
	return "", nil
}

// leftOut looks for a module in a workspace.
func leftOut(work, dir string, module *modfile.File) ([]Hindrance, error) {
	text, err := os.ReadFile(work) //nolint:gosec // as go says
	if err != nil {
		return nil, fmt.Errorf("read the workspace: %w", err)
	}
	file, err := modfile.ParseWork(work, text, nil)
	if err != nil {
		return nil, fmt.Errorf("read the workspace: %w", err)
	}
	const command = "go work use ."
	if !slices.ContainsFunc(file.Use, func(use *modfile.Use) bool { return sameFolder(filepath.Dir(work), use.Path, dir) }) {
		return []Hindrance{{work + " does not list this module, and go builds no others there", command}}, nil
	}
	if file.Go != nil && module.Go != nil && version.Compare("go"+file.Go.Version, "go"+module.Go.Version) < 0 {
		return []Hindrance{{work + " says go " + file.Go.Version + ", and this module needs " + module.Go.Version, command}}, nil
	}
	return nil, nil
}

// sameFolder reports whether a path that a workspace uses is a folder.
func sameFolder(from, use, dir string) bool {
	if !filepath.IsAbs(use) {
		use = filepath.Join(from, filepath.FromSlash(use))
	}
	a, err := os.Stat(use)
	if err != nil {
		return false
	}
	b, err := os.Stat(dir)
	return err == nil && os.SameFile(a, b)
}

// vendored asks go whether a folder vendor/ has what a module's code imports.
func vendored(ctx context.Context, dir, vendor, command string, module *modfile.File) ([]Hindrance, error) {
	if _, err := os.Stat(filepath.Join(vendor, "modules.txt")); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "go", "list", "-mod=vendor", "-deps", "-test", "./...")
	cmd.Dir = dir
	var said bytes.Buffer
	cmd.Stderr = &said
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return nil, fmt.Errorf("find out whether %s is complete: %w", vendor, err)
	}
	if lacking(said.String(), module) {
		return []Hindrance{{vendor + " does not have what the code imports, and go builds with nothing else", command}}, nil
	}
	return nil, nil // whatever else is wrong the compiler says
}

// lacking reports whether go says that vendor/ is not what it should be. Packages of
// the module itself are never in it.
func lacking(said string, module *modfile.File) bool {
	if strings.Contains(said, "inconsistent vendoring") {
		return true
	}
	for line := range strings.Lines(said) {
		_, missing, found := strings.Cut(line, "cannot find module providing package ")
		if !found || !strings.Contains(line, "-mod=vendor") {
			continue
		}
		if module.Module == nil || !strings.HasPrefix(missing, module.Module.Mod.Path+"/") {
			return true
		}
	}
	return false
}

// buildState says whether go builds the repository where it stands; nil if it does.
func buildState(ctx context.Context, dir string) []Diagnosis {
	var all []Diagnosis
	for _, h := range Hindrances(ctx, dir) {
		all = append(all, Diagnosis{"build", false, true, h.String()})
	}
	return all
}
