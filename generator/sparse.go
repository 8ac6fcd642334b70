package generator

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
)

// needed are the folders without which nobody can tell what to render.
func needed() []string { return []string{repository.Folder, protoFolder, render.MigrationsFolder} }

// notCheckedOut gives the files of a project that lie outside of a sparse checkout.
// Where one is among them that all else follows from, the error says what to type.
func notCheckedOut(ctx context.Context, p *repository.Project) (map[string]bool, error) {
	away, err := p.Away(ctx)
	if err != nil {
		return nil, err
	}
	for _, folder := range needed() {
		for _, at := range slices.Sorted(maps.Keys(away)) {
			if strings.HasPrefix(at, folder+"/") {
				return nil, fmt.Errorf("%s lies outside of your sparse checkout, and what to render follows from it; run 'git sparse-checkout add %s'", at, folder)
			}
		}
	}
	return away, nil
}

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

// sparseState says what of a project is not checked out; nil if all is.
func sparseState(ctx context.Context, p *repository.Project) []Diagnosis {
	away, err := notCheckedOut(ctx, p)
	d := Diagnosis{"sparse checkout", err == nil, true, fmt.Sprintf("%d files are not checked out; an update leaves them for later", len(away))}
	if err != nil {
		d.Detail = err.Error()
	}
	if err == nil && len(away) == 0 {
		return nil
	}
	return []Diagnosis{d}
}

// refuseAway refuses to make code of protos where it cannot be read or written.
func refuseAway(ctx context.Context, p *repository.Project) error {
	away, err := notCheckedOut(ctx, p)
	for _, at := range slices.Sorted(maps.Keys(away)) {
		if strings.HasPrefix(at, genFolder+"/") {
			return fmt.Errorf("%s lies outside of your sparse checkout, and would be written; run 'git sparse-checkout add %s'", at, genFolder)
		}
	}
	return err
}

// genFolder is where the code of protos lies.
const genFolder = "gen"
