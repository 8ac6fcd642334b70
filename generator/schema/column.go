package schema

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A definition is what a column is.
type definition struct {
	kind       string
	notNull    bool
	value      string // that it has by default
	more       string // whatever else is said of it
	unique     bool
	constraint string // the name of the constraint that holds it so
}

// clauses are the words by which one thing more is said of a column.
func clauses() []string {
	return []string{"not", "null", "default", "unique", "primary", "check", "references", "collate", "generated", "as", "constraint"}
}

// defined reads the definition of a column, but for its name.
func defined(r *reader) definition {
	d := definition{kind: r.clause()}
	for len(r.tokens) > 0 {
		switch {
		case r.skip("not", "null"):
			d.notNull = true
		case r.skip("null"):
		case r.skip("default"):
			d.value = r.value()
		case r.skip("unique"):
			d.unique = true
			r.skip("nulls", "distinct")
			r.skip("nulls", "not", "distinct")
		case r.skip("constraint"):
			name := r.name()
			if r.is("unique") {
				d.constraint = name
			}
		default:
			d.more = strings.TrimSpace(d.more + " " + r.value())
		}
	}
	return d
}

// clause takes what comes before the next clause.
func (r *reader) clause() string {
	depth := 0
	for i, t := range r.tokens {
		switch {
		case t.text == "(":
			depth++
		case t.text == ")":
			depth--
		case depth == 0 && t.word && slices.Contains(clauses(), t.text):
			taken := &reader{r.sql, r.tokens[:i]}
			r.tokens = r.tokens[i:]
			return taken.rest()
		}
	}
	all := r.rest()
	r.tokens = nil
	return all
}

// value takes what comes before the next clause, and at least one word.
func (r *reader) value() string {
	if len(r.tokens) == 0 {
		return ""
	}
	first := &reader{r.sql, r.tokens[:1]}
	if first.is("(") { // the clauses in brackets are passed
		return r.clause()
	}
	from := r.tokens[0].start
	r.tokens = r.tokens[1:]
	rest := r.clause()
	if rest == "" {
		return first.rest()
	}
	between := ""
	if at := first.tokens[0].end; strings.HasPrefix(r.sql[at:], " ") || strings.HasPrefix(r.sql[at:], "\n") || strings.HasPrefix(r.sql[at:], "\t") {
		between = " "
	}
	return r.sql[from:first.tokens[0].end] + between + rest
}

func (d definition) String() string {
	parts := []string{d.kind}
	if d.notNull {
		parts = append(parts, "NOT NULL")
	}
	if d.value != "" {
		parts = append(parts, "DEFAULT "+d.value)
	}
	if d.more != "" {
		parts = append(parts, d.more)
	}
	return strings.Join(parts, " ")
}

// plain gives a definition that is the same as another's if the two say the same.
func (d definition) plain() definition {
	d.unique, d.constraint = false, "" // an index is looked at apart
	d.kind = strings.ToLower(d.kind)
	d.kind = cmp.Or(map[string]string{
		"varchar": "text", "character varying": "text",
		"int8":   "bigint",
		"float8": "double precision", "float": "double precision",
		"bool":                     "boolean",
		"timestamp with time zone": "timestamptz",
	}[d.kind], d.kind)
	d.value, _, _ = strings.Cut(d.value, "::")
	d.value = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(d.value, "("), ")"))
	if !strings.HasPrefix(d.value, "'") {
		d.value = strings.ToLower(d.value)
	}
	if d.value == "null" {
		d.value = ""
	}
	return d
}

func parsed(text string) definition { return defined(&reader{text, statements(text)[0]}) }

// fits reports whether the column is as a field's would be, in whatever words.
func (c *Column) fits(f spec.Field) bool {
	return parsed(c.Definition).plain() == parsed(Definition(f)).plain()
}

// change has the column be as ALTER COLUMN says.
func (c *Column) change(r *reader) {
	d := parsed(c.Definition)
	switch {
	case r.skip("set", "not", "null"):
		d.notNull = true
	case r.skip("drop", "not", "null"):
		d.notNull = false
	case r.skip("set", "default"):
		d.value = r.rest()
	case r.skip("drop", "default"):
		d.value = ""
	case r.skip("set", "data", "type"), r.skip("type"):
		for i, t := range r.tokens {
			if t.word && t.text == "using" {
				r.tokens = r.tokens[:i]
				break
			}
		}
		d.kind = r.rest()
	}
	c.Definition = d.String()
}
