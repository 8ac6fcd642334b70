package schema

import (
	"cmp"
	"slices"
	"strings"
)

// A relation is a table, as migrations have made it so far.
type relation struct {
	columns map[string]*Column // by name
	opaque  bool               // it may have others than are seen
}

// A migration changes tables: that of its folder, and others, one of which may take its
// place.
type migration struct {
	*Table
	number int
	file   string
	gone   bool // the table was dropped, or has another name
}

// relation gives a table; nil: no migration of the folder makes one of that name.
func (m *migration) relation(name string) *relation {
	if name == m.Name {
		return &m.Table.relation
	}
	return m.others[name]
}

func (m *migration) statement(r *reader) {
	switch {
	case r.skip("do"):
		m.block(r)
	case r.skip("create", "table"), r.skip("create", "unlogged", "table"):
		m.create(r)
	case r.skip("drop", "table"):
		r.skip("if", "exists")
		for _, item := range r.items() {
			name := item.name()
			m.gone = m.gone || name == m.Name
			delete(m.others, name)
		}
	case r.skip("alter", "table"):
		r.skip("if", "exists")
		r.skip("only")
		name := r.name()
		if r.skip("rename", "to") {
			if to := r.name(); len(m.Named) == 0 || m.Named[len(m.Named)-1] != (Rename{name, to, m.number}) {
				m.rename(name, to)
			}
			return
		}
		if t := m.relation(name); t != nil {
			for _, action := range r.items() {
				m.alter(name, t, action)
			}
		}
	case r.skip("create", "unique", "index"):
		m.makeUnique(r)
	case r.skip("create", "index"):
		r.skip("concurrently")
		r.skip("if", "not", "exists")
		if !r.is("on") {
			m.indexes[r.name()] = m.number
		}
	case r.skip("drop", "index"):
		r.skip("concurrently")
		r.skip("if", "exists")
		for _, item := range r.items() {
			name := item.name()
			delete(m.indexes, name)
			m.each(name, func(c *Column) { c.index = "" })
		}
	case r.skip("alter", "index"):
		r.skip("if", "exists")
		if name := r.name(); r.skip("rename", "to") {
			to := r.name()
			m.each(name, func(c *Column) { c.index = to })
		}
	}
}

// each visits the columns whose values an index holds unique.
func (m *migration) each(index string, visit func(*Column)) {
	if index == "" {
		return
	}
	tables := []*relation{&m.Table.relation}
	for _, t := range m.others {
		tables = append(tables, t)
	}
	for _, t := range tables {
		for _, c := range t.columns {
			if c.index == index {
				visit(c)
			}
		}
	}
}

// block reads what a DO block runs, whatever it makes that depend on. What it runs by
// EXECUTE is not seen.
func (m *migration) block(r *reader) {
	for _, t := range r.tokens {
		body, ok := t.body()
		if !ok {
			continue
		}
		for _, tokens := range statements(body) {
			begin := 0
			for i, t := range tokens {
				if !t.word {
					continue
				}
				switch t.text {
				case "begin", "then", "else", "loop":
					begin = i + 1
				case "execute":
					m.unread = append(m.unread, fragment{m.file, body})
				}
			}
			m.statement(&reader{body, tokens[begin:]})
		}
	}
}

func (m *migration) create(r *reader) {
	r.skip("if", "not", "exists")
	name, t := r.name(), relation{columns: map[string]*Column{}}
	if !r.skip("(") {
		t.opaque = true // AS, or PARTITION OF another
		m.unread = append(m.unread, fragment{m.file, r.rest()})
	} else {
		items := r.items()
		for _, item := range items {
			if item.skip("like") {
				m.like(&t, item.name())
				continue
			}
			if item.constraint() {
				continue
			}
			if column := item.name(); column != "" {
				t.columns[column] = m.column(name, column, item)
			}
		}
		for _, item := range items {
			m.constrain(name, &t, item)
		}
	}
	switch {
	case name != m.Name:
		m.others[name] = &t
	case len(m.columns) == 0 && !m.opaque || m.gone:
		m.become(t)
	}
}

// column is one that a migration defines.
func (m *migration) column(table, name string, r *reader) *Column {
	d := defined(r)
	c := &Column{Since: m.number, File: m.file, Definition: d.String()}
	if d.unique {
		c.index = cmp.Or(d.constraint, Index(table, name, "key"))
	}
	return c
}

// like copies the columns of another table.
func (m *migration) like(t *relation, name string) {
	from := m.relation(name)
	if from == nil {
		t.opaque = true
		return
	}
	t.opaque = t.opaque || from.opaque
	for name, c := range from.columns {
		t.columns[name] = &Column{Since: m.number, File: m.file, Definition: c.Definition, index: c.index}
	}
}

// rename gives a table another name. The table of the folder may go, or come, by it.
func (m *migration) rename(from, to string) {
	t := m.relation(from)
	switch {
	case to == "" || from == to:
	case from == m.Name:
		m.others[to] = &relation{columns: copied(t.columns), opaque: t.opaque}
		m.gone = true
	case to == m.Name && t == nil:
		m.become(relation{columns: map[string]*Column{}, opaque: true})
	case to == m.Name:
		m.become(*t)
		delete(m.others, from)
	case t != nil:
		m.others[to] = t
		delete(m.others, from)
	}
}

func copied(columns map[string]*Column) map[string]*Column {
	all := map[string]*Column{}
	for name, c := range columns {
		one := *c
		all[name] = &one
	}
	return all
}

func (m *migration) alter(table string, t *relation, r *reader) {
	switch {
	case r.skip("add"):
		if r.constraint() {
			m.constrain(table, t, r)
			return
		}
		r.skip("column")
		unlessThere := r.skip("if", "not", "exists")
		name := r.name()
		if name == "" || unlessThere && t.columns[name] != nil {
			return
		}
		t.columns[name] = m.column(table, name, r)
		if table == m.Name {
			delete(m.dropped, name)
		}
	case r.skip("drop", "constraint"):
		r.skip("if", "exists")
		m.each(r.name(), func(c *Column) { c.index = "" })
	case r.skip("drop"):
		r.skip("column")
		r.skip("if", "exists")
		m.remove(table, t, r.name())
	case r.skip("rename", "constraint"):
		if name := r.name(); r.skip("to") {
			to := r.name()
			m.each(name, func(c *Column) { c.index = to })
		}
	case r.skip("rename"):
		r.skip("column")
		from := r.name()
		if c := t.columns[from]; c != nil && r.skip("to") {
			to := r.name()
			delete(t.columns, from)
			t.columns[to] = c
			if table == m.Name {
				delete(m.dropped, to)
				m.Renames = append(m.Renames, Rename{from, to, m.number})
			}
		}
	case r.skip("alter"):
		r.skip("column")
		if c := t.columns[r.name()]; c != nil {
			c.change(r)
		}
	}
}

func (m *migration) remove(table string, t *relation, column string) {
	if table == m.Name {
		m.drop(column)
	} else {
		delete(t.columns, column)
	}
}

// become has the table be another, which was made in its place; columns that it had are
// those that it has.
func (m *migration) become(t relation) {
	m.gone, m.Made = false, m.Made || len(t.columns) > 0
	for name, c := range m.columns {
		switch now := t.columns[name]; {
		case now != nil:
			now.Since, now.File, now.Unique = c.Since, c.File, c.Unique
		case t.opaque:
			t.columns[name] = c
		default:
			m.drop(name)
		}
	}
	for name := range t.columns {
		delete(m.dropped, name)
	}
	m.Table.relation = t
}

// constrain finds the column whose values a constraint of its own holds unique.
func (m *migration) constrain(table string, t *relation, r *reader) {
	name := ""
	if r.skip("constraint") {
		name = r.name()
	}
	if !r.skip("unique") {
		return
	}
	if r.skip("using", "index") {
		index := r.name()
		m.each(index, func(c *Column) { c.index = cmp.Or(name, index) })
		return
	}
	r.skip("nulls", "distinct")
	r.skip("nulls", "not", "distinct")
	if column, c := t.alone(r); c != nil {
		c.index = cmp.Or(name, Index(table, column, "key"))
	}
}

// makeUnique finds the column whose values an index holds unique: in each workspace, or
// all over.
func (m *migration) makeUnique(r *reader) {
	r.skip("concurrently")
	r.skip("if", "not", "exists")
	name := ""
	if !r.is("on") {
		name = r.name()
	}
	if !r.skip("on") {
		return
	}
	r.skip("only")
	table := r.name()
	t := m.relation(table)
	if t == nil {
		return
	}
	if r.skip("using") {
		r.name()
	}
	column, c := t.alone(r)
	if c == nil || !r.onlyOf(column) {
		return
	}
	c.index = cmp.Or(name, Index(table, column, "idx"))
}

// alone takes columns in brackets, and gives the one of which each workspace, or the
// whole table, has each value once; nil if there is no such column.
func (t *relation) alone(r *reader) (string, *Column) {
	if !r.skip("(") {
		return "", nil
	}
	var over []string
	for _, item := range r.items() {
		column := item.name()
		switch {
		case column == "domain_id" || column == "workspace_id":
		case t.columns[column] == nil || len(item.tokens) > 0:
			return "", nil
		default:
			over = append(over, column)
		}
	}
	if len(over) != 1 {
		return "", nil
	}
	return over[0], t.columns[over[0]]
}

// onlyOf reports whether the condition that comes next, if any does, leaves out no rows but
// those in which a column is empty.
func (r *reader) onlyOf(column string) bool {
	for len(r.tokens) > 0 && !r.skip("where") {
		r.tokens = r.tokens[1:]
	}
	if len(r.tokens) == 0 {
		return true
	}
	if r.skip("(") {
		r.tokens = r.items()[0].tokens
	}
	return r.name() == column && slices.Contains([]string{"<> ''", "!= ''", "<> 0", "!= 0", "is not null"}, strings.ToLower(r.rest()))
}
