package generator

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Explained is what was recognised in one method of people's APIs.
type Explained struct {
	Service  string `json:"service"`
	Method   string `json:"method"`
	Verb     string `json:"verb,omitempty"` // empty: it is for people to write
	Resource string `json:"resource,omitempty"`
	Why      string `json:"why,omitempty"`
	Stub     bool   `json:"stub"` // it is still to be written

	Unrouted  string   `json:"unrouted,omitempty"`  // why it is not called by REST, although it has an annotation that says how
	Unwritten []string `json:"unwritten,omitempty"` // fields of its request that it refuses, since nobody wrote what they do

	At string `json:"at,omitempty"` // file:line of its code, in a repository
}

// ExplainProject says what was recognised in the methods of the APIs that people
// of the repository at dir brought, and why. Whether a method is still to be
// written its code says; stubs of what was rendered are among them.
func (g *Generator) ExplainProject(ctx context.Context, dir string) (out []Explained, err error) {
	p, s, err := openSpec(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	services, err := g.apiServices(ctx, p, s)
	if err != nil {
		return nil, err
	}
	methods, err := writtenMethods(p.FS())
	if err != nil {
		return nil, err
	}
	return explain(services, methods), nil
}

// apiServices are the services of the APIs that people of a project brought.
func (g *Generator) apiServices(ctx context.Context, p *repository.Project, s *spec.Spec) ([]*render.Service, error) {
	own, err := ownAPI(ctx, p, s)
	if err != nil {
		return nil, err
	}
	return render.Services(ctx, s, own, g.setsFor(s.Kind)...)
}

// explain looks at the methods of services and at the code that answers them, if
// there is any as yet.
func explain(services []*render.Service, methods map[string]written) []Explained {
	out := []Explained{}
	others := maps.Clone(methods)
	for _, service := range services {
		for _, m := range service.Methods {
			one := Explained{Service: service.Proto, Method: m.Name, Verb: string(m.Verb), Why: m.Why, Stub: m.Stub(), Unwritten: m.Unwritten, Unrouted: m.Unrouted}
			if m.Resource != nil {
				one.Resource = m.Resource.Pascal()
			}
			name := service.Type + "." + m.Go
			if code, there := methods[name]; there {
				one.Stub, one.At, one.Unwritten = code.stub, code.at, code.refuses
			}
			delete(others, name)
			out = append(out, one)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(others)) {
		code := others[name]
		if !code.stub && len(code.refuses) == 0 {
			continue
		}
		if code.says == "" {
			code.says = name
		}
		service, method, _ := strings.Cut(code.says, ".")
		out = append(out, Explained{Service: service, Method: method, Stub: code.stub, At: code.at, Unwritten: code.refuses})
	}
	return out
}

// A Count is how far the methods of an API are written.
type Count struct {
	Whole  int // answered for real, whatever callers say
	InPart int // answered, but for some fields of their requests, which they refuse
	Stubs  int // still to be written
}

// CountMethods counts methods.
func CountMethods(all []Explained) (c Count) {
	for _, e := range all {
		switch {
		case e.Stub:
			c.Stubs++
		case len(e.Unwritten) > 0:
			c.InPart++
		default:
			c.Whole++
		}
	}
	return c
}
