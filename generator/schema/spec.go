package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Definition is that of a field's column, understood by every engine. Rows that there are
// already have the field's default, so that no enum is without a value.
func Definition(f spec.Field) string {
	if f.Repeated {
		return "JSONB"
	}
	switch f.Type {
	case spec.Int, spec.Duration:
		return "BIGINT NOT NULL DEFAULT " + value(f, "0")
	case spec.Int32:
		return "INTEGER NOT NULL DEFAULT " + value(f, "0")
	case spec.Double:
		return "DOUBLE PRECISION NOT NULL DEFAULT " + value(f, "0")
	case spec.Decimal:
		return "NUMERIC NOT NULL DEFAULT " + value(f, "0")
	case spec.Bool:
		return "BOOLEAN NOT NULL DEFAULT " + value(f, "FALSE")
	case spec.JSON, spec.Struct, spec.Money, spec.Message:
		return "JSONB"
	case spec.Timestamp:
		return "TIMESTAMPTZ"
	case spec.Date:
		return "DATE"
	case spec.Bytes:
		return "BYTEA"
	case spec.String, spec.Enum:
	}
	return "TEXT NOT NULL DEFAULT " + value(f, "''")
}

// value is a field's default in SQL, or what a field without one has.
func value(f spec.Field, otherwise string) string {
	switch {
	case f.Default == "":
		return otherwise
	case f.Type == spec.Duration:
		d, _ := time.ParseDuration(string(f.Default)) // it was validated
		return strconv.FormatInt(int64(d), 10)
	case f.Type == spec.Bool:
		return strings.ToUpper(string(f.Default))
	case f.Numeric():
		return string(f.Default)
	default:
		return "'" + strings.ReplaceAll(string(f.Default), "'", "''") + "'"
	}
}

// Hold holds a Spec to what the repository is already: its kind, and its fields to the
// columns that fields before them have left. old is the Spec of the last render; renamed are
// tables that get another name now, new → old.
func (m Migrations) Hold(file *spec.File, old *spec.Spec, renamed map[string]string) error {
	now := file.Spec()
	if now.Kind != old.Kind {
		return file.Problem("kind", fmt.Sprintf("the repository is a %s, and stays one", old.Kind),
			fmt.Sprintf("write kind: %s; 'spacegen new NAME --kind %s' makes another repository", old.Kind, now.Kind))
	}
	if !old.HasDatabase() || !now.HasDatabase() {
		return nil
	}
	for i := range now.Resources {
		was := old.Resource(now.Resources[i].Name)
		if was == nil {
			if err := m.free(file, i, renamed); err != nil {
				return err
			}
			continue
		}
		t := m.Table(now.Resources[i].Naming().Snake())
		for j, f := range now.Resources[i].Fields {
			c := t.columns[f.Naming().Snake()]
			if c == nil || was.Field(f.Name) != nil || c.fits(f) && c.IsUnique() == f.Unique {
				continue
			}
			is, wants := c.Definition, Definition(f)
			if c.IsUnique() {
				is += ", unique"
			}
			if f.Unique {
				wants += ", unique"
			}
			name := f.Naming().Snake()
			return file.Problem(fmt.Sprintf("resources[%d].fields[%d]", i, j),
				fmt.Sprintf("the table %s already has a column %s, from %s: it is %s, and the field needs %s", t.Name, name, c.File, is, wants),
				"take another name, or change the column by a migration of your own, or drop it: "+t.Dropping(name, t.next()))
		}
	}
	return nil
}

// free refuses a name for a table whose migrations would stand among those of another.
func (m Migrations) free(file *spec.File, i int, renamed map[string]string) error {
	r := file.Spec().Resources[i]
	name, at := r.Naming().Snake(), fmt.Sprintf("resources[%d].name", i)
	if now, was := m.Former(name); was && renamed[name] != now {
		return file.Problem(at, fmt.Sprintf("the migrations in %s/%s are those of the table %s, which was called %s before it was renamed; a new table %s has no place there", Folder, name, now, name, name),
			"call the resource otherwise")
	}
	if _, gets := renamed[name]; gets && m.Table(name).Last > 0 {
		return file.Problem(at, fmt.Sprintf("migrations of a table %s stand in %s/%s, from a resource that was removed, and databases may have it", name, Folder, m.Table(name).Folder),
			"choose another name")
	}
	return nil
}

// LeftBehind says which columns stay though their fields are gone, and which indexes though
// no field asks for them.
func (m Migrations) LeftBehind(before, after *spec.Spec) []string {
	if before == nil || !before.HasDatabase() || !after.HasDatabase() {
		return nil
	}
	var notes []string
	for i := range before.Resources {
		was := &before.Resources[i]
		now := after.Resource(was.Name)
		if now == nil {
			continue
		}
		t := m.Table(was.Naming().Snake())
		for _, f := range was.Fields {
			called := slices.ContainsFunc(now.Fields, func(other spec.Field) bool { return other.Number == f.Number }) // otherwise now
			if name := f.Naming().Snake(); t.columns[name] != nil && now.Field(f.Name) == nil && !called {
				notes = append(notes, t.Stays(name, was.Name, t.next()))
			}
			if field := now.Field(f.Name); field != nil && f.Indexed() && !field.Indexed() {
				if note := t.keepsIndex(f.Naming().Snake()); note != "" {
					notes = append(notes, note)
				}
			}
		}
	}
	return notes
}

// Retyped says which columns a Spec wants otherwise than the one before: a migration
// that was written stays, and nobody but people knows what becomes of the values.
func (m Migrations) Retyped(before, after *spec.Spec) []string {
	if before == nil || !before.HasDatabase() || !after.HasDatabase() {
		return nil
	}
	var notes []string
	for i := range after.Resources {
		r := &after.Resources[i]
		was := before.Resource(r.Name)
		if was == nil {
			continue
		}
		for _, now := range r.Fields {
			old := was.Field(now.Name)
			if old == nil || columnOf(*old) == columnOf(now) {
				continue
			}
			notes = append(notes, fmt.Sprintf("%s: the field %s of %s was %s and is %s, and its column stays as it was: bring the table along by a migration of your own, the next in %s/%s, or take this change back",
				spec.FileName, now.Name, r.Name, columnOf(*old), columnOf(now), Folder, m.Table(r.Naming().Snake()).Folder))
		}
	}
	return notes
}

// columnOf is what a field says of its column. An enum is kept as text.
func columnOf(f spec.Field) string {
	kind := string(f.Type)
	if f.Type == spec.Enum {
		kind = string(spec.String)
	}
	if f.Repeated {
		kind = "a list of " + kind
	}
	if f.Unique {
		kind += ", unique"
	}
	return kind
}
