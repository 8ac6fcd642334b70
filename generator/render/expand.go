package render

import (
	"slices"
	"strconv"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Expansions are the references that get and list show by what they refer to.
func (r *Resource) Expansions() []*Field {
	return r.selected(func(f *Field) bool { return f.Expand })
}

// GivenExpansions are those of them that a create request has.
func (r *Resource) GivenExpansions() []*Field {
	return r.selected(func(f *Field) bool { return f.Expand && !f.OutputOnly })
}

// ExpandReserved is what the requests of get and list reserve, once they had a field in
// which nothing can be named any more.
func (r *Resource) ExpandReserved() []string {
	if len(r.Expansions()) > 0 || !slices.ContainsFunc(r.reserved, func(gone spec.Reserved) bool { return gone.Expand }) {
		return nil
	}
	return []string{strconv.Itoa(spec.ExpandNumber), strconv.Quote(spec.ExpandRequest)}
}

// Expanding are the resources of the Spec that show what they refer to.
func (v *View) Expanding() []*Resource {
	return slices.DeleteFunc(v.Declared(), func(r *Resource) bool { return len(r.Expansions()) == 0 })
}

// Shown are the resources of the Spec that others show.
func (v *View) Shown() []*Resource {
	return slices.DeleteFunc(v.Declared(), func(r *Resource) bool {
		return !slices.ContainsFunc(v.Expanding(), func(other *Resource) bool {
			return slices.ContainsFunc(other.Expansions(), func(f *Field) bool { return f.Refers().Snake() == r.Snake() })
		})
	})
}

// expandedProtos are the files of the messages that the resource shows.
func (r *Resource) expandedProtos() []string {
	var files []string
	for _, f := range r.Expansions() {
		if f.Refers().Snake() != r.Snake() {
			files = append(files, r.folder+"/"+f.Refers().Snake()+".proto")
		}
	}
	return files
}

// ExpandedOptions are the options of the field that shows what this one refers to.
func (f *Field) ExpandedOptions() string { return options([]string{behaves("OUTPUT_ONLY")}) }

// ExpandedGo is the name in generated messages of the field that shows what this one
// refers to.
func (f *Field) ExpandedGo() string {
	fields := []string{f.resource.IDField}
	for _, other := range f.resource.Fields {
		fields = append(fields, other.Snake())
	}
	fields = append(fields, "domain_id", "workspace_id", "created_at", "updated_at")
	for _, other := range f.resource.Expansions() {
		fields = append(fields, other.Expanded())
		if other == f {
			break
		}
	}
	names := naming.ProtoGoFields(fields...)
	return names[len(names)-1]
}

// ReferredIDGo is the identifier of what the field refers to, in its messages: CustomerId.
func (f *Field) ReferredIDGo() string { return naming.New(f.Refers().Snake() + "_id").ProtoGo() }
