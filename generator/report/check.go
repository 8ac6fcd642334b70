package report

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/input"
	"github.com/cloudforet-io/spacegen/generator/layers"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/secrets"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Finding is something that check objects to.
type Finding struct {
	Rule    string `json:"rule"`
	Path    string `json:"path"`
	Line    int    `json:"line,omitempty"` // counted from 1; 0: the whole file
	Message string `json:"message"`
	Note    bool   `json:"note,omitempty"` // nothing is wrong, but somebody should know
}

// The rules of Check.
const (
	RuleDrift    = "drift"    // an update would change the file
	RuleEdited   = "edited"   // a generated file was edited
	RuleConflict = "conflict" // the markers of a conflict are left
	RuleLayer    = "layer"    // an import skips or climbs the layers
	RuleBase     = "base"     // what update needs is missing
	RuleCode     = "code"     // gen/ is not what the protos become
	RuleOverride = "override" // an overlay has a template that spacegen changed since
	RuleTask     = "task"     // a scheduler makes a task that no code does
	RuleMember   = "member"   // a member of the platform is not on this machine
	RuleSecret   = "secret"   // configuration that reaches others has what looks like a secret
)

// Rules lists the rules of Check.
func Rules() []string {
	return []string{RuleDrift, RuleEdited, RuleConflict, RuleLayer, RuleBase, RuleCode, RuleOverride, RuleTask, RuleMember, RuleSecret}
}

// Tree finds out whether the repository at dir is what its Spec, its protos
// and the templates of this binary make of it, and keeps the rule of layers.
func Tree(ctx context.Context, r *change.Release, dir string) (findings []Finding, err error) {
	p, err := repository.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if err := p.CheckVersion(r.Version); err != nil {
		return nil, err
	}
	if _, err := input.NotCheckedOut(ctx, p); err != nil {
		return nil, err
	}
	drift, err := r.Drift(ctx, p)
	if err != nil {
		return nil, err
	}
	if drift.Numbered {
		findings = append(findings, Finding{RuleDrift, spec.FileName, 0, "has fields that an update would number; run 'spacegen update'", false})
	}
	if p.Lock == nil {
		findings = append(findings, Finding{RuleBase, repository.LockPath, 0, "is missing; restore it from git or, where nothing was rendered as yet, run 'spacegen update'", false})
	}
	if drift.Plan == nil {
		return findings, nil // nothing else can be told
	}
	for _, c := range drift.Plan.Changes {
		findings = append(findings, finding(c, drift.Records)...)
	}
	for at, record := range drift.Records {
		if record.Lost {
			findings = append(findings, Finding{RuleBase, at, 0, "its base in .spacegen/base is missing or was edited; restore it from git", false})
		}
	}
	marked, err := p.Conflicts()
	if err != nil {
		return nil, err
	}
	for _, place := range marked {
		findings = append(findings, Finding{RuleConflict, place.Path, place.Line, "a conflict is not resolved", false})
	}
	leaks, err := secrets.Find(p.FS())
	if err != nil {
		return nil, err
	}
	for _, leak := range leaks {
		findings = append(findings, Finding{RuleSecret, leak.Path, leak.Line, fmt.Sprintf(
			"%s looks like a secret (%s), and this file becomes part of %s; have it in a Secret (the chart's value secret or existingSecret, TOKEN_FILE for the system token), or end the line with %q",
			leak.Key, leak.Looks, leak.Goes, secrets.Allowed), false})
	}
	var climbing []layers.Finding
	if drift.Spec.Kind.Layered() {
		climbing, err = layers.Check(p.FS(), drift.Spec.Module)
	}
	for _, f := range climbing {
		findings = append(findings, Finding{RuleLayer, f.Path, f.Line, f.Message, false})
	}
	if err != nil {
		return nil, err
	}
	tasks, err := undone(p, drift.Spec)
	findings = append(findings, tasks...)
	slices.SortFunc(findings, compareFindings)
	return findings, err
}

// Check is Tree, and holds gen/ against the protos.
func Check(ctx context.Context, r *change.Release, dir string, how protocode.Options) ([]Finding, error) {
	findings, err := Tree(ctx, r, dir)
	if err != nil {
		return nil, err
	}
	undecided := func(f Finding) bool {
		return f.Rule == RuleConflict && strings.HasPrefix(f.Path, render.ProtoFolder+"/") || f.Rule == RuleBase && f.Path == repository.LockPath
	}
	if slices.ContainsFunc(findings, undecided) {
		how.Note(protocode.Folder + "/ was not compared with " + render.ProtoFolder + "/, which cannot be read before that is mended")
		return findings, nil
	}
	code, err := protocode.Check(ctx, r.Sets, dir, how)
	for _, d := range code {
		findings = append(findings, Finding{RuleCode, d.Path, 0, d.What, false})
	}
	slices.SortFunc(findings, compareFindings)
	return findings, err
}

func compareFindings(a, b Finding) int {
	x, y := fmt.Sprintf("%s\x00%08d\x00%s", a.Path, a.Line, a.Rule), fmt.Sprintf("%s\x00%08d\x00%s", b.Path, b.Line, b.Rule)
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	default:
		return 0
	}
}

func finding(c merge.FileChange, records map[string]merge.Record) []Finding {
	switch c.Action {
	case merge.Keep, merge.Absent:
		return nil
	case merge.Update:
		if record, known := records[c.Path]; known && record.Owner == render.Generated && c.Note != "" {
			return []Finding{{RuleEdited, c.Path, 0, "is generated and was edited; 'spacegen update' would overwrite it", false}}
		}
	case merge.Away:
		return []Finding{{RuleDrift, c.Path, 0, "is not what " + spec.FileName + " and the templates say, and is not checked out; run 'spacegen update' where it is", false}}
	case merge.Create, merge.Merge, merge.Delete, merge.Conflict:
	}
	return []Finding{{RuleDrift, c.Path, 0, "is not what " + spec.FileName + " and the templates say (" + string(c.Action) + "); run 'spacegen update'", false}}
}
