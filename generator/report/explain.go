package report

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/gosource"
	"github.com/cloudforet-io/spacegen/generator/input"
	"github.com/cloudforet-io/spacegen/generator/render"
)

// Explained is what was recognised in one method of people's APIs.
type Explained struct {
	Service  string `json:"service"`
	Method   string `json:"method"`
	Verb     string `json:"verb,omitempty"` // empty: it is for people to write
	Resource string `json:"resource,omitempty"`
	Why      string `json:"why,omitempty"`
	Stub     bool   `json:"stub"` // it is still to be written

	Roles      []string `json:"roles,omitempty"`      // that spacegen.yaml gives it; none: as all
	Permission string   `json:"permission,omitempty"` // likewise

	Unrouted  string   `json:"unrouted,omitempty"`  // why it is not called by REST, although it has an annotation that says how
	Unwritten []string `json:"unwritten,omitempty"` // fields of its request that it refuses, since nobody wrote what they do

	At string `json:"at,omitempty"` // file:line of its code, in a repository
}

// Explain says what was recognised in the methods of the APIs that people
// of the repository at dir brought, and why. Whether a method is still to be
// written its code says; stubs of what was rendered are among them.
func Explain(ctx context.Context, sets render.Sets, dir string) (out []Explained, err error) {
	p, s, err := input.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	services, err := input.Services(ctx, sets, p, s)
	if err != nil {
		return nil, err
	}
	methods, err := gosource.Methods(p.FS())
	if err != nil {
		return nil, err
	}
	all := Methods(services, methods)
	for i := range all {
		rule := s.Methods[all[i].Service+"."+all[i].Method]
		all[i].Roles, all[i].Permission = rule.Roles, rule.Permission
	}
	return all, nil
}

// Methods looks at the methods of services and at the code that answers them, if
// there is any as yet.
func Methods(services []*render.Service, methods map[string]gosource.Method) []Explained {
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
				one.Stub, one.At, one.Unwritten = code.Stub, code.At, code.Refuses
			}
			delete(others, name)
			out = append(out, one)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(others)) {
		code := others[name]
		if !code.Stub && len(code.Refuses) == 0 {
			continue
		}
		if code.Says == "" {
			code.Says = name
		}
		service, method, _ := strings.Cut(code.Says, ".")
		out = append(out, Explained{Service: service, Method: method, Stub: code.Stub, At: code.At, Unwritten: code.Refuses})
	}
	return out
}

// A Count is how far the methods of an API are written.
type Count struct {
	Answered int // answered for real, whatever callers say
	InPart   int // answered, but for some fields of their requests, which they refuse
	Stubs    int // still to be written
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
			c.Answered++
		}
	}
	return c
}
