package change

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
)

// outside adds to the files that are not checked out those that are rendered for
// the first time and would not be either.
func outside(ctx context.Context, p *repository.Project, away map[string]bool, tree render.Tree, records map[string]merge.Record) (map[string]bool, error) {
	if len(away) == 0 {
		return nil, nil
	}
	out, err := p.Outside(ctx, fresh(tree, records))
	if err != nil {
		return nil, err
	}
	all := maps.Clone(away)
	for at, is := range out {
		if is {
			all[at] = true
		}
	}
	return all, nil
}

// fresh are the paths that are rendered for the first time.
func fresh(tree render.Tree, records map[string]merge.Record) []string {
	var paths []string
	for at := range tree {
		if _, known := records[at]; !known {
			paths = append(paths, at)
		}
	}
	return paths
}

// wait leaves out steps that would read files which are not checked out: to them
// these are gone.
func (s Steps) wait(away map[string]bool) (Steps, []string) {
	if len(away) == 0 || s.SkipProto && s.SkipTidy {
		return s, nil
	}
	var commands []string
	if !s.SkipProto {
		commands = append(commands, "'spacegen proto'")
	}
	commands = append(commands, "'go mod tidy'")
	s.SkipProto, s.SkipTidy = true, true
	return s, []string{fmt.Sprintf("%d files lie outside of your sparse checkout; run %s where all is checked out", len(away), strings.Join(commands, " and "))}
}
