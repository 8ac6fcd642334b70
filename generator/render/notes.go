package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/schema"
)

// Notes say what becomes of tables and columns that people's API has no use for
// any more, which of its methods REST cannot call, and which marks have no effect: each
// once, when that comes about.
func (r *Rendering) Notes() []string {
	var notes []string
	for _, m := range r.view.Unserved() {
		if !slices.Contains(r.was.Unrouted, m.ID()) {
			notes = append(notes, fmt.Sprintf("%s is not served by REST, since its google.api.http cannot be: %s", m.ID(), m.Unrouted))
		}
	}
	for _, stray := range r.view.foreign.strays {
		if !slices.Contains(r.was.Strays, stray.ID) {
			notes = append(notes, stray.Text)
		}
	}
	var fresh []*Resource
	for _, one := range r.view.Resources {
		for _, column := range one.history.Unseen {
			notes = append(notes, fmt.Sprintf("no migration in %s/%s is seen to bring the column %s, which the table is taken to have: if a new database would lack it, add it by a migration of your own, the next in that folder",
				schema.Folder, one.Snake(), column))
		}
		for _, d := range one.history.Doubts {
			notes = append(notes, fmt.Sprintf("%s/%s/%s mentions %s in SQL that spacegen does not read: if it already adds that column, delete the new migration %04d_add_%s.sql",
				schema.Folder, one.Snake(), d.File, d.Column, d.Since, d.Column))
		}
		if one.Foreign == nil {
			continue
		}
		was := r.was.of(one.Snake(), string(one.Foreign.Message.FullName()))
		if was == nil {
			fresh = append(fresh, one)
			continue
		}
		notes = append(notes, was.renumbered(one)...)
		for _, c := range one.history.Left {
			if !c.Gone {
				notes = append(notes, one.table.Stays(c.Name, string(one.Foreign.Message.FullName()), one.history.Next))
			}
		}
	}
	for _, old := range r.was.Resources {
		if old.Gone || old.Table == "" || r.view.has(old) {
			continue
		}
		alike := slices.DeleteFunc(slices.Clone(fresh), func(one *Resource) bool { return !old.like(one) })
		if len(alike) == 1 {
			notes = append(notes, old.renamed(alike[0], r.view.foreign.tables.Table(old.Table)))
		}
	}
	return notes
}

// Unserved are the methods that a service with a REST server does not answer by REST,
// although they say how.
func (v *View) Unserved() []*Method {
	var methods []*Method
	if !v.REST {
		return nil
	}
	for _, s := range v.APIs() {
		methods = append(methods, slices.DeleteFunc(slices.Clone(s.Methods), func(m *Method) bool { return m.Unrouted == "" })...)
	}
	return methods
}

// Partly are the methods that refuse some fields of their requests, as they are rendered.
func (v *View) Partly() []*Method {
	var methods []*Method
	for _, s := range v.APIs() {
		methods = append(methods, slices.DeleteFunc(slices.Clone(s.Methods), func(m *Method) bool { return len(m.Unwritten) == 0 })...)
	}
	return methods
}

// ID is what the method is called among those of the API.
func (m *Method) ID() string { return m.service.Proto + "." + m.Name }

// has reports whether a recorded table still is one of a resource.
func (v *View) has(old recordedResource) bool {
	return slices.ContainsFunc(v.Resources, func(r *Resource) bool { return r.Snake() == old.Table })
}

// like reports whether a resource has the very fields that a table was made of.
func (was recordedResource) like(r *Resource) bool {
	n := 0
	for _, c := range was.Columns {
		if c.Gone {
			continue
		}
		n++
		if !slices.ContainsFunc(r.Fields, func(f *Field) bool { return f.Number == c.Number && f.Snake() == c.Name && c.Like(f.Field) }) {
			return false
		}
	}
	return n > 0 && n == len(r.Fields)
}

// renamed says how a resource that has another name now comes to its rows.
func (was recordedResource) renamed(r *Resource, old *schema.Table) string {
	var to []string
	for _, f := range r.Fields {
		to = append(to, f.Snake())
	}
	for _, name := range []string{"domain_id", "workspace_id"} {
		if r.Lies(name) && was.ID != name {
			to = append(to, name)
		}
	}
	to = append(to, "created_at", "updated_at")
	columns := `"` + strings.Join(to, `", "`) + `"`
	// All of one folder are applied before those of the next.
	last, next := r.Snake(), r.history.Next
	if was.Table > last {
		last, next = was.Table, max(1, old.Last)+1
	}
	return fmt.Sprintf("%s has the very fields that %s had. If it is the same under another name, its rows are in the table %s still: give the message its name back, or copy them, by a migration %s/%s/%04d_copy_%s.sql, with INSERT INTO %q (%q, %s) SELECT %q, %s FROM %q;",
		r.Foreign.Message.FullName(), was.Message, was.Table, schema.Folder, last, next, was.Table, r.Snake(), r.IDField, columns, was.ID, columns, was.Table)
}

// renumbered says which fields have the column that they had, and a number that no
// field had: that may be meant, but no client can tell.
func (was *recordedResource) renumbered(now *Resource) []string {
	var notes []string
	for _, f := range now.Fields {
		had := slices.IndexFunc(was.Columns, func(c schema.Known) bool { return !c.Gone && c.Name == f.Snake() })
		fresh := !slices.ContainsFunc(was.Columns, func(c schema.Known) bool { return !c.Gone && c.Number == f.Number })
		if had >= 0 && fresh {
			notes = append(notes, fmt.Sprintf("%s of %s has the number %d now, and had %d: clients built before no longer see it, and what they send as %d is ignored",
				f.Snake(), now.Foreign.Message.FullName(), f.Number, was.Columns[had].Number, was.Columns[had].Number))
		}
	}
	return notes
}
