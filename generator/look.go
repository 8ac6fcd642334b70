package generator

import (
	"context"
	"fmt"

	"github.com/cloudforet-io/spacegen/generator/doctor"
	"github.com/cloudforet-io/spacegen/generator/graph"
	"github.com/cloudforet-io/spacegen/generator/platform"
	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Check finds out whether the repository at dir is what its Spec, its protos and the
// templates of this binary make of it, and keeps the rule of layers; and whether gen/ is
// what the protos become.
func (g *Generator) Check(ctx context.Context, dir string, how protocode.Options) ([]report.Finding, error) {
	findings, err := report.Check(ctx, &g.Release, dir, how)
	if err != nil {
		return findings, err
	}
	findings = append(findings, report.Overrides(g.Overrides)...)
	away, err := away(dir)
	return append(findings, away...), err
}

// away are the members of the platform that dir lies in, if it is one, that cannot be found.
func away(dir string) (findings []report.Finding, err error) {
	if _, s, err := repository.ReadSpec(dir); err != nil || s.Kind != spec.KindPlatform {
		return nil, err
	}
	members, err := platform.Repositories(dir)
	for _, m := range members {
		switch {
		case m.Away && m.Dir != "":
			findings = append(findings, report.Finding{Rule: report.RuleMember, Path: spec.FileName, Note: true,
				Message: fmt.Sprintf("the member %s is not at its path; 'make checkout' clones it if it has a repository, and 'spacegen run' leaves it out", m.Name)})
		case m.Away:
			findings = append(findings, report.Finding{Rule: report.RuleMember, Path: spec.FileName, Note: true,
				Message: fmt.Sprintf("the member %s has no path: it is installed by its chart, and 'spacegen run' leaves it out", m.Name)})
		}
	}
	return findings, err
}

// List lists the parts of the repository at dir: of a frontend the services that it
// leads to.
func (g *Generator) List(ctx context.Context, dir string) ([]report.Part, error) {
	return report.List(ctx, g.Release.Sets, dir)
}

// Explain says what was recognised in the methods of the APIs that the repository at
// dir answers beside its own, and why.
func (g *Generator) Explain(ctx context.Context, dir string) ([]report.Explained, error) {
	return report.Explain(ctx, g.Release.Sets, dir)
}

// Draw gives the graph of the repository at dir.
func (g *Generator) Draw(ctx context.Context, dir string) (*graph.Graph, error) {
	return graph.Of(ctx, g.Release.Sets, dir)
}

// Doctor looks at the tools that spacegen runs and, where dir is in one, at the
// repository.
func (g *Generator) Doctor(ctx context.Context, dir string) []doctor.Diagnosis {
	return doctor.Examine(ctx, g.Release.Sets, nil, g.Version, dir)
}

// Doctor is Generator.Doctor where it is not known whether there can be a generator: the
// repository's overlays may be missing.
func (l Library) Doctor(ctx context.Context, dir string) []doctor.Diagnosis {
	g, err := l.For(ctx, dir)
	if err != nil {
		return doctor.Examine(ctx, nil, err, l.Version, dir)
	}
	return g.Doctor(ctx, dir)
}
