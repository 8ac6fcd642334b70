package schema

import "slices"

// A migration changes a table.
type migration struct {
	*Table
	number int
	file   string
	aside  map[string]map[string]*Column // other tables: one of them may take its place
	gone   bool                          // the table was dropped
}

func (m *migration) statement(r *reader) {
	switch {
	case r.skip("create", "table"):
		r.skip("if", "not", "exists")
		name, columns := r.name(), map[string]*Column{}
		if !r.skip("(") {
			return
		}
		for _, item := range r.items() {
			if item.constraint() {
				continue
			}
			if column := item.name(); column != "" {
				columns[column] = &Column{Since: m.number, File: m.file, Definition: item.rest()}
			}
		}
		if name != m.Name {
			m.aside[name] = columns
		} else if len(m.columns) == 0 || m.gone {
			m.become(columns)
		}
	case r.skip("drop", "table"):
		r.skip("if", "exists")
		for _, item := range r.items() {
			m.gone = m.gone || item.name() == m.Name
		}
	case r.skip("alter", "table"):
		r.skip("if", "exists")
		r.skip("only")
		name := r.name()
		if columns, made := m.aside[name]; made && r.skip("rename", "to") && r.name() == m.Name {
			m.become(columns)
		}
		for _, action := range r.items() {
			if name == m.Name {
				m.alter(action)
			}
		}
	case r.skip("create", "unique", "index"):
		m.makeUnique(r)
	case r.skip("drop", "index"):
		r.skip("concurrently")
		r.skip("if", "exists")
		for _, item := range r.items() {
			name := item.name()
			for _, c := range m.columns {
				if c.index == name {
					c.index = ""
				}
			}
		}
	case r.skip("alter", "index"):
		r.skip("if", "exists")
		if name := r.name(); r.skip("rename", "to") {
			to := r.name()
			for _, c := range m.columns {
				if c.index == name {
					c.index = to
				}
			}
		}
	}
}

func (m *migration) alter(r *reader) {
	switch {
	case r.skip("add"):
		if r.constraint() {
			return
		}
		r.skip("column")
		unlessThere := r.skip("if", "not", "exists")
		name := r.name()
		if name == "" || unlessThere && m.columns[name] != nil {
			return
		}
		m.columns[name] = &Column{Since: m.number, File: m.file, Definition: r.rest()}
		delete(m.dropped, name)
	case r.skip("drop"):
		if r.constraint() {
			return
		}
		r.skip("column")
		r.skip("if", "exists")
		m.drop(r.name())
	case r.skip("rename"):
		if r.is("to") || r.constraint() {
			return
		}
		r.skip("column")
		from := r.name()
		if c := m.columns[from]; c != nil && r.skip("to") {
			to := r.name()
			delete(m.columns, from)
			delete(m.dropped, to)
			m.columns[to] = c
			m.Renames = append(m.Renames, Rename{from, to, m.number})
		}
	case r.skip("alter"):
		r.skip("column")
		c := m.columns[r.name()]
		r.skip("set", "data")
		if c != nil && r.skip("type") {
			c.retype(r)
		}
	}
}

// retype gives the column another type. What its definition says beside it stays.
func (c *Column) retype(r *reader) {
	before := statements(c.Definition)[0]
	words := []string{"not", "null", "default"}
	for i, t := range r.tokens {
		if t.word && t.text == "using" {
			r.tokens = r.tokens[:i]
			break
		}
	}
	is := r.rest()
	for _, t := range before {
		if t.word && slices.Contains(words, t.text) {
			is += " " + c.Definition[t.start:]
			break
		}
	}
	c.Definition = is
}

// become has the table be another, which was made in its place; columns that it had are
// those that it has.
func (m *migration) become(columns map[string]*Column) {
	m.gone = false
	for name, c := range m.columns {
		if now := columns[name]; now != nil {
			now.Since, now.File, now.Unique = c.Since, c.File, c.Unique
		} else {
			m.drop(name)
		}
	}
	m.columns = columns
}

// makeUnique finds the column whose values an index holds unique: in each workspace, or
// all over.
func (m *migration) makeUnique(r *reader) {
	r.skip("concurrently")
	r.skip("if", "not", "exists")
	name := r.name()
	if !r.skip("on") {
		return
	}
	r.skip("only")
	if r.name() != m.Name {
		return
	}
	if r.skip("using") {
		r.name()
	}
	if !r.skip("(") {
		return
	}
	var over []*Column
	for _, item := range r.items() {
		column := item.name()
		switch {
		case column == "domain_id" || column == "workspace_id":
		case m.columns[column] == nil || len(item.tokens) > 0:
			return
		default:
			over = append(over, m.columns[column])
		}
	}
	if len(over) == 1 {
		over[0].index = name
	}
}
