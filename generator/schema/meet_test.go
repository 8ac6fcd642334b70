package schema

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMeet(t *testing.T) {
	t.Parallel()
	base := Migrations{
		"zone/0001_create.sql": `CREATE TABLE "zone" ("zone_id" TEXT, "code" TEXT, "size" BIGINT)`,
		"bay/0001_create.sql":  `CREATE TABLE "bay" ("bay_id" TEXT)`,
	}
	with := func(more Migrations) Migrations {
		m := maps.Clone(base)
		maps.Copy(m, more)
		return m
	}
	label := Migrations{"zone/0002_rename_code_to_label.sql": `ALTER TABLE "zone" RENAME COLUMN "code" TO "label"`}
	const refuses = ", which is there no more after 0002_rename_code_to_label.sql: a database that has applied the latter refuses the former"
	for name, tt := range map[string]struct {
		ours, theirs Migrations
		want         []string
	}{
		"one branch alone":         {with(label), base, nil},
		"the same":                 {with(label), with(label), nil},
		"other tables":             {with(label), with(Migrations{"bay/0002_add_code.sql": `ALTER TABLE "bay" ADD COLUMN "code" TEXT`}), nil},
		"other numbers":            {with(label), with(Migrations{"zone/0003_more.sql": `UPDATE "zone" SET "size" = 1`}), nil},
		"one number":               {with(label), with(Migrations{"zone/0002_add_name.sql": `ALTER TABLE "zone" ADD COLUMN "name" TEXT`}), []string{"zone has two migrations of one number, from two branches: a new database applies 0002_add_name.sql and then 0002_rename_code_to_label.sql, and"}},
		"theirs speaks of it":      {with(label), with(Migrations{"zone/0003_fill.sql": `UPDATE "zone" SET "code" = 'x'`}), []string{"zone/0003_fill.sql, of the other branch, speaks of code" + refuses}},
		"ours does":                {with(Migrations{"zone/0003_fill.sql": `UPDATE zone SET CODE = 'x'`}), with(label), []string{"zone/0003_fill.sql, of this branch, speaks of code" + refuses}},
		"a word that has the name": {with(label), with(Migrations{"zone/0003_more.sql": `UPDATE "zone" SET "zip_code" = 1`}), nil},
		"a table is renamed": {
			with(Migrations{"zone/0002_rename_table_zone_to_area.sql": `ALTER TABLE "zone" RENAME TO "area"`}),
			with(Migrations{"zone/0003_fill.sql": `UPDATE "zone" SET "size" = 1`}),
			[]string{"zone/0003_fill.sql, of the other branch, speaks of zone, which is there no more after 0002_rename_table_zone_to_area.sql"},
		},
		"a column is dropped": {
			with(Migrations{"zone/0002_drop_size.sql": `ALTER TABLE "zone" DROP COLUMN "size"`}),
			with(Migrations{"zone/0003_fill.sql": `UPDATE "zone" SET "size" = 1`}),
			[]string{"speaks of size, which is there no more after 0002_drop_size.sql"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			notes := Meet(base, tt.ours, tt.theirs)
			assert.Len(t, notes, len(tt.want), "%q", notes)
			for i, want := range tt.want {
				assert.Contains(t, notes[i], want)
			}
		})
	}
}
