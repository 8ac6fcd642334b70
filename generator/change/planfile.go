package change

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// planSchema is the version of a plan file's format.
const planSchema = 1

// A PlanFile is a change that was planned, and is to be carried out later as it was
// reviewed, or not at all. It names contents by their SHA-256, in hexadecimal.
type PlanFile struct {
	Schema int `json:"schema"`

	Spacegen  string            `json:"spacegen"`  // the version that planned it
	Templates map[string]string `json:"templates"` // template set or overlay → digest

	Asked Asked `json:"asked"`

	Files     []PlannedFile     `json:"files"` // that change, or need a word
	Conflicts int               `json:"conflicts"`
	Tree      map[string]string `json:"tree"` // each file that the plan follows from → its content
}

// Asked are the flags of the update that was planned.
type Asked struct {
	Set       []string `json:"set,omitempty"`
	Templates []string `json:"templates,omitempty"`
	Ours      []string `json:"ours,omitempty"`
	Theirs    []string `json:"theirs,omitempty"`
	Restore   []string `json:"restore,omitempty"`
	Keep      bool     `json:"keep,omitempty"`
	DropAPI   bool     `json:"drop_api,omitempty"`
}

// A PlannedFile is what becomes of one file.
type PlannedFile struct {
	Path   string       `json:"path"`
	Action merge.Action `json:"action"`
	Note   string       `json:"note,omitempty"`
	Old    string       `json:"old,omitempty"`    // empty: nothing stands there
	New    string       `json:"new,omitempty"`    // empty: nothing is written
	Mode   string       `json:"mode,omitempty"`   // of what is written, in octal
	Beside string       `json:"beside,omitempty"` // what is written to PATH.spacegen-new
}

// PlanFile describes the change, so that it can be carried out later.
func (c *Change) PlanFile(asked Asked) *PlanFile {
	l := c.loaded
	p := &PlanFile{
		Schema: planSchema, Spacegen: l.version, Templates: map[string]string{}, Asked: asked,
		Files: []PlannedFile{}, Conflicts: c.plan.merged.Conflicts(), Tree: map[string]string{},
	}
	for _, set := range l.by.Templates {
		p.Templates[set.Name] = set.Digest
	}
	for _, pin := range l.by.Overlays {
		p.Templates["overlay "+pin.Name] = pin.Digest
	}
	for at, file := range l.stood {
		p.Tree[at] = identity(file)
	}
	p.Tree[spec.FileName], p.Tree[repository.LockPath] = merge.Hash(l.project.SpecText), merge.Hash(l.project.LockText())
	for at, body := range l.input.Protos {
		if !slices.Contains(l.input.Away, at) {
			at = path.Join(render.ProtoFolder, at)
		}
		p.Tree[at] = merge.Hash(body)
	}
	if l.specText != nil {
		p.Files = append(p.Files, PlannedFile{Path: spec.FileName, Action: merge.Update, Old: merge.Hash(l.project.SpecText), New: merge.Hash(l.specText)})
	}
	for _, change := range c.plan.merged.Changes {
		file := PlannedFile{Path: change.Path, Action: change.Action, Note: change.Note, Old: p.Tree[change.Path]}
		if change.Write {
			file.New, file.Mode = merge.Hash(change.Body), fmt.Sprintf("%04o", change.Mode)
		}
		if change.Beside != nil {
			file.Beside = merge.Hash(change.Beside)
		}
		p.Files = append(p.Files, file)
	}
	return p
}

// identity tells what stands at a path from anything else that could.
func identity(f merge.File) string {
	switch {
	case f.Dir:
		return "folder"
	case f.Link != "":
		return "link to " + f.Link
	default:
		return merge.Hash(f.Body)
	}
}

// ReadPlanFile reads what PlanFile wrote.
func ReadPlanFile(text []byte) (*PlanFile, error) {
	p := &PlanFile{}
	if err := json.Unmarshal(text, p); err != nil {
		return nil, fmt.Errorf("it is no plan of 'spacegen update --plan': %w", err)
	}
	if p.Schema != planSchema {
		return nil, fmt.Errorf("its schema is %d, and this spacegen reads %d; plan the update again", p.Schema, planSchema)
	}
	return p, nil
}

// A PlanError says that a plan cannot be carried out as it was made. Nothing was written.
type PlanError struct {
	Reason string
	Paths  []string // the files that it is about; nil: none in particular
}

func (e *PlanError) Error() string {
	if len(e.Paths) == 0 {
		return e.Reason + "; nothing was written"
	}
	return e.Reason + ":\n  " + strings.Join(e.Paths, "\n  ") + "\nnothing was written; plan the update again"
}

// follows refuses a change that is not the one that was planned.
func (c *Change) follows(planned *PlanFile) error {
	now := c.PlanFile(planned.Asked)
	if now.Spacegen != planned.Spacegen {
		return &PlanError{Reason: fmt.Sprintf("spacegen %s made the plan, and this is %s; install %[1]s, or plan the update again", planned.Spacegen, now.Spacegen)}
	}
	if sets := differing(planned.Templates, now.Templates); len(sets) > 0 {
		return &PlanError{Reason: fmt.Sprintf("the templates have changed since the plan was made (%s); plan the update again", strings.Join(sets, ", "))}
	}
	if paths := differing(planned.Tree, now.Tree); len(paths) > 0 {
		return &PlanError{"these files have changed since the plan was made", paths}
	}
	if !slices.Equal(now.Files, planned.Files) {
		was, is := map[string]PlannedFile{}, map[string]PlannedFile{}
		for _, f := range planned.Files {
			was[f.Path] = f
		}
		for _, f := range now.Files {
			is[f.Path] = f
		}
		return &PlanError{"the update would no longer do what the plan says of these files", differing(was, is)}
	}
	return nil
}

// differing are the keys by which two maps are not the same, sorted.
func differing[V comparable](a, b map[string]V) []string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.DeleteFunc(slices.Sorted(maps.Keys(all)), func(key string) bool {
		x, inA := a[key]
		y, inB := b[key]
		return inA == inB && x == y
	})
}
