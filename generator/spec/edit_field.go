package spec

import (
	"fmt"
	"slices"
	"strconv"
)

// AddField appends a field to a resource, with its number: where two branches
// add a field each, a merge must not move either. A number of 0 is filled in. A
// field that was removed and comes back with the same type has its number again.
func (f *File) AddField(resource string, field Field) error {
	i, err := f.resource(resource)
	if err != nil {
		return err
	}
	was := *f
	if err := f.takeExpansionBack(i, field); err != nil {
		return err
	}
	if err := f.addField(i, field); err != nil {
		*f = was
		return err
	}
	return nil
}

func (f *File) addField(i int, field Field) error {
	r := f.spec.Resources[i]
	want := f.draft()
	back := slices.IndexFunc(r.Reserved, func(was Reserved) bool { return was.Name != "" && was.Name == field.Name })
	if back >= 0 && r.Reserved[back].like(field) {
		if field.Number != 0 && field.Number != r.Reserved[back].Number {
			return fmt.Errorf("%s: the field %s had the number %d before it was removed, and clients still know it by that; leave the number out",
				f.name, field.Name, r.Reserved[back].Number)
		}
		field.Number = r.Reserved[back].Number
		want.Resources[i].Reserved = slices.Delete(want.Resources[i].Reserved, back, back+1)
	} else if back >= 0 { // clients know its number by another type
		number := r.Reserved[back]
		number.Name = ""
		want.Resources[i].Reserved = append(slices.Delete(want.Resources[i].Reserved, back, back+1), number)
	}
	want.Resources[i].Fields = append(want.Resources[i].Fields, field)
	added := Defaults(want).Resources[i].Fields[len(r.Fields)]
	want.Resources[i].Fields[len(r.Fields)] = added
	return f.edit(want, fmt.Sprintf("add the field %s to %s", field.Name, r.Name), func(d *document) error {
		if err := d.appendItem(fmt.Sprintf("resources[%d].fields", i), fieldItem(added, true), false); err != nil || back < 0 {
			return err
		}
		list := fmt.Sprintf("resources[%d].reserved", i)
		if r.Reserved[back].like(added) && len(r.Reserved) == 1 {
			return d.removeList(list)
		}
		if err := d.removeItem(list, back); err != nil || r.Reserved[back].like(added) {
			return err
		}
		return d.appendItem(list, reservedItem(want.Resources[i].Reserved[len(r.Reserved)-1]), false)
	})
}

// RemoveField removes a field of a resource, and reserves its number and name.
// The fields behind it keep their numbers.
func (f *File) RemoveField(resource, name string) error {
	i, err := f.resource(resource)
	if err != nil {
		return err
	}
	r := f.spec.Resources[i]
	j := slices.IndexFunc(r.Fields, func(field Field) bool { return field.Name == name })
	if j < 0 {
		return f.missing("field", name, names(r.Fields, func(field Field) string { return field.Name }))
	}
	want := f.draft()
	want.Resources[i].Fields = slices.Delete(want.Resources[i].Fields, j, j+1)
	gone := r.Fields[j].reservations()
	want.Resources[i].Reserved = append(want.Resources[i].Reserved, gone...)
	return f.edit(want, fmt.Sprintf("remove the field %s from %s", name, resource), func(d *document) error {
		if err := d.removeItem(fmt.Sprintf("resources[%d].fields", i), j); err != nil {
			return err
		}
		for _, one := range gone {
			if err := d.appendItem(fmt.Sprintf("resources[%d].reserved", i), reservedItem(one), false); err != nil {
				return err
			}
		}
		return nil
	})
}

// setNumber sets the number of a field of a resource, both by their places.
func (f *File) setNumber(i, j, number int) error {
	want := f.draft()
	want.Resources[i].Fields[j].Number = number
	return f.edit(want, fmt.Sprintf("set the number of the field %s to %d", want.Resources[i].Fields[j].Name, number), func(d *document) error {
		return d.setKey(fmt.Sprintf("resources[%d].fields[%d]", i, j), "number", strconv.Itoa(number))
	})
}

// sinceKey is a key that fields once had: the number of the migration that brings the
// column. Migrations say so themselves.
const sinceKey = "since"

// DropSince removes that key wherever it stands, and reports whether it did anywhere.
func (f *File) DropSince() (dropped bool, err error) {
	d, err := newDocument(f.data)
	if err != nil {
		return false, fmt.Errorf("%s: %w", f.name, err)
	}
	for i, r := range f.spec.Resources {
		for j, field := range r.Fields {
			at := fmt.Sprintf("resources[%d].fields[%d]", i, j)
			if key, _ := d.find(join(at, sinceKey)); key == nil {
				continue
			}
			dropped = true
			what := "remove 'since', which nothing reads any more, from the field " + field.Name
			if err := f.edit(f.draft(), what, func(d *document) error { return d.removeKey(at, sinceKey) }); err != nil {
				return false, err
			}
		}
	}
	return dropped, nil
}
