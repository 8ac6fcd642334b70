package overlay

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// fetchGit writes the files of a git repository, or of a folder in it, at a version into
// dir, and gives the commit. Whoever has access by git has it here: its configuration
// and its credentials count. Nothing of the repository is run. Where a commit is wanted, it is
// that one.
func fetchGit(ctx context.Context, r spec.Reference, commit, dir string) (string, error) {
	bare, err := os.MkdirTemp("", "spacegen-git-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(bare) //nolint:errcheck // a temporary folder
	if _, err := git(ctx, bare, "init", "--quiet", "--bare", "--template="); err != nil {
		return "", err
	}
	got, err := fetchCommit(ctx, bare, r, commit)
	if err != nil {
		return "", err
	}
	tree := got
	if r.Inside != "" {
		tree += ":" + r.Inside
	}
	if kind, err := git(ctx, bare, "cat-file", "-t", tree); r.Inside != "" && (err != nil || strings.TrimSpace(string(kind)) != "tree") {
		return "", fmt.Errorf("%s has no folder %s at %s", r.Location, r.Inside, r.Version)
	}
	archive, err := git(ctx, bare, "archive", "--format=tar", tree)
	if err != nil {
		return "", err
	}
	return got, untar(bytes.NewReader(archive), ".", dir)
}

// fetchCommit fetches what a version names, or a commit that it has named.
func fetchCommit(ctx context.Context, bare string, r spec.Reference, commit string) (string, error) {
	fetch := func(what ...string) error {
		_, err := git(ctx, bare, append([]string{"fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", r.Location}, what...)...)
		return err
	}
	peeled := func(name string) (string, error) {
		out, err := git(ctx, bare, "rev-parse", "--verify", "--quiet", name+"^{commit}")
		return strings.TrimSpace(string(out)), err
	}
	if commit != "" {
		// Not every host gives a commit by its name.
		if err := fetch("--depth=1", commit); err == nil {
			return peeled(commit)
		}
	}
	const to = "refs/spacegen/wanted"
	tag := fetch("--depth=1", "+refs/tags/"+r.Version+":"+to)
	if tag == nil {
		return peeled(to)
	}
	if fetch("--depth=1", "+refs/heads/"+r.Version+":"+to) == nil || fetch("--depth=1", "+"+r.Version+":"+to) == nil {
		return peeled(to)
	}
	if err := fetch("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"); err != nil {
		return "", fmt.Errorf("fetch %s: %w", r.Location, err)
	}
	got, err := peeled(r.Version)
	if err != nil {
		return "", fmt.Errorf("%s has no tag, branch or commit %s", r.Location, r.Version)
	}
	return got, nil
}

// git runs git in a repository that is none of the user's: what the environment says
// about theirs does not count.
func git(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-c", "protocol.ext.allow=never", "-c", "core.hooksPath=" + os.DevNull, "-c", "core.attributesFile=" + os.DevNull, "-c", "core.fsmonitor=false", "-c", "core.autocrlf=false", "-c", "core.eol=lf"}, args...)...) //nolint:gosec // the arguments are checked
	cmd.Dir = dir
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		switch name {
		case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX":
		default:
			cmd.Env = append(cmd.Env, variable)
		}
	}
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return nil, errors.New("git is not installed")
		}
		return nil, errors.Join(fmt.Errorf("git %s: %w", args[0], err), errors.New(strings.TrimSpace(said.String())))
	}
	return out.Bytes(), nil
}

// submodule reports whether git knows a folder as a submodule.
func submodule(ctx context.Context, dir string) bool {
	out, err := git(ctx, filepath.Dir(dir), "ls-files", "--stage", "--", filepath.Base(dir))
	return err == nil && strings.HasPrefix(string(out), "160000 ")
}

// untar writes the files of an archive, those below its folder top, into a folder. Links
// are refused, and so is what leads out.
func untar(archive io.Reader, top, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close() //nolint:errcheck // what matters is closed below
	size := int64(0)
	for in := tar.NewReader(archive); ; {
		header, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the archive of templates: %w", err)
		}
		at := path.Clean(header.Name)
		if at == top {
			continue
		}
		if top != "." {
			at = strings.TrimPrefix(at, top+"/")
		}
		if size += header.Size; size > maxBytes {
			return fmt.Errorf("the archive of templates holds more than %d bytes", maxBytes)
		}
		switch header.Typeflag {
		case tar.TypeDir:
			err = root.MkdirAll(at, 0o755)
		case tar.TypeReg:
			err = writeFile(root, at, in)
		case tar.TypeXGlobalHeader:
		default:
			err = errors.New("it is a link, or no file at all")
		}
		if err != nil {
			return fmt.Errorf("%s in the archive of templates: %w", header.Name, err)
		}
	}
}

func writeFile(root *os.Root, at string, in io.Reader) error {
	if err := root.MkdirAll(path.Dir(at), 0o755); err != nil {
		return err
	}
	file, err := root.OpenFile(at, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, in)
	return errors.Join(err, file.Close())
}
