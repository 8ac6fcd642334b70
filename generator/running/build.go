package running

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// builds is how many members are built at once: go build is parallel by itself.
const builds = 2

// appFolder is where a console's app lies when it is built, for the server to
// take in.
const appFolder = "internal/site/dist/app"

// build builds all members.
func (r *runner) build(ctx context.Context) error {
	if err := r.root.MkdirAll("bin", 0o700); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(builds)
	for _, m := range r.plan.members {
		group.Go(func() error {
			r.say("builds %s", m.name)
			if _, err := os.Stat(filepath.Join(m.dir, filepath.FromSlash(appFolder))); err != nil && m.is(spec.KindFrontend) {
				if err := r.command(ctx, m, "make", "--silent", "app"); err != nil {
					return err
				}
			}
			err := r.command(ctx, m, "go", "build", "-o", r.binary(m), "./cmd/"+m.spec.ServiceName().Kebab())
			if _, none := os.Stat(filepath.Join(m.dir, "gen")); err != nil && none != nil && m.spec.Kind.Layered() {
				err = fmt.Errorf("%w\nit has no gen/, the code of its protos; 'spacegen proto -C %s' makes it", err, m.dir)
			}
			return err
		})
	}
	return group.Wait()
}

// command runs a command in a member's repository.
func (r *runner) command(ctx context.Context, m *member, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // go, or the member's own make
	cmd.Dir = m.dir
	out := r.log.of(m.name)
	cmd.Stdout, cmd.Stderr = out, out
	separate(cmd)
	cmd.Cancel = func() error { killGroup(cmd); return nil }
	cmd.WaitDelay = leftover
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build %s: %s: %w; nothing was started", m.name, name, err)
	}
	return nil
}
