package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// keyPattern is a key of a query: a field, or a path below it.
var keyPattern = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[^.\s"\\]+)*$`)

// asked checks how a resource is asked for: its order and its fields' other names.
func (v *validator) asked(path string, r Resource) {
	fields := []string{r.IDField(), "domain_id", "workspace_id", "created_at", "updated_at"}
	for _, f := range r.Fields {
		fields = append(fields, f.Name)
	}
	for i, key := range r.Order {
		field, _, _ := strings.Cut(strings.TrimPrefix(key, "-"), ".")
		if at := fmt.Sprintf("%s.order[%d]", path, i); v.key(at, strings.TrimPrefix(key, "-")) && !slices.Contains(fields, field) {
			v.add(at, fmt.Sprintf("%s has no field %s to be sorted by", r.Name, shorten(field)), Meant(field, fields))
		}
	}
	taken := map[string]string{}
	for _, f := range fields {
		taken[f] = f
	}
	for i, f := range r.Fields {
		for j, alias := range f.Aliases {
			at := fmt.Sprintf("%s.fields[%d].aliases[%d]", path, i, j)
			if !v.key(at, alias) {
				continue
			}
			if other, ok := taken[alias]; ok {
				v.add(at, fmt.Sprintf("%s already stands for the field %s", alias, other), "choose another name")
			}
			taken[alias] = f.Name
		}
	}
}

// Meant says what a word perhaps meant, or which ones there are.
func Meant(word string, known []string) string {
	if near := Closest(word, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "there are " + strings.Join(known, ", ")
}

// key checks the form of a key.
func (v *validator) key(path, key string) bool {
	if !keyPattern.MatchString(key) {
		v.add(path, fmt.Sprintf("%q is no key of a query", shorten(key)), "write a field, or a path below one, as in data.size")
		return false
	}
	return true
}

// queries checks what is said of the resources of protos; whether these have the keys is
// known when they are read.
func (v *validator) queries(s *Spec) {
	for i, q := range s.Queries {
		path := fmt.Sprintf("queries[%d]", i)
		switch {
		case q.Resource == "":
			v.add(path, "it is of no resource", "name one, as in resource: CloudService")
		case slices.ContainsFunc(s.Queries[:i], func(other Query) bool { return other.Resource == q.Resource }):
			v.add(path+".resource", fmt.Sprintf("%s has queries already", q.Resource), "put both together")
		case s.Resource(q.Resource) != nil:
			v.add(path+".resource", fmt.Sprintf("%s is a resource of this file", q.Resource), "write keyword, minimal and aliases beside its fields, and order beside them")
		}
		for _, keys := range []struct {
			name string
			list []string
		}{{"keyword", q.Keyword}, {"minimal", q.Minimal}, {"order", q.Order}} {
			for j, key := range keys.list {
				if keys.name == "order" {
					key = strings.TrimPrefix(key, "-")
				}
				v.key(fmt.Sprintf("%s.%s[%d]", path, keys.name, j), key)
			}
		}
		if q.Date != "" {
			v.key(path+".date", q.Date)
		}
		for j, a := range q.Aliases {
			at := fmt.Sprintf("%s.aliases[%d]", path, j)
			v.key(at+".name", a.Name)
			v.key(at+".of", a.Of)
		}
	}
}
