package schema

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Tables that are made anew, under whatever name they stand in between, in one migration or
// in several.
func TestTablesThatAreMadeAnew(t *testing.T) {
	const first = `CREATE TABLE "region" ("id" TEXT PRIMARY KEY, "name" TEXT, "code" TEXT); CREATE UNIQUE INDEX "region_code_unique" ON "region" ("code") WHERE "code" <> '';`
	const id, name, code = "id 1 TEXT PRIMARY KEY []", "name 1 TEXT []", "code 1 TEXT [1]"
	for what, tt := range map[string]struct {
		second, third string
		want          []string
	}{
		"the old one goes aside": {"ALTER TABLE region RENAME TO was; CREATE TABLE region (id TEXT, a int); DROP TABLE was;", "", []string{"a 2 int []", "id 1 TEXT []"}},
		"and comes back":         {"ALTER TABLE region RENAME TO was; ALTER TABLE was RENAME TO region;", "", []string{code, id, name}},
		"dropped, then altered":  {"DROP TABLE region;", "ALTER TABLE region ADD a int;", []string{"a 3 int []"}},
		"in two migrations":      {"CREATE TABLE r2 (id TEXT, name TEXT, a int);", "DROP TABLE region; ALTER TABLE r2 RENAME TO region;", []string{"a 2 int []", "id 1 TEXT []", "name 1 TEXT []"}},
		"with its index":         {"CREATE TABLE r2 (id TEXT, code TEXT); CREATE UNIQUE INDEX i ON r2 (code); DROP TABLE region; ALTER TABLE r2 RENAME TO region;", "", []string{code, "id 1 TEXT []"}},
		"without its index":      {"CREATE TABLE r2 (id TEXT, code TEXT); DROP TABLE region; ALTER TABLE r2 RENAME TO region;", "", []string{"code 1 TEXT [1 2]", "id 1 TEXT []"}},
		"altered before":         {"CREATE TABLE r2 (LIKE region INCLUDING ALL, b int); ALTER TABLE r2 ADD a int, DROP name; DROP TABLE region; ALTER TABLE r2 RENAME TO region;", "", []string{"a 2 int []", "b 2 int []", code, id}},
		"from a query":           {"CREATE TABLE r2 AS SELECT *, 1 AS a FROM region; DROP TABLE region; ALTER TABLE r2 RENAME TO region;", "", []string{code, id, name}},
		"from what is not known": {"DROP TABLE region; ALTER TABLE theirs RENAME TO region;", "", []string{code, id, name}},
		"like what is not known": {"CREATE TABLE r2 (LIKE theirs); DROP TABLE region; ALTER TABLE r2 RENAME TO region;", "", []string{code, id, name}},
	} {
		t.Run(what, func(t *testing.T) {
			m := Migrations{"region/0001_create.sql": first, "region/0002_ours.sql": tt.second}
			if tt.third != "" {
				m["region/0003_ours.sql"] = tt.third
			}
			assert.ElementsMatch(t, tt.want, told(m.Table("region")))
		})
	}
}

func told(table *Table) (columns []string) {
	for name, c := range table.columns {
		columns = append(columns, fmt.Sprintf("%s %d %s %v", name, c.Since, c.Definition, c.Unique))
	}
	return columns
}

// What one dialect or the other has of its own.
func TestDialects(t *testing.T) {
	for sql, want := range map[string]string{
		"ALTER TABLE [region] ADD COLUMN `a` TEXT":                                                                        "a 2 TEXT []",
		"ALTER TABLE region ADD a int[] DEFAULT (array[1,2])[x:1]":                                                        "a 2 int[] DEFAULT (array[1,2])[x:1] []",
		`INSERT INTO notes VALUES (E'it\'s; '); ALTER TABLE region ADD a int`:                                             "a 2 int []",
		"/* a /* comment */ ALTER TABLE region ADD b int; */ ALTER TABLE region ADD a int":                                "a 2 int []",
		"DO $$ BEGIN IF NOT EXISTS (SELECT 1) THEN ALTER TABLE region ADD a int; END IF; END $$;":                         "a 2 int []",
		"DO LANGUAGE plpgsql 'BEGIN ALTER TABLE region ADD a int DEFAULT ''''; END'":                                      "a 2 int DEFAULT '' []",
		"ALTER TABLE region ADD a int UNIQUE":                                                                             "a 2 int [2]",
		"ALTER TABLE region ADD a int; ALTER TABLE region ADD UNIQUE (a)":                                                 "a 2 int [2]",
		"ALTER TABLE region ADD a int CONSTRAINT u UNIQUE; ALTER TABLE region DROP CONSTRAINT u":                          "a 2 int []",
		"ALTER TABLE region ADD a int; CREATE UNIQUE INDEX ON region (a)":                                                 "a 2 int [2]",
		"ALTER TABLE region ADD a int; CREATE UNIQUE INDEX ON region (a) WHERE (a IS NOT NULL)":                           "a 2 int [2]",
		"ALTER TABLE region ADD a int; CREATE UNIQUE INDEX ON region (a) WHERE state = 'on'":                              "a 2 int []",
		"ALTER TABLE region ADD a int; CREATE UNIQUE INDEX ON region (a) WHERE a <> 0 AND id <> ''":                       "a 2 int []",
		"ALTER TABLE region ADD a int; ALTER TABLE region ALTER a SET DEFAULT 0, ALTER COLUMN a SET NOT NULL":             "a 2 int NOT NULL DEFAULT 0 []",
		"ALTER TABLE region ADD a int NOT NULL DEFAULT 0; ALTER TABLE region ALTER a DROP NOT NULL, ALTER a DROP DEFAULT": "a 2 int []",
	} {
		table := Migrations{"region/0001_create.sql": "CREATE TABLE region (id TEXT);", "region/0002_ours.sql": sql}.Table("region")
		assert.ElementsMatch(t, []string{"id 1 TEXT []", want}, told(table), sql)
	}
}

// A column is a field's in whatever words it is defined.
func TestFits(t *testing.T) {
	for definition, field := range map[string]spec.Field{
		"text not null default ''":                    {},
		"TEXT DEFAULT ''::text NOT NULL":              {},
		"character varying NOT NULL DEFAULT ('')":     {Type: spec.Enum},
		"int8 default 0 not null":                     {Type: spec.Int},
		"float8 NOT NULL DEFAULT 0":                   {Type: spec.Double},
		"bool not null default false":                 {Type: spec.Bool},
		"Timestamp  With Time Zone NULL DEFAULT NULL": {Type: spec.Timestamp},
		"jsonb": {Type: spec.Struct},
	} {
		assert.True(t, (&Column{Definition: definition}).fits(field), definition)
	}
	for definition, field := range map[string]spec.Field{
		"TEXT":                                {},
		"TEXT NOT NULL DEFAULT 'X'":           {},
		"VARCHAR(20) NOT NULL DEFAULT ''":     {},
		"TEXT NOT NULL DEFAULT '' CHECK (id)": {},
		"INTEGER NOT NULL DEFAULT 0":          {Type: spec.Int},
		"BIGINT NOT NULL DEFAULT 1":           {Type: spec.Int},
		"JSON":                                {Type: spec.Struct},
		"TIMESTAMP":                           {Type: spec.Timestamp},
	} {
		assert.False(t, (&Column{Definition: definition}).fits(field), definition)
	}
}
