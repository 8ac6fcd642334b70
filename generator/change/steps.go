package change

import (
	"fmt"
	"path"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/merge"
)

// stepsAfter says which steps a plan makes necessary. Where people have protos of
// their own, code that changes may do so because these have.
func stepsAfter(plan *merge.Plan, ownProtos bool) Steps {
	steps := Steps{SkipProto: true, SkipTidy: true, SkipGit: true}
	for _, c := range plan.Changes {
		if !c.Write && c.Action != merge.Delete {
			continue
		}
		switch ext := path.Ext(c.Path); {
		case ext == ".proto", c.Path == "buf.gen.yaml": // which says how gen/ is made
			steps.SkipProto, steps.SkipTidy = false, false
		case ext == ".go", ext == ".mod", ext == ".sum":
			steps.SkipTidy = false
			steps.SkipProto = steps.SkipProto && !ownProtos
		}
	}
	return steps
}

// Steps are what follows when a repository's files stand.
type Steps struct {
	SkipProto bool // don't make gen/ of the protos
	SkipTidy  bool // don't tidy go.mod
	SkipGit   bool // don't make it a git repository
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
