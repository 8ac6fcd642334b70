package spec

import (
	"fmt"
	"slices"
	"strings"
)

// HoldNumbers compares the text with old, the Spec that the repository was rendered from
// last, and writes down what clients and tables depend on: numbers that fields
// had by their place, numbers and names of fields that are gone. A number that was
// given to another field, or changed, is refused with its place.
func (f *File) HoldNumbers(old *Spec) error {
	for i := range f.spec.Resources {
		was := old.Resource(f.spec.Resources[i].Name)
		if was == nil {
			continue
		}
		if err := f.holdNumbers(i, was); err != nil {
			return err
		}
		if err := f.holdExpansions(i, was); err != nil {
			return err
		}
		if err := f.holdFields(i, was); err != nil {
			return err
		}
		if err := f.holdReserved(i, was); err != nil {
			return err
		}
		if err := f.holdSubReserved(i, was); err != nil {
			return err
		}
	}
	return nil
}

// holdNumbers refuses the resource at i if the text says another number for a field,
// or by its place for an enum value, than the one that clients know it by.
func (f *File) holdNumbers(i int, was *Resource) error {
	for j, field := range f.spec.Resources[i].Fields {
		before := was.Field(field.Name)
		if before == nil || before.Type != Enum || field.Type != Enum {
			continue
		}
		for k, value := range before.Values {
			if k < len(field.Values) && field.Values[k] == value {
				continue
			}
			return f.Problem(fmt.Sprintf("resources[%d].fields[%d].values", i, j),
				fmt.Sprintf("clients know the value %s of the enum %s by its place, which is %d", value, field.Name, k+1),
				"keep the values as they were, ["+strings.Join(before.Values, ", ")+"], and add new ones behind them")
		}
	}
	for j, field := range f.spec.Resources[i].Fields {
		if before := was.Field(field.Name); before != nil {
			if err := f.holdSubFields(fmt.Sprintf("resources[%d].fields[%d]", i, j), field, *before); err != nil {
				return err
			}
		}
	}
	for j, field := range f.draft().Resources[i].Fields {
		if field.Number == 0 {
			continue
		}
		at := fmt.Sprintf("resources[%d].fields[%d].number", i, j)
		if before := was.Field(field.Name); before != nil && before.Number != field.Number {
			return f.Problem(at, fmt.Sprintf("the field %s has the number %d, and clients know it by that; %d would break them", field.Name, before.Number, field.Number),
				fmt.Sprintf("write number: %d", before.Number))
		}
		for _, gone := range was.released() {
			if gone.Number != field.Number {
				continue
			}
			if before := was.Field(gone.Name); before != nil && gone.Name != field.Name && f.spec.Resources[i].Field(gone.Name) == nil && gone.like(f.spec.Resources[i].Fields[j]) {
				return f.Problem(at, fmt.Sprintf("the number %d is that of the field %s, and code and tables know it by that name", field.Number, gone.Name),
					fmt.Sprintf("if %s is the same field under another name, write %s again and run 'spacegen rename field %s %s %s'; if it is another field, leave the number out", field.Name, gone.Name, was.Name, gone.Name, field.Name))
			}
			if gone.Name != field.Name || !gone.like(f.spec.Resources[i].Fields[j]) {
				return f.Problem(at, fmt.Sprintf("the number %d was that of %s, and clients that still know it would take one for the other", field.Number, gone.describe()),
					"leave the number out; spacegen finds a free one")
			}
		}
	}
	return nil
}

// released gives all that clients may know of a resource by its number.
func (r *Resource) released() []Reserved {
	all := slices.Clone(r.Reserved)
	for _, f := range r.Fields {
		all = append(all, f.reservations()...)
	}
	return all
}

// holdFields writes the numbers of the fields of the resource at i where they would not
// be what they were, and those of new ones.
func (f *File) holdFields(i int, was *Resource) error {
	written := f.draft().Resources[i].Fields
	next := 2
	for _, field := range slices.Concat(was.Fields, written) {
		next = max(next, field.Number+1)
	}
	for _, gone := range slices.Concat(was.Reserved, f.spec.Resources[i].Reserved) {
		next = gone.after(next)
	}
	for j, said := range written {
		field := f.spec.Resources[i].Fields[j]
		if said.Number != 0 {
			continue
		}
		var number int
		if before := was.Field(field.Name); before != nil {
			number = before.Number
			if number == field.Number {
				continue
			}
		} else {
			number = afterReserved(next)
			next = number + 1
		}
		if err := f.setNumber(i, j, number); err != nil {
			return err
		}
	}
	return nil
}

// holdReserved reserves what the fields of the resource at i had that are gone.
func (f *File) holdReserved(i int, was *Resource) error {
	for _, gone := range was.released() {
		now := f.spec.Resources[i]
		if slices.ContainsFunc(now.Fields, func(field Field) bool { return field.numbered(gone.Number) }) ||
			slices.ContainsFunc(now.Reserved, func(r Reserved) bool { return r.Number == gone.Number }) {
			continue
		}
		if now.Field(gone.Name) != nil { // another type has the name
			gone.Name = ""
		}
		want := f.draft()
		want.Resources[i].Reserved = append(want.Resources[i].Reserved, gone)
		err := f.edit(want, fmt.Sprintf("reserve the number %d of %s", gone.Number, now.Name), func(d *document) error {
			return d.appendItem(fmt.Sprintf("resources[%d].reserved", i), reservedItem(gone), false)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
