package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// expandedFrom is what the number of a reference lacks of that of the field which shows
// what it refers to: where branches are merged, neither can be taken without the other.
const expandedFrom = 1000

// ExpandRequest is the field in which requests name what they want to be shown, and
// ExpandNumber its number, which no field has.
const (
	ExpandRequest = "expand"
	ExpandNumber  = 23
)

// Expanded is the name under which the resource that the reference leads to is shown:
// customer, for customer_id.
func (f Field) Expanded() string { return strings.TrimSuffix(f.Name, "_id") }

// ExpandedNumber is the number of that field in the Info message.
func (f Field) ExpandedNumber() int { return expandedFrom + f.Number }

// Expands reports whether any field of the resource is shown by what it refers to.
func (r Resource) Expands() bool {
	return slices.ContainsFunc(r.Fields, func(f Field) bool { return f.Expand })
}

// numbered reports whether clients know something of the field by a number.
func (f Field) numbered(n int) bool { return f.Number == n || f.Expand && f.ExpandedNumber() == n }

// reservations are what the field leaves behind when it is removed.
func (f Field) reservations() []Reserved {
	all := []Reserved{f.reservation()}
	if f.Expand {
		all = append(all, f.expansion())
	}
	return all
}

// expansion is what it leaves behind when it is no longer expanded.
func (f Field) expansion() Reserved {
	return Reserved{Name: f.Expanded(), Number: f.ExpandedNumber(), Type: String, Expand: true}
}

// after gives the next number for a field, of which the reserved one is none.
func (r Reserved) after(next int) int {
	if r.Expand {
		return next
	}
	return max(next, r.Number+1)
}

// expansions checks what get and list show beside the fields of a resource. claim notes
// that something is used, and whether it is free.
func (v *validator) expansions(path string, r Resource, claim func(at, what, name, field string) bool) {
	for i, f := range r.Fields {
		at := fmt.Sprintf("%s.fields[%d]", path, i)
		if r.Expands() && slices.Contains([]string{ExpandRequest, "get_" + ExpandRequest}, f.Name) {
			v.add(at+".name", fmt.Sprintf("the field name %s is taken: under %s requests name what %s are to show", f.Name, ExpandRequest, r.Naming().Plural()), "choose another name, or remove expand from all fields")
		}
		if !f.Expand || f.Ref == "" || naming.CheckField(f.Name) != nil {
			continue
		}
		name, shown := f.Expanded(), "what "+f.Name+" refers to"
		at += ".expand"
		if name == f.Name || name == "" {
			v.add(at, fmt.Sprintf("%s would be shown as %s, which is the reference itself", shown, f.Name), fmt.Sprintf("call the field %s_id, or remove expand", strings.TrimSuffix(f.Name, "_")))
			continue
		}
		if err := naming.CheckField(name); err != nil {
			v.name(at, "name of what is shown", err)
			continue
		}
		if _, common := commonFields[name]; common || name == r.IDField() || name == ExpandRequest {
			v.add(at, fmt.Sprintf("%s would be shown as %s, a name that is taken", shown, name), "choose another name for the field, or remove expand")
			continue
		}
		if nested := f.Refers().Pascal() + "Info"; slices.ContainsFunc(r.Fields, func(other Field) bool {
			return other.Type == Message && other.Message == nested || other.Type == Enum && other.EnumName() == nested
		}) {
			v.add(at, fmt.Sprintf("%s has a message or an enum called %s, as is what %s shows", r.Name, nested, f.Name), "call that otherwise, or remove expand")
			continue
		}
		if claim(at, "name", name, shown) && claim(at, "Go name", naming.New(name).Pascal(), shown) &&
			claim(at, "JSON name", jsonName(name), shown) && claim(at, "Go name", naming.New("get_"+name).Pascal(), shown) && f.Number != 0 {
			v.number(at, f.ExpandedNumber())
			claim(at, "number", fmt.Sprint(f.ExpandedNumber()), shown)
		}
	}
}

// rings refuses resources that show each other: the file of each would import that of the
// other, which protos cannot.
func (v *validator) rings(resources []Resource) {
	shows := map[string][]string{} // by resource, in what precedes
	var leads func(from, to string, seen map[string]bool) bool
	leads = func(from, to string, seen map[string]bool) bool {
		if from == to {
			return true
		}
		if seen[from] {
			return false
		}
		seen[from] = true
		return slices.ContainsFunc(shows[from], func(next string) bool { return leads(next, to, seen) })
	}
	for i, r := range resources {
		for j, f := range r.Fields {
			if !f.Expand || f.Ref == "" || f.Ref == r.Name {
				continue
			}
			if leads(f.Ref, r.Name, map[string]bool{}) {
				v.add(fmt.Sprintf("resources[%d].fields[%d].expand", i, j),
					fmt.Sprintf("%s shows %s already, perhaps through others, and proto files cannot import each other", f.Ref, r.Name), "remove expand from one of the fields")
				continue
			}
			shows[r.Name] = append(shows[r.Name], f.Ref)
		}
	}
}

// holdExpansions refuses the resource at i if what a field shows would be another resource
// than the one that clients know by its number.
func (f *File) holdExpansions(i int, was *Resource) error {
	for j, field := range f.spec.Resources[i].Fields {
		before := was.Field(field.Name)
		if before == nil || !before.Expand || !field.Expand || before.Ref == field.Ref || f.spec.Resource(before.Ref) == nil {
			continue
		}
		return f.Problem(fmt.Sprintf("resources[%d].fields[%d].ref", i, j),
			fmt.Sprintf("clients know %s of %s as a %s", field.Expanded(), was.Name, before.Ref),
			fmt.Sprintf("write ref: %s, and give what refers to a %s a field of its own", before.Ref, field.Ref))
	}
	return nil
}

// takeExpansionBack drops the reservation of what a field shows that comes back to the
// resource at i.
func (f *File) takeExpansionBack(i int, field Field) error {
	r := f.spec.Resources[i]
	back := slices.IndexFunc(r.Reserved, func(was Reserved) bool { return was.Name == field.Name && was.like(field) })
	if back < 0 || !field.Expand {
		return nil
	}
	shown := slices.IndexFunc(r.Reserved, func(was Reserved) bool { return was.Expand && was.Number == expandedFrom+r.Reserved[back].Number })
	if shown < 0 {
		return nil
	}
	want := f.draft()
	want.Resources[i].Reserved = slices.Delete(want.Resources[i].Reserved, shown, shown+1)
	return f.edit(want, fmt.Sprintf("show %s again", field.Expanded()), func(d *document) error {
		return d.removeItem(fmt.Sprintf("resources[%d].reserved", i), shown)
	})
}
