package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Minimal names the fields that a minimal query gives: those that the Spec marks, or else
// the required ones and the name.
func (r *Resource) Minimal() []string {
	if len(r.asked.Minimal) > 0 {
		return withFirst(r.IDField, r.asked.Minimal)
	}
	names := []string{r.IDField}
	marked := slices.ContainsFunc(r.Fields, func(f *Field) bool { return f.Minimal })
	for _, f := range r.Fields {
		if f.Minimal || !marked && f.Scalar() && (f.Required || f.Snake() == "name") {
			names = append(names, f.Snake())
		}
	}
	return names
}

// Keyword names the keys that a query's keyword is looked for in: those that
// the Spec marks, or else those that every one of the resource has.
func (r *Resource) Keyword() []string {
	if len(r.asked.Keyword) > 0 {
		return r.asked.Keyword
	}
	names := []string{r.IDField}
	marked := slices.ContainsFunc(r.Fields, func(f *Field) bool { return f.Keyword })
	for _, f := range r.Fields {
		if f.Keyword || !marked && f.Required && f.Type == spec.String && !f.Repeated {
			names = append(names, f.Snake())
		}
	}
	return names
}

// A SortKey is a key that a list is sorted by.
type SortKey struct {
	Key  string // as a query names it
	Desc bool   // the last first
}

// Order is that of a list which doesn't say; empty: by identifier.
func (r *Resource) Order() []SortKey {
	var keys []SortKey
	for _, text := range slices.Concat(r.order, r.asked.Order) {
		key, desc := strings.CutPrefix(text, "-")
		keys = append(keys, SortKey{key, desc})
	}
	return keys
}

// Date is the key of the time by which an analysis has periods; empty: created_at.
func (r *Resource) Date() string { return r.asked.Date }

// Aliases are other names of keys.
func (r *Resource) Aliases() []spec.Alias {
	aliases := slices.Clone(r.asked.Aliases)
	for _, f := range r.Fields {
		for _, name := range f.Aliases {
			aliases = append(aliases, spec.Alias{Name: name, Of: f.Snake()})
		}
	}
	return aliases
}

func withFirst(first string, list []string) []string {
	return append([]string{first}, slices.DeleteFunc(slices.Clone(list), func(name string) bool { return name == first })...)
}

// keys are the fields that a query of the resource may name.
func (r *Resource) keys() []string {
	names := []string{r.IDField}
	for _, f := range r.Fields {
		names = append(names, f.Snake())
	}
	for _, name := range []string{"domain_id", "workspace_id"} {
		if r.Lies(name) {
			names = append(names, name)
		}
	}
	return append(names, "created_at", "updated_at")
}

// ask tells the resources of the user's protos how they are asked for, as the Spec says.
// The error, if any, is of type spec.Problems, with paths in the Spec.
func (v *View) ask(queries []spec.Query) error {
	var problems spec.Problems
	for i, q := range queries {
		path := fmt.Sprintf("queries[%d]", i)
		at := slices.IndexFunc(v.Resources, func(r *Resource) bool { return r.Foreign != nil && r.Snake() == naming.New(q.Resource).Snake() })
		if at < 0 {
			var known []string
			for _, r := range v.Resources {
				if r.Foreign != nil {
					known = append(known, r.Pascal())
				}
			}
			fix := "there is none; `spacegen list --explain` shows what was recognised"
			if len(known) > 0 {
				fix = spec.Meant(q.Resource, known)
			}
			problems = append(problems, spec.Problem{Path: path + ".resource", Message: "no proto has a resource " + q.Resource, Fix: fix})
			continue
		}
		r := v.Resources[at]
		check := func(path, key string) {
			field, _, _ := strings.Cut(key, ".")
			if known := r.keys(); !slices.Contains(known, field) {
				problems = append(problems, spec.Problem{Path: path, Message: fmt.Sprintf("%s has no field %s", r.Pascal(), field), Fix: spec.Meant(field, known)})
			}
		}
		for _, keys := range []struct {
			name string
			list []string
		}{{"keyword", q.Keyword}, {"minimal", q.Minimal}, {"order", q.Order}} {
			for j, key := range keys.list {
				check(fmt.Sprintf("%s.%s[%d]", path, keys.name, j), strings.TrimPrefix(key, "-"))
			}
		}
		if q.Date != "" {
			check(path+".date", q.Date)
		}
		for j, a := range q.Aliases {
			check(fmt.Sprintf("%s.aliases[%d].of", path, j), a.Of)
			if slices.Contains(r.keys(), a.Name) {
				problems = append(problems, spec.Problem{Path: fmt.Sprintf("%s.aliases[%d].name", path, j), Message: fmt.Sprintf("%s has a field %s already", r.Pascal(), a.Name), Fix: "choose another name"})
			}
		}
		r.asked = q
	}
	if len(problems) > 0 {
		return problems
	}
	return nil
}
