// Package doctor says what keeps spacegen, or a repository, from working: the tools on
// this machine, and what surrounds the repository.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/input"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Diagnosis is one thing that spacegen needs, and how it is with it.
type Diagnosis struct {
	What   string `json:"what"`
	OK     bool   `json:"ok"`
	Needed bool   `json:"needed"` // without it commands fail
	Detail string `json:"detail"` // what was found, or what to do
}

// Examine looks at the tools that spacegen runs and, where dir is in one, at the
// repository.
func Examine(ctx context.Context, sets render.Sets, missing error, version, dir string) []Diagnosis {
	all := []Diagnosis{
		tool(ctx, "go", true, "install Go 1.26 or newer: 'new', 'update' and 'proto' run it", "version"),
		tool(ctx, "git", true, "install git: merging needs it", "--version"),
		tool(ctx, "make", false, "install make: the targets of an emitted repository need it", "--version"),
		tool(ctx, "docker", false, "only 'make image' needs it", "--version"),
	}
	p, err := repository.Open(ctx, dir)
	if errors.Is(err, repository.ErrNoProject) {
		return append(all, Diagnosis{"repository", true, false, "none here"})
	}
	if err != nil {
		return append(all, Diagnosis{"repository", false, true, err.Error()})
	}
	all = append(all, Diagnosis{"repository", true, true, p.Dir}, gitState(ctx, p.Dir))
	all = append(all, sparseState(ctx, p)...)
	all = append(all, buildState(ctx, p.Dir)...)
	if s, err := spec.Parse(spec.FileName, p.SpecText); err != nil {
		all = append(all, Diagnosis{"spec", false, true, err.Error()})
	} else {
		all = append(all, nodeTools(ctx, p.Dir, s)...)
	}
	if missing != nil {
		all = append(all, Diagnosis{"overlays", false, true, missing.Error()})
	} else {
		all = append(all, lockState(p, sets, version))
		all = append(all, overlayStates(p)...)
	}
	places, err := p.Conflicts()
	conflicts := Diagnosis{"conflicts", len(places) == 0 && err == nil, true, "none are left"}
	if err != nil {
		conflicts.Detail = err.Error()
	} else if len(places) > 0 {
		conflicts.Detail = fmt.Sprintf("%d files have some, the first at %s", len(places), places[0])
	}
	all = append(all, conflicts)
	if err := p.Close(); err != nil {
		all = append(all, Diagnosis{"repository", false, true, err.Error()})
	}
	return all
}

// gitState says whether git answers where it keeps the repository: without it
// nobody knows which edits are committed.
func gitState(ctx context.Context, dir string) Diagnosis {
	d := Diagnosis{What: "work tree", Needed: true}
	switch in, err := repository.InGit(ctx, dir); {
	case err != nil:
		d.Detail = err.Error()
	case !in:
		d.OK, d.Needed, d.Detail = true, false, "is not kept in git: an update cannot tell which edits are committed"
	default:
		d.OK, d.Detail = true, "is kept in git"
	}
	return d
}

// kindOf gives the kind of a project as far as it can be told.
func kindOf(p *repository.Project) spec.Kind {
	s, err := spec.Decode(spec.FileName, p.SpecText)
	if err != nil {
		return spec.KindService
	}
	return s.Kind
}

// overlayStates says what is laid over the templates of spacegen.
func overlayStates(p *repository.Project) []Diagnosis {
	var all []Diagnosis
	if p.Lock != nil {
		for _, pin := range p.Lock.Overlays {
			all = append(all, Diagnosis{"overlay", true, true, pin.String()})
		}
	}
	return all
}

func lockState(p *repository.Project, sets render.Sets, version string) Diagnosis {
	d := Diagnosis{What: "lock", Needed: true}
	switch err := p.CheckVersion(version); {
	case p.Lock == nil:
		d.Detail = repository.LockPath + " is missing; restore it: 'git checkout HEAD -- " + repository.Folder + "'"
	case err != nil:
		d.Detail = err.Error()
	case !slices.Equal(p.Lock.Templates, repository.Templates(sets.Of(kindOf(p)))):
		d.OK, d.Detail = true, "rendered by spacegen "+p.Lock.Spacegen+" with other templates; 'spacegen update' brings these in"
	default:
		d.OK, d.Detail = true, "rendered by spacegen "+p.Lock.Spacegen+" with these templates"
	}
	return d
}

// tool asks a program for its version.
func tool(ctx context.Context, name string, needed bool, remedy string, args ...string) Diagnosis {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return Diagnosis{name, false, needed, "is missing or does not run; " + remedy}
	}
	first, _, _ := strings.Cut(string(out), "\n")
	return Diagnosis{name, true, needed, strings.TrimSpace(first)}
}

// sparseState says what of a project is not checked out; nil if all is.
func sparseState(ctx context.Context, p *repository.Project) []Diagnosis {
	away, err := input.NotCheckedOut(ctx, p)
	d := Diagnosis{"sparse checkout", err == nil, true, fmt.Sprintf("%d files are not checked out; an update leaves them for later", len(away))}
	if err != nil {
		d.Detail = err.Error()
	}
	if err == nil && len(away) == 0 {
		return nil
	}
	return []Diagnosis{d}
}
