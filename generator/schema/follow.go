package schema

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Known is a column as it was when the repository was rendered last: what no migration
// says of it.
type Known struct {
	Name     string         `yaml:"name"`
	Number   int            `yaml:"number"` // of the proto field
	Type     spec.FieldType `yaml:"type"`
	Repeated bool           `yaml:"repeated,omitempty"`
	Gone     bool           `yaml:"gone,omitempty"` // the field
	Unique   Said           `yaml:"unique,omitempty"`

	Since any `yaml:",omitempty"` // in records of old, instead of in the migrations
}

// Said is whether a field was unique by what was rendered. An index that somebody wrote
// into a migration by hand is his, whatever the field is.
type Said bool

// UnmarshalYAML also reads records of old, which list the migrations that made a column
// unique and took that back, by turns.
func (s *Said) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.SequenceNode {
		*s = len(node.Content)%2 == 1
		return nil
	}
	return node.Decode((*bool)(s))
}

// Like reports whether a field is of the column's type.
func (c Known) Like(f spec.Field) bool { return c.Type == f.Type && c.Repeated == f.Repeated }

// A History is how a table came, and comes, to hold the fields that a resource has.
type History struct {
	Columns []*Column // of each field; those that do not stand yet have the number of their migration
	Renames []Rename
	Named   []Rename // of the table itself
	Left    []Known  // columns whose fields are gone
	Unseen  []string // columns that were there at the last render and that no migration brings
	Doubts  []Doubt  // columns that a migration of yours may bring already
	Next    int      // the number of the migration after all that there are then
}

// A Doubt is a column that comes with the next migration, and may come with another already,
// in words that are not understood.
type Doubt struct {
	Column, File string
	Since        int
}

// A Misfit is why a table cannot follow a field.
type Misfit struct {
	Field int // its place
	Why   string
}

// next is the number of the migration after those that stand.
func (t *Table) next() int { return max(1, t.Last) + 1 }

// Brings gives the columns of a Spec's resource. A field that comes back has its column
// again, and what is new gets a migration after all that there are. last is the resource
// as it was rendered last; nil: it was not, and what does not stand comes with the table.
func (t *Table) Brings(last *spec.Resource, fields []spec.Field) *History {
	h := &History{Renames: slices.Clone(t.Renames), Named: slices.Clone(t.Named), Next: t.next()}
	was := t.rename(h, last, fields)
	for _, f := range fields {
		name := was[f.Name]
		c := t.columns[name]
		switch {
		case c != nil:
			copied := *c
			c = &copied
		case last == nil:
			c = first(f)
		case last.Field(f.Name) != nil || name != f.Naming().Snake():
			c = t.unseen(h, name, f)
		default:
			c = t.bring(h, f)
		}
		h.Columns = append(h.Columns, c)
	}
	for i, f := range fields {
		t.index(h, h.Columns[i], f, was[f.Name])
	}
	return h
}

// rename has the next migrations rename the columns of fields that have other names than
// at the last render, by their numbers, and gives what the columns of all fields are called
// until then.
func (t *Table) rename(h *History, last *spec.Resource, fields []spec.Field) map[string]string {
	was, taken, renames := map[string]string{}, map[string]bool{}, []Rename(nil)
	for name := range t.columns {
		taken[name] = true
	}
	for _, f := range fields {
		name := f.Naming().Snake()
		was[f.Name] = name
		if last == nil || last.Field(f.Name) != nil {
			continue
		}
		i := slices.IndexFunc(last.Fields, func(before spec.Field) bool { return before.Number == f.Number && before.Name != f.Name })
		if i < 0 || t.columns[name] != nil || t.dropped[last.Fields[i].Naming().Snake()] {
			continue // it is new, or a migration of yours renamed or dropped it
		}
		was[f.Name] = last.Fields[i].Naming().Snake()
		renames = append(renames, Rename{From: was[f.Name], To: name})
	}
	for _, r := range inOrder(renames, taken) {
		r.Since = h.Next
		h.Renames = append(h.Renames, r)
		h.Next++
	}
	return was
}

// index has an indexed field's index come with its column, or by the next migration. column
// is what the column is called as the migrations stand.
func (t *Table) index(h *History, c *Column, f spec.Field, column string) {
	if !f.Indexed() {
		return
	}
	since, stands := t.indexes[Index(t.Name, column, "index")]
	switch {
	case stands:
		c.Indexed = since
	case c.Since > t.Last || t.Last == 0:
		c.Indexed = c.Since
	default:
		c.Indexed = h.Next
		h.Next++
	}
}

// first is a column that comes with the table.
func first(f spec.Field) *Column {
	c := &Column{Since: 1}
	if f.Unique {
		c.Unique = []int{1}
	}
	return c
}

// bring is a column that comes with the next migration.
func (t *Table) bring(h *History, f spec.Field) *Column {
	c, name := &Column{Since: h.Next}, f.Naming().Snake()
	if file := t.mayBring(name); file != "" && !t.dropped[name] {
		h.Doubts = append(h.Doubts, Doubt{name, file, h.Next})
	}
	if f.Unique {
		c.Unique = []int{h.Next}
	}
	h.Next++
	return c
}

// unseen is a column that was there at the last render. Migrations may bring it in words
// that are not understood here, and to add it once more would fail.
func (t *Table) unseen(h *History, name string, f spec.Field) *Column {
	if t.Last > 0 {
		h.Unseen = append(h.Unseen, name)
	}
	return first(f)
}

// Follow compares an API's fields with what their table was last made from: what is new
// gets a migration, and so does what is called otherwise now, or is unique now, or no
// more. A proto field is known by its number, and one that comes back by its column's
// name. known is nil if the table was never rendered.
func (t *Table) Follow(known []Known, fields []spec.Field) (*History, *Misfit) {
	if known == nil {
		return t.Brings(nil, fields), nil
	}
	before, left := t.match(known, fields)
	if bad := t.misfit(fields, before, left); bad != nil {
		return nil, bad
	}
	h := &History{Left: left, Named: slices.Clone(t.Named), Renames: slices.Clone(t.Renames), Next: t.next()}
	taken, renames := map[string]bool{}, []Rename(nil)
	for name := range t.columns {
		taken[name] = true
	}
	for _, c := range left {
		taken[c.Name] = true
	}
	for _, f := range fields {
		if c, known := before[f.Number]; known {
			taken[c.Name] = true
			if c.Name != f.Name {
				renames = append(renames, Rename{From: c.Name, To: f.Name})
			}
		}
	}
	for _, r := range inOrder(renames, taken) {
		r.Since = h.Next
		h.Renames = append(h.Renames, r)
		h.Next++
	}
	for _, f := range fields {
		c, known := before[f.Number]
		switch stands := t.columns[c.Name]; {
		case known && stands != nil:
			copied := *stands
			h.Columns = append(h.Columns, &copied)
		case known:
			h.Columns = append(h.Columns, t.unseen(h, c.Name, f))
		default:
			h.Columns = append(h.Columns, t.bring(h, f))
		}
	}
	for i, f := range fields {
		c, was := h.Columns[i], before[f.Number]
		switch {
		case f.Unique == c.IsUnique():
		case !f.Unique && (c.Yours || !bool(was.Unique)):
			c.Unique = c.Unique[:len(c.Unique)-1] // the user's own
		case c.Yours:
		default:
			c.Unique = append(slices.Clone(c.Unique), h.Next)
			h.Next++
		}
	}
	return h, nil
}

// match finds the columns that fields have already, by the fields' numbers, and
// those that are left.
func (t *Table) match(known []Known, fields []spec.Field) (before map[int]Known, left []Known) {
	before = map[int]Known{}
	for _, c := range known {
		c.Name = t.now(c.Name)
		if t.dropped[c.Name] && t.columns[c.Name] == nil {
			continue
		}
		if slices.ContainsFunc(fields, func(f spec.Field) bool { return f.Number == c.Number }) {
			before[c.Number] = c
		} else {
			left = append(left, c)
		}
	}
	for _, f := range fields {
		if _, known := before[f.Number]; known {
			continue
		}
		i := slices.IndexFunc(left, func(c Known) bool { return c.Name == f.Name && c.Like(f) })
		if i >= 0 {
			before[f.Number] = left[i]
			left = slices.Delete(left, i, i+1)
		} else if c := t.columns[f.Name]; c != nil && c.fits(f) && !holds(before, f.Name) {
			before[f.Number] = Known{Name: f.Name, Number: f.Number, Type: f.Type, Repeated: f.Repeated} // people added it
		}
	}
	return before, left
}

// holds reports whether a column is that of a field.
func holds(before map[int]Known, column string) bool {
	for _, c := range before {
		if c.Name == column {
			return true
		}
	}
	return false
}

// misfit finds the first field that the table has no place for.
func (t *Table) misfit(fields []spec.Field, before map[int]Known, left []Known) *Misfit {
	for i, f := range fields {
		c, known := before[f.Number]
		stays := slices.IndexFunc(left, func(c Known) bool { return c.Name == f.Name })
		stands := t.columns[f.Name]
		switch {
		case known && !c.Like(f) && (!c.Gone || c.Name != f.Name):
			return &Misfit{i, fmt.Sprintf("was %s and is %s now: give what is new a name and a number of its own, or clients break as well",
				typeOf(c.Type, c.Repeated), typeOf(f.Type, f.Repeated))}
		case known && !c.Like(f):
		case stays >= 0:
			c = left[stays]
		case stands != nil && !holds(before, f.Name):
			return &Misfit{i, fmt.Sprintf("has no place in its table, to which %s/%s/%s adds a column of that name, %s: take another name, or bring the column along by a migration of your own, the next in that folder",
				Folder, t.Folder, stands.File, stands.Definition)}
		default:
			continue
		}
		return &Misfit{i, fmt.Sprintf("is %s, and its table still has a column of that name, of a field that is gone, which was %s: take another name, or drop the column first, by a migration of your own: %s",
			typeOf(f.Type, f.Repeated), typeOf(c.Type, c.Repeated), t.Dropping(c.Name, t.next()))}
	}
	return nil
}

func typeOf(t spec.FieldType, repeated bool) string {
	if repeated {
		return "a list of " + string(t)
	}
	return string(t)
}

// inOrder gives renames an order in which each new name is free when its turn
// comes. taken are the names of a table's columns. Of columns that swap their
// names, one has another in between.
func inOrder(renames []Rename, taken map[string]bool) []Rename {
	var ordered []Rename
	rename := func(from, to string) {
		taken[from], taken[to] = false, true
		ordered = append(ordered, Rename{From: from, To: to})
	}
	for len(renames) > 0 {
		i := slices.IndexFunc(renames, func(r Rename) bool { return !taken[r.To] })
		if i < 0 {
			aside := renames[0].From + "_aside"
			for taken[aside] || slices.ContainsFunc(renames, func(r Rename) bool { return r.To == aside }) {
				aside += "_aside"
			}
			rename(renames[0].From, aside)
			renames[0].From = aside
			continue
		}
		rename(renames[i].From, renames[i].To)
		renames = slices.Delete(renames, i, i+1)
	}
	return ordered
}
