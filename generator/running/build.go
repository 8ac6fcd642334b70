package running

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"golang.org/x/sync/errgroup"
)

// builds is how many members are built at once: go build is parallel by itself.
const builds = 2

// build builds all members.
func (r *runner) build(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Join(r.folder, "bin"), 0o700); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(builds)
	for _, m := range r.plan.members {
		group.Go(func() error {
			r.say("builds %s", m.name)
			cmd := exec.CommandContext(ctx, "go", "build", "-o", r.binary(m), "./cmd/"+m.spec.ServiceName().Kebab()) //nolint:gosec // the member's own
			cmd.Dir = m.dir
			out := r.log.of(m.name)
			cmd.Stdout, cmd.Stderr = out, out
			if err := cmd.Run(); err != nil {
				return fmt.Errorf("build %s: %w; nothing was started", m.name, err)
			}
			return nil
		})
	}
	return group.Wait()
}
