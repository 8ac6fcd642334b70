package render

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

func TestMigrationsOf(t *testing.T) {
	got := migrationsOf("region", []string{
		"region/0001_create.sql", "region/0004_add_code.sql", "region/0003_drop_code.sql", "region/0007_drop_code.sql",
		"region/notes.sql", "region/sub/0099_x.sql", "zone/0042_drop_code.sql", "0050_create.sql",
	})
	assert.Equal(t, applied{last: 7, dropped: map[string]int{"code": 7}}, got)
}

// A table follows the fields of a proto: what is known by its number keeps its column,
// what is new or called otherwise gets a migration after all that there are.
func TestFollow(t *testing.T) {
	text := func(number int, name string) spec.Field {
		return spec.Field{Number: number, Name: name, Type: spec.String}
	}
	column := func(number int, name string, since int) recordedColumn {
		return recordedColumn{Number: number, Name: name, Type: spec.String, Since: since}
	}
	since := func(f spec.Field, migration int) spec.Field {
		f.Since = migration
		return f
	}
	unique := func(f spec.Field) spec.Field {
		f.Unique = true
		return f
	}
	known := recordedResource{Columns: []recordedColumn{column(2, "name", 1), column(3, "code", 2)}}
	for _, tt := range []struct {
		name    string
		was     *recordedResource
		fields  []spec.Field
		files   []string
		want    []spec.Field
		renames []Rename
		unique  map[int][]int
		left    []string
	}{
		{
			name: "a new table", fields: []spec.Field{unique(text(2, "name"))},
			want: []spec.Field{unique(text(2, "name"))}, unique: map[int][]int{2: {0}},
		},
		{
			name: "nothing changed", was: &known, fields: []spec.Field{text(2, "name"), text(3, "code")},
			want: []spec.Field{since(text(2, "name"), 1), since(text(3, "code"), 2)},
		},
		{
			name: "a new field comes after the last migration", was: &known, fields: []spec.Field{text(2, "name"), text(3, "code"), text(4, "zone")},
			want: []spec.Field{since(text(2, "name"), 1), since(text(3, "code"), 2), since(text(4, "zone"), 3)},
		},
		{
			name: "and after those of the user", was: &known, fields: []spec.Field{text(2, "name"), text(3, "code"), text(4, "zone")},
			files: []string{"region/0009_mine.sql"},
			want:  []spec.Field{since(text(2, "name"), 1), since(text(3, "code"), 2), since(text(4, "zone"), 10)},
		},
		{
			name: "a field keeps its column under another name", was: &known, fields: []spec.Field{text(2, "title"), text(3, "code")},
			want:    []spec.Field{since(text(2, "title"), 1), since(text(3, "code"), 2)},
			renames: []Rename{{From: "name", To: "title", Since: 3}},
		},
		{
			name: "two swap their names by way of a third", was: &known, fields: []spec.Field{text(2, "code"), text(3, "name")},
			want: []spec.Field{since(text(2, "code"), 1), since(text(3, "name"), 2)},
			renames: []Rename{
				{From: "name", To: "name_aside", Since: 3}, {From: "code", To: "name", Since: 4}, {From: "name_aside", To: "code", Since: 5},
			},
		},
		{
			name: "the column of a field that is gone stays", was: &known, fields: []spec.Field{text(2, "name")},
			want: []spec.Field{since(text(2, "name"), 1)}, left: []string{"code"},
		},
		{
			name: "a field that comes back under another number has its column again", was: &known, fields: []spec.Field{text(2, "name"), text(9, "code")},
			want: []spec.Field{since(text(2, "name"), 1), since(text(9, "code"), 2)},
		},
		{
			name: "a column that the user dropped is made anew", was: &known, fields: []spec.Field{text(2, "name"), text(3, "code")},
			files: []string{"region/0003_drop_code.sql"},
			want:  []spec.Field{since(text(2, "name"), 1), since(text(3, "code"), 4)},
		},
		{
			name: "unique from now on", was: &known, fields: []spec.Field{unique(text(2, "name")), text(3, "code")},
			want: []spec.Field{since(unique(text(2, "name")), 1), since(text(3, "code"), 2)}, unique: map[int][]int{2: {3}},
		},
		{
			name: "and no more", was: &recordedResource{Columns: []recordedColumn{{Number: 2, Name: "name", Type: spec.String, Since: 1, Unique: []int{1}}}},
			fields: []spec.Field{text(2, "name")},
			want:   []spec.Field{since(text(2, "name"), 1)}, unique: map[int][]int{2: {1, 2}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, bad := tt.was.follow("region", tt.fields, migrationsOf("region", tt.files))
			require.Nil(t, bad)
			assert.Equal(t, tt.want, got.fields)
			assert.Equal(t, tt.renames, got.renames)
			for _, f := range tt.fields {
				assert.Equal(t, tt.unique[f.Number], got.unique[f.Number], f.Name)
			}
			var left []string
			for _, c := range got.left {
				left = append(left, c.Name)
			}
			assert.Equal(t, tt.left, left)
		})
	}
}

func TestFollowRefusesAnotherType(t *testing.T) {
	was := &recordedResource{Columns: []recordedColumn{
		{Number: 2, Name: "size", Type: spec.String, Since: 1},
		{Number: 3, Name: "code", Type: spec.String, Since: 4, Gone: true, Unique: []int{4}},
	}}
	_, bad := was.follow("region", []spec.Field{{Number: 2, Name: "size", Type: spec.Int}}, applied{})
	require.NotNil(t, bad)
	assert.Equal(t, 2, bad.number)
	assert.Contains(t, bad.why, "was string and is int now")

	_, bad = was.follow("region", []spec.Field{{Number: 2, Name: "size", Type: spec.String}, {Number: 7, Name: "code", Type: spec.Int, Repeated: true}}, applied{})
	require.NotNil(t, bad)
	assert.Equal(t, 7, bad.number)
	assert.Contains(t, bad.why, "is a list of int, and its table still has a column of that name, of a field that is gone, which was string")
	assert.Contains(t, bad.why, `region/0005_drop_code.sql, with DROP INDEX "region_code_unique"; ALTER TABLE "region" DROP COLUMN "code";`)
}

func TestIndexNamesAreShortAndTellApart(t *testing.T) {
	assert.Equal(t, "region_code_unique", UniqueIndex("region", "code"))
	long := "a_table_with_a_name_that_is_as_long_as_it_may_be_by_far"
	one, other := indexName(long, "and_a_column_1"), indexName(long, "and_a_column_2")
	assert.Len(t, one, maxIdentifier)
	assert.NotEqual(t, one, other)
	assert.Equal(t, one, indexName(long, "and_a_column_1"))
}
