package schema

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

const create = "region/0001_create.sql"

func text(number int, name string) spec.Field {
	return spec.Field{Number: number, Name: name, Type: spec.String}
}

func unique(f spec.Field) spec.Field {
	f.Unique = true
	return f
}

func known(number int, name string) Known {
	return Known{Number: number, Name: name, Type: spec.String}
}

// A table follows the fields of a proto: what is known by its number keeps its column,
// what is new or called otherwise gets a migration after all that there are.
func TestFollow(t *testing.T) {
	both := []Known{known(2, "name"), known(3, "code")}
	stand := func(more ...string) Migrations {
		m := Migrations{
			create:                     `CREATE TABLE "region" ("name" TEXT NOT NULL DEFAULT '');`,
			"region/0002_add_code.sql": `ALTER TABLE "region" ADD COLUMN "code" TEXT NOT NULL DEFAULT '';`,
		}
		for i := 0; i < len(more); i += 2 {
			m["region/"+more[i]] = more[i+1]
		}
		return m
	}
	for _, tt := range []struct {
		name    string
		known   []Known
		fields  []spec.Field
		stand   Migrations
		since   []int
		renames []Rename
		unique  map[string][]int
		left    []string
		unseen  []string
		doubts  []Doubt
	}{
		{
			name: "a new table", fields: []spec.Field{unique(text(2, "name"))},
			since: []int{1}, unique: map[string][]int{"name": {1}},
		},
		{
			name: "nothing changed", known: both, stand: stand(), fields: []spec.Field{text(2, "name"), text(3, "code")},
			since: []int{1, 2},
		},
		{
			name: "a new field comes after the last migration", known: both, stand: stand(), fields: []spec.Field{text(2, "name"), text(3, "code"), text(4, "zone")},
			since: []int{1, 2, 3},
		},
		{
			name: "and after those of the user", known: both, fields: []spec.Field{text(2, "name"), text(3, "code"), text(4, "zone")},
			stand: stand("0009_mine.sql", "ANALYZE;"),
			since: []int{1, 2, 10},
		},
		{
			name: "a column that the user added is the field's", known: both, fields: []spec.Field{text(2, "name"), text(3, "code"), text(4, "zone")},
			stand: stand("0009_mine.sql", "alter table region add zone TEXT NOT NULL DEFAULT '', add other int"),
			since: []int{1, 2, 9},
		},
		{
			name: "a field keeps its column under another name", known: both, stand: stand(), fields: []spec.Field{text(2, "title"), text(3, "code")},
			since:   []int{1, 2},
			renames: []Rename{{From: "name", To: "title", Since: 3}},
		},
		{
			name: "which the user gave the column already", known: both, fields: []spec.Field{text(2, "title"), text(3, "code")},
			stand:   stand("0003_ours.sql", "ALTER TABLE region RENAME name TO title;"),
			since:   []int{1, 2},
			renames: []Rename{{From: "name", To: "title", Since: 3}},
		},
		{
			name: "two swap their names by way of a third", known: both, stand: stand(), fields: []spec.Field{text(2, "code"), text(3, "name")},
			since: []int{1, 2},
			renames: []Rename{
				{From: "name", To: "name_aside", Since: 3}, {From: "code", To: "name", Since: 4}, {From: "name_aside", To: "code", Since: 5},
			},
		},
		{
			name: "the column of a field that is gone stays", known: both, stand: stand(), fields: []spec.Field{text(2, "name")},
			since: []int{1}, left: []string{"code"},
		},
		{
			name: "a field that comes back under another number has its column again", known: both, stand: stand(), fields: []spec.Field{text(2, "name"), text(9, "code")},
			since: []int{1, 2},
		},
		{
			name: "a column that the user dropped is made anew", known: both, fields: []spec.Field{text(2, "name"), text(3, "code")},
			stand: stand("0003_cleanup.sql", `ALTER TABLE "region" DROP COLUMN "code";`),
			since: []int{1, 4},
		},
		{
			name: "even if the name was another column's before", known: both, fields: []spec.Field{text(2, "name"), text(3, "code")},
			stand: stand("0003_x.sql", `ALTER TABLE region RENAME code TO old;`, "0004_x.sql", `ALTER TABLE region ADD code TEXT NOT NULL DEFAULT '';`, "0005_x.sql", `ALTER TABLE region DROP code`),
			since: []int{1, 6}, renames: []Rename{{From: "code", To: "old", Since: 3}},
		},
		{
			name: "by whatever means", known: both, fields: []spec.Field{text(2, "name"), text(3, "code")},
			stand: stand("0003_drop_code.sql", `DO $$ BEGIN EXECUTE 'ALTER TABLE region DROP COLUMN code'; END $$;`),
			since: []int{1, 4},
		},
		{
			name: "unique from now on", known: both, stand: stand(), fields: []spec.Field{unique(text(2, "name")), text(3, "code")},
			since: []int{1, 2}, unique: map[string][]int{"name": {3}},
		},
		{
			name: "and no more", known: []Known{{Number: 2, Name: "name", Type: spec.String, Unique: true}, known(3, "code")}, fields: []spec.Field{text(2, "name"), text(3, "code")},
			stand: stand("0003_unique_name.sql", `CREATE UNIQUE INDEX "region_name_unique" ON "region" ("domain_id", "workspace_id", "name") WHERE "name" <> '';`),
			since: []int{1, 2}, unique: map[string][]int{"name": {3, 4}},
		},
		{
			name: "an index that the user wrote stays", known: both, fields: []spec.Field{text(2, "name"), text(3, "code")},
			stand: stand("0003_ours.sql", `CREATE UNIQUE INDEX ours ON region (name);`), since: []int{1, 2}, unique: map[string][]int{"name": {}},
		},
		{
			name: "after spacegen's own was taken back, too", known: both, fields: []spec.Field{text(2, "name"), text(3, "code")},
			stand: stand("0003_unique_name.sql", `CREATE UNIQUE INDEX "region_name_unique" ON "region" ("name");`,
				"0004_not_unique_name.sql", `DROP INDEX "region_name_unique";`, "0005_ours.sql", `CREATE UNIQUE INDEX ours ON region (name);`),
			since: []int{1, 2}, unique: map[string][]int{"name": {3, 4}},
		},
		{
			name: "a column that the user added in other words", known: both, fields: []spec.Field{text(2, "name"), text(3, "code"), text(4, "zone")},
			stand: stand("0009_mine.sql", "alter table region add zone text; alter table region alter zone set default '', alter zone set not null"),
			since: []int{1, 2, 9},
		},
		{
			name: "a table made anew by a query", known: both, fields: []spec.Field{text(2, "name"), text(3, "code"), text(4, "zone")},
			stand: stand("0003_ours.sql", `CREATE TABLE r2 AS SELECT *, '' AS zone FROM region; DROP TABLE region; ALTER TABLE r2 RENAME TO region;`),
			since: []int{1, 2, 4}, doubts: []Doubt{{"zone", "0003_ours.sql", 4}},
		},
		{
			name: "a column that EXECUTE may add", known: both, fields: []spec.Field{text(2, "name"), text(3, "code"), text(4, "zone")},
			stand: stand("0003_ours.sql", `DO $$ BEGIN EXECUTE 'ALTER TABLE region ADD zone TEXT'; END $$;`),
			since: []int{1, 2, 4}, doubts: []Doubt{{"zone", "0003_ours.sql", 4}},
		},
		{
			name: "a column that no migration is seen to bring is taken to be there", known: both, fields: []spec.Field{text(2, "name"), unique(text(3, "code")), text(4, "zone")},
			stand: Migrations{create: `DO $$ BEGIN EXECUTE 'CREATE TABLE region (…)'; END $$;`},
			since: []int{1, 1, 2}, unique: map[string][]int{"code": {1}}, unseen: []string{"name", "code"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, bad := tt.stand.Table("region").Follow(tt.known, tt.fields)
			require.Nil(t, bad)
			for i, f := range tt.fields {
				assert.Equal(t, tt.since[i], got.Columns[i].Since, f.Name)
				assert.Equal(t, tt.unique[f.Name], got.Columns[i].Unique, f.Name)
			}
			assert.Equal(t, tt.renames, got.Renames)
			var left []string
			for _, c := range got.Left {
				left = append(left, c.Name)
			}
			assert.Equal(t, tt.left, left)
			assert.Equal(t, tt.unseen, got.Unseen)
			assert.Equal(t, tt.doubts, got.Doubts)
		})
	}
}

func TestFollowRefuses(t *testing.T) {
	stand := Migrations{
		create:                     `CREATE TABLE "region" ("size" TEXT NOT NULL DEFAULT '');`,
		"region/0004_add_code.sql": `ALTER TABLE "region" ADD COLUMN "code" TEXT NOT NULL DEFAULT ''; CREATE UNIQUE INDEX "region_code_unique" ON "region" ("code");`,
		"region/0005_ours.sql":     `ALTER TABLE "region" ADD COLUMN "level" BIGINT;`,
	}
	was := []Known{known(2, "size"), {Number: 3, Name: "code", Type: spec.String, Gone: true}}
	for name, tt := range map[string]struct {
		fields []spec.Field
		field  int
		want   []string
	}{
		"another type": {[]spec.Field{{Number: 2, Name: "size", Type: spec.Int}}, 0, []string{"was string and is int now"}},
		"another type of a column that is left": {[]spec.Field{text(2, "size"), {Number: 7, Name: "code", Type: spec.Int, Repeated: true}}, 1, []string{
			"is a list of int, and its table still has a column of that name, of a field that is gone, which was string",
			`region/0006_drop_code.sql, with DROP INDEX "region_code_unique"; ALTER TABLE "region" DROP COLUMN "code";`,
		}},
		"a name that the user gave a column": {[]spec.Field{text(2, "level")}, 0, []string{"region/0005_ours.sql adds a column of that name, BIGINT"}},
		"and of another type":                {[]spec.Field{text(2, "size"), text(8, "level")}, 1, []string{"region/0005_ours.sql adds a column of that name, BIGINT"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, bad := stand.Table("region").Follow(was, tt.fields)
			require.NotNil(t, bad)
			assert.Equal(t, tt.field, bad.Field)
			for _, want := range tt.want {
				assert.Contains(t, bad.Why, want)
			}
		})
	}
}
