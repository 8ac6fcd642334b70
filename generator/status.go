package generator

import (
	"context"
	"path/filepath"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/cloudforet-io/spacegen/generator/platform"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Status finds out how each repository stands that the folders mean: those that lie there
// or below, and the members of platforms. What goes wrong with one is said of that one.
// Nothing is written.
func (l Library) Status(ctx context.Context, dirs []string) ([]report.Status, error) {
	all, err := fleet(dirs)
	if err != nil {
		return nil, err
	}
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i := range all {
		s := &all[i]
		if s.State == report.Missing {
			continue
		}
		work.Go(func() error {
			described, err := l.describe(ctx, s.Dir)
			if err != nil {
				s.State, s.Failed = report.Failed, err.Error()
				return ctx.Err()
			}
			*s = described
			return nil
		})
	}
	return all, work.Wait()
}

func (l Library) describe(ctx context.Context, dir string) (report.Status, error) {
	g, err := l.For(ctx, dir)
	if err != nil {
		return report.Status{}, err
	}
	return report.Describe(ctx, &g.Release, dir)
}

// fleet lists the repositories that folders mean, each once.
func fleet(dirs []string) ([]report.Status, error) {
	var all []report.Status
	seen := map[string]bool{}
	add := func(dir string) bool {
		real, err := filepath.EvalSymlinks(dir)
		if err != nil {
			real = dir
		}
		if seen[real] {
			return false
		}
		seen[real] = true
		all = append(all, report.Status{Name: filepath.Base(dir), Dir: dir})
		return true
	}
	for _, dir := range dirs {
		roots, err := repository.Find(dir)
		if err != nil {
			return nil, err
		}
		for _, root := range roots {
			if !add(root) {
				continue
			}
			_, s, err := repository.ReadSpec(root)
			if err != nil || s.Kind != spec.KindPlatform {
				continue // its status says what is wrong
			}
			members, err := platform.Repositories(root)
			if err != nil {
				return nil, err
			}
			for _, m := range members {
				switch {
				case !m.Away:
					add(m.Dir)
				case !slices.ContainsFunc(all, func(s report.Status) bool { return s.State == report.Missing && s.Name == m.Name }):
					all = append(all, report.Status{Name: m.Name, State: report.Missing})
				}
			}
		}
	}
	return all, nil
}
