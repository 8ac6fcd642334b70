package schema

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestTable: what people write in migrations of their own is understood.
func TestTable(t *testing.T) {
	const (
		first = `CREATE TABLE IF NOT EXISTS public.region (id text PRIMARY KEY, "name" TEXT DEFAULT 'a, "b" (c)',
			price NUMERIC(10,  2), PRIMARY KEY (id), CONSTRAINT x CHECK (price > 0)); -- , "gone" TEXT`
		id, name, price = "id 1 text PRIMARY KEY []", `name 1 TEXT DEFAULT 'a, "b" (c)' []`, "price 1 NUMERIC(10, 2) []"
	)
	for what, tt := range map[string]struct {
		second string
		want   []string
	}{
		"nothing":             {"", []string{id, name, price}},
		"comments":            {"-- ALTER TABLE region DROP COLUMN name;\n/* ALTER TABLE region\nADD a int; */", []string{id, name, price}},
		"texts":               {"INSERT INTO notes VALUES ('it''s; ALTER TABLE region ADD a int;');", []string{id, name, price}},
		"between dollars":     {"CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $f$ ; EXECUTE $q$ a; ALTER TABLE region ADD a int; $q$; $f$", []string{id, name, price}},
		"another table":       {"ALTER TABLE zone ADD COLUMN a int; CREATE TABLE zone (b int);", []string{id, name, price}},
		"many at once":        {"Alter Table Only \"region\"\r\n ADD a int, DROP COLUMN IF EXISTS price CASCADE,\r\n ADD COLUMN b TEXT", []string{"a 2 int []", "b 2 TEXT []", id, name}},
		"constraints":         {"ALTER TABLE region ADD CONSTRAINT c CHECK (price > 0), ADD UNIQUE (name, price), DROP CONSTRAINT x", []string{id, name, price}},
		"there already":       {"ALTER TABLE region ADD COLUMN IF NOT EXISTS price int", []string{id, name, price}},
		"another type":        {"ALTER TABLE region ALTER COLUMN name TYPE JSONB USING name::jsonb, ALTER price SET DATA TYPE int", []string{id, `name 1 JSONB DEFAULT 'a, "b" (c)' []`, "price 1 int []"}},
		"another name":        {"ALTER TABLE region RENAME COLUMN price TO cost", []string{"cost 1 NUMERIC(10, 2) []", id, name}},
		"unique":              {"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON region USING btree (domain_id, price)", []string{id, name, "price 1 NUMERIC(10, 2) [2]"}},
		"unique together":     {"CREATE UNIQUE INDEX i ON region (name, price); CREATE UNIQUE INDEX j ON region (lower(name))", []string{id, name, price}},
		"unique for a moment": {"CREATE UNIQUE INDEX i ON region (name); ALTER INDEX i RENAME TO j; DROP INDEX IF EXISTS j;", []string{id, name, price}},
		"made anew":           {"CREATE TABLE other (id TEXT, price JSONB, a int); INSERT INTO other SELECT 1; DROP TABLE region; ALTER TABLE other RENAME TO region;", []string{"a 2 int []", "id 1 TEXT []", "price 1 JSONB []"}},
		"dropped":             {"DROP TABLE IF EXISTS region", nil},
		"dropped, and back":   {"DROP TABLE zone, region; CREATE TABLE region (id int)", []string{"id 1 int []"}},
		"not understood":      {"CREATE; ALTER TABLE; ALTER TABLE region ADD; ALTER TABLE region RENAME; ) ( \" ' $$ CREATE UNIQUE INDEX", []string{id, name, price}},
	} {
		t.Run(what, func(t *testing.T) {
			table := Migrations{"region/0001_create.sql": first, "region/0002_ours.sql": tt.second, "region/notes.sql": "DROP TABLE region", "zone/0003_x.sql": "DROP TABLE region"}.Table("region")
			assert.Equal(t, 2, table.Last)
			var got []string
			for _, name := range slices.Sorted(maps.Keys(table.columns)) {
				c := table.Column(name)
				got = append(got, fmt.Sprintf("%s %d %s %v", name, c.Since, c.Definition, c.Unique))
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

// A migration of people's is not rendered once more, be it under another number.
func TestRenders(t *testing.T) {
	table := Migrations{"region/0001_create.sql": "", "region/0002_ours.sql": "", "region/0003_add_code.sql": ""}.Table("region")
	assert.True(t, table.Renders(3, "0003_add_code.sql"))
	assert.True(t, table.Renders(4, "0004_add_zone.sql"))
	assert.False(t, table.Renders(2, "0002_add_zone.sql"))
}

func TestIndexNamesAreShortAndTellApart(t *testing.T) {
	assert.Equal(t, "region_code_unique", Index("region", "code", "unique"))
	long := "a_table_with_a_name_that_is_as_long_as_it_may_be_by_far"
	one, other := Index(long, "and_a_column_1"), Index(long, "and_a_column_2")
	assert.Len(t, one, maxIdentifier)
	assert.NotEqual(t, one, other)
	assert.Equal(t, one, Index(long, "and_a_column_1"))
}
