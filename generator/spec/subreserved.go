package spec

import (
	"fmt"
	"slices"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// reservation gives what a field of a message leaves behind when it is removed.
func (m SubField) reservation() SubReserved {
	return SubReserved{Name: m.Name, Number: m.Number, Type: m.Type, Repeated: m.Repeated}
}

// describe names a type in words.
func (r SubReserved) describe() string {
	return Field{Type: r.Type, Repeated: r.Repeated}.describe()
}

// heldBy reports whether a field can read what was stored for this one.
func (r SubReserved) heldBy(m SubField) bool {
	return r.Repeated == m.Repeated && (r.Type == m.Type || r.Type == Int32 && m.Type == Int)
}

func defaultSubReserved(reserved []SubReserved) []SubReserved {
	reserved = cloned(reserved)
	for i := range reserved {
		if reserved[i].Type == "" {
			reserved[i].Type = String
		}
	}
	return reserved
}

// released are the numbers and names that no other field of the message may have.
func (f Field) released() []SubReserved {
	all := slices.Clone(f.Reserved)
	for _, m := range f.Fields {
		all = append(all, m.reservation())
	}
	return all
}

// subReserved checks what removed fields of a message left behind.
func (v *validator) subReserved(path string, f Field) {
	for i, gone := range f.Reserved {
		at := fmt.Sprintf("%s.reserved[%d]", path, i)
		choice(v, at+".type", "type for a field of a message", gone.Type, SubFieldTypes())
		if gone.Number < 1 || gone.Number > maxNumber {
			v.add(at, fmt.Sprintf("%d is no number that a field can have had", gone.Number), "write the number that the removed field had")
			continue
		}
		if gone.Name != "" && !v.name(at+".name", "field name", naming.CheckField(gone.Name)) {
			continue
		}
		if slices.ContainsFunc(f.Reserved[:i], func(other SubReserved) bool {
			return other.Number == gone.Number || other.Name != "" && other.Name == gone.Name
		}) {
			v.add(at, fmt.Sprintf("%s reserves this twice", f.Name), "remove one of the two")
		}
		for _, m := range f.Fields {
			switch {
			case m.Name == gone.Name:
				v.add(at+".name", fmt.Sprintf("%s has a field %s, and reserves its name", f.Name, gone.Name),
					fmt.Sprintf("to bring the field back, give it number: %d and remove this line; else choose another name", gone.Number))
			case m.Number == gone.Number:
				v.add(at+".number", fmt.Sprintf("the field %s has the number %d, which is reserved", m.Name, gone.Number), "leave its number out; spacegen finds a free one")
			}
		}
	}
}

// holdSubFields refuses numbers that clients know otherwise: of a field that is there still,
// or that the message has had; and types that cannot read what is stored.
func (f *File) holdSubFields(path string, field, was Field) error {
	for i, m := range field.Fields {
		at := fmt.Sprintf("%s.fields[%d]", path, i)
		for _, before := range was.released() {
			switch same := before.Name == m.Name; {
			case same != (before.Number == m.Number) && before.Name == "":
				return f.Problem(at, fmt.Sprintf("the number %d was that of a field of %s that was removed, and clients that still know it would take one for the other", m.Number, was.Name),
					"leave the number out; spacegen finds a free one")
			case same != (before.Number == m.Number):
				return f.Problem(at,
					fmt.Sprintf("clients know %s of %s by the number %d, and %s would have the number %d", before.Name, was.Name, before.Number, m.Name, m.Number),
					"write the number down that each field had, and give a new one a number that none had")
			case same && !before.heldBy(m):
				return f.Problem(at, fmt.Sprintf("rows that are stored, and clients, have %s of %s as %s", m.Name, was.Name, before.describe()),
					"leave its type as it was, and give the new one a name and a number of its own")
			}
		}
	}
	return nil
}

// holdSubReserved reserves what the fields of messages had that are gone.
func (f *File) holdSubReserved(i int, was *Resource) error {
	for j, field := range f.spec.Resources[i].Fields {
		before := was.Field(field.Name)
		if before == nil || before.Type != Message || field.Type != Message {
			continue
		}
		for _, gone := range before.released() {
			now := f.spec.Resources[i].Fields[j]
			if slices.ContainsFunc(now.released(), func(r SubReserved) bool { return r.Number == gone.Number }) {
				continue
			}
			want := f.draft()
			reserved := &want.Resources[i].Fields[j].Reserved
			*reserved = append(slices.Clone(*reserved), gone)
			err := f.edit(want, fmt.Sprintf("reserve the number %d of %s in %s", gone.Number, gone.Name, field.Name), func(d *document) error {
				at := fmt.Sprintf("resources[%d].fields[%d]", i, j)
				if d.length(at+".reserved") > 0 {
					return d.appendItem(at+".reserved", gone.item(), false)
				}
				return d.setKey(at, "reserved", "["+inBrackets(gone.item())+"]")
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// item gives it as an item of a list in YAML, as that of a resource's field is written.
func (r SubReserved) item() string {
	return reservedItem(Reserved{Name: r.Name, Number: r.Number, Type: r.Type, Repeated: r.Repeated})
}
