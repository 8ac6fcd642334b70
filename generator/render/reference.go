package render

import (
	"slices"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// References are the fields that refer to resources.
func (r *Resource) References() []*Field {
	return r.selected(func(f *Field) bool { return f.Ref != "" })
}

// GivenReferences are those of them that a create request has.
func (r *Resource) GivenReferences() []*Field {
	return r.selected(func(f *Field) bool { return f.Ref != "" && !f.OutputOnly })
}

// CascadingReferences are those by which a resource is deleted with what it refers to.
func (r *Resource) CascadingReferences() []*Field {
	return r.selected(func(f *Field) bool { return f.Ref != "" && f.OnDelete == spec.Cascade })
}

// Cascading are the resources of the Spec that are deleted with others.
func (v *View) Cascading() []*Resource {
	return slices.DeleteFunc(v.Declared(), func(r *Resource) bool { return len(r.CascadingReferences()) == 0 })
}

// Referring are the resources of the Spec that refer to others.
func (v *View) Referring() []*Resource {
	return slices.DeleteFunc(v.Declared(), func(r *Resource) bool { return len(r.References()) == 0 })
}

// Referred are the resources of the Spec that others refer to.
func (v *View) Referred() []*Resource {
	return slices.DeleteFunc(v.Declared(), func(r *Resource) bool { return !v.RefersTo(r) })
}

// RefersTo reports whether any resource refers to one.
func (v *View) RefersTo(r *Resource) bool {
	return slices.ContainsFunc(v.Referring(), func(other *Resource) bool {
		return slices.ContainsFunc(other.References(), func(f *Field) bool { return f.Refers().Snake() == r.Snake() })
	})
}

// Linked are the resources that refer to others, or are referred to.
func (v *View) Linked() []*Resource {
	return slices.DeleteFunc(v.Declared(), func(r *Resource) bool { return len(r.References()) == 0 && !v.RefersTo(r) })
}

// ReferredID is the identifier of what the field refers to, in its model: CustomerID.
func (f *Field) ReferredID() string { return naming.New(f.Refers().Snake() + "_id").Pascal() }
