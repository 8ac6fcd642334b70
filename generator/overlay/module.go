package overlay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// fetchModule writes the files of a Go module into dir. The Go command fetches it, from
// where the user's GOPROXY and GOPRIVATE say.
func fetchModule(ctx context.Context, r spec.Reference, dir string) error {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", r.Location+"@"+r.Version) //nolint:gosec // the arguments are checked
	cmd.Dir = dir                                                                               // in no module
	cmd.Env = append(os.Environ(), "GOWORK=off")
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return errors.New("the Go command is not installed, which fetches modules")
	}
	var got struct{ Dir, Error string }
	if unread := json.Unmarshal(out, &got); unread != nil && err == nil {
		err = unread
	}
	switch {
	case got.Error != "":
		return fmt.Errorf("go mod download: %s", got.Error)
	case err != nil:
		return fmt.Errorf("go mod download: %w: %s", err, bytes.TrimSpace(said.Bytes()))
	}
	return os.CopyFS(dir, os.DirFS(got.Dir))
}
