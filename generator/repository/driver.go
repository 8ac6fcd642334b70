package repository

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// driven are the files that git merges by spacegen where its driver is installed.
func driven() []string {
	return []string{"/" + spec.FileName, "/" + Folder + "/**", "*.go", "*.proto", "*.yaml", "*.yml", "go.mod", "go.sum", "package.json", "package-lock.json"}
}

// Driven gives the path by which a file is merged: the base of a file as the file.
func Driven(at string) string {
	if _, below, found := strings.Cut(at, BasePath+"/"); found {
		return below
	}
	return at
}

const (
	driverBegin = "# By 'spacegen resolve --install':"
	driverEnd   = "# End of spacegen's."
)

// InstallDriver has git merge by a program, in the clone that dir lies in. It gives the
// file that says for which files.
func InstallDriver(ctx context.Context, dir, program string) (string, error) {
	root, err := FindRoot(dir)
	if err != nil {
		return "", err
	}
	p := &Project{Dir: root}
	if in, err := p.inGit(ctx); err != nil || !in {
		return "", errors.Join(err, errors.New("this is no git repository: 'git init' makes it one"))
	}
	quoted := "'" + strings.ReplaceAll(program, "'", `'\''`) + "'"
	for key, value := range map[string]string{
		"merge.spacegen.name":   "spacegen, by what a file is made of",
		"merge.spacegen.driver": quoted + " resolve driver %O %A %B %P",
	} {
		if _, err := p.git(ctx, nil, "config", "--local", key, value); err != nil {
			return "", err
		}
	}
	out, err := p.git(ctx, nil, "rev-parse", "--git-path", "info/attributes")
	if err != nil {
		return "", err
	}
	prefix, err := p.git(ctx, nil, "rev-parse", "--show-prefix")
	if err != nil {
		return "", err
	}
	at := strings.TrimSpace(string(out))
	if !filepath.IsAbs(at) {
		at = filepath.Join(root, at)
	}
	was, err := os.ReadFile(at) //nolint:gosec // git's own
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read git's attributes: %w", err)
	}
	text := attributes(string(was), strings.TrimSpace(string(prefix)))
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil { //nolint:gosec // as git makes it
		return "", fmt.Errorf("write git's attributes: %w", err)
	}
	if err := os.WriteFile(at, []byte(text), 0o644); err != nil { //nolint:gosec // as git makes it
		return "", fmt.Errorf("write git's attributes: %w", err)
	}
	return at, nil
}

// attributes gives the text of git's attributes with those of a project; the project may
// be one of several in a repository.
func attributes(text, prefix string) string {
	begin := driverBegin + " /" + prefix + "\n"
	if before, rest, found := strings.Cut(text, begin); found {
		_, after, _ := strings.Cut(rest, driverEnd+"\n")
		text = before + after
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	text += begin
	for _, pattern := range driven() {
		if at, rooted := strings.CutPrefix(pattern, "/"); rooted {
			pattern = "/" + prefix + at
		} else if prefix != "" {
			pattern = "/" + prefix + "**/" + pattern
		}
		text += pattern + " merge=spacegen\n"
	}
	return text + driverEnd + "\n"
}
