package schema

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// Meet is what people should know when the migrations of two branches meet, which both go
// on from base. Databases know migrations by their names and apply each once, whatever came
// first, so that none may need what another takes away.
func Meet(base, ours, theirs Migrations) []string {
	var notes []string
	mine, yours := ours.since(base, theirs), theirs.since(base, ours)
	for _, folder := range slices.Sorted(maps.Keys(mine)) {
		if yours[folder] == nil {
			continue
		}
		notes = append(notes, crossed(theirs, yours[folder], "the other branch", ours.gone(folder, mine[folder]))...)
		notes = append(notes, crossed(ours, mine[folder], "this branch", theirs.gone(folder, yours[folder]))...)
		for _, file := range mine[folder] {
			for _, other := range yours[folder] {
				if number, numbered := numberOf(file); numbered {
					if its, _ := numberOf(other); its == number {
						notes = append(notes, SameNumber(file, other))
					}
				}
			}
		}
	}
	return notes
}

// SameNumber says what becomes of two migrations of one table that have the same number.
func SameNumber(one, other string) string {
	first, second := min(one, other), max(one, other)
	return fmt.Sprintf("%s has two migrations of one number, from two branches: a new database applies %s and then %s, and one that has either gets the other when the service starts; leave them their names, by which databases know them",
		path.Join(Folder, path.Dir(first)), path.Base(first), path.Base(second))
}

// Twins are the migrations of the same table and number as one of a name.
func (m Migrations) Twins(file string) []string {
	number, numbered := numberOf(file)
	return slices.DeleteFunc(m.Names(), func(other string) bool {
		its, _ := numberOf(other)
		return !numbered || other == file || its != number || path.Dir(other) != path.Dir(file)
	})
}

// since are the migrations that neither base nor another branch has, by folder.
func (m Migrations) since(base, other Migrations) map[string][]string {
	fresh := map[string][]string{}
	for _, file := range m.Names() {
		_, before := base[file]
		if _, both := other[file]; !before && !both {
			fresh[path.Dir(file)] = append(fresh[path.Dir(file)], file)
		}
	}
	return fresh
}

// gone is what migrations of a folder take away: the name of a table or a column → the
// migration.
func (m Migrations) gone(folder string, fresh []string) map[string]string {
	before := maps.Clone(m)
	maps.DeleteFunc(before, func(file, _ string) bool { return slices.Contains(fresh, file) })
	was, is := before.Table(before.Called(folder)), m.Table(m.Called(folder))
	var names []string
	for name := range was.columns {
		if is.columns[name] == nil {
			names = append(names, name)
		}
	}
	if was.Name != is.Name {
		names = append(names, was.Name)
	}
	by := map[string]string{}
	for _, name := range names {
		i := slices.IndexFunc(fresh, func(file string) bool { return speaks(m[file], name) })
		if i >= 0 {
			by[name] = path.Base(fresh[i])
		}
	}
	return by
}

// crossed says which migrations of a branch speak of what those of the other take away.
func crossed(m Migrations, files []string, branch string, gone map[string]string) []string {
	var notes []string
	for _, file := range files {
		for _, name := range slices.Sorted(maps.Keys(gone)) {
			if speaks(m[file], name) {
				notes = append(notes, fmt.Sprintf("%s, of %s, speaks of %s, which is there no more after %s: a database that has applied the latter refuses the former, and the service does not start on it; abort the merge, take %s back on its branch, and write it anew on top of the other",
					path.Join(Folder, file), branch, name, gone[name], path.Base(file)))
			}
		}
	}
	return notes
}

// speaks reports whether SQL has a name in it, as a word of its own.
func speaks(sql, name string) bool {
	return slices.ContainsFunc(words.FindAllString(sql, -1), func(word string) bool { return strings.EqualFold(word, name) })
}
