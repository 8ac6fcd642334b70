package apirecord_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/uptrace/bun"

	"github.com/cloudforet-io/spacegen/core/apirecord"
)

type line struct {
	Product string
	Marks   []string
}

type order struct {
	bun.BaseModel `bun:"table:order"`

	OrderID string            `bun:"order_id,pk"`
	Note    string            `bun:"note"`
	Total   decimal.Decimal   `bun:"total"`
	Tags    []string          `bun:"tags,type:jsonb"`
	Data    map[string]any    `bun:"data,type:jsonb"`
	Lines   []line            `bun:"lines,type:jsonb"`
	First   *line             `bun:"first,type:jsonb"`
	Due     time.Time         `bun:"due,nullzero"`
	Version int64             `bun:"_version"`
	seen    map[string]string // of somebody's own
}

func anOrder() *order {
	return &order{
		OrderID: "order-1", Note: "n", Total: decimal.RequireFromString("1.50"), Tags: []string{"a", "b"},
		Data:  map[string]any{"deep": map[string]any{"list": []any{"x"}}},
		Lines: []line{{Product: "p", Marks: []string{"m"}}}, First: &line{Product: "f"},
		Due: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Version: 3, seen: map[string]string{"a": "b"},
	}
}

func TestWhatIsChangedInPlaceIsNotSeenInACopy(t *testing.T) {
	item := anOrder()
	was := apirecord.Copy(item)
	assert.Equal(t, item, was)
	item.Note = "other"
	item.Total = item.Total.Add(decimal.NewFromInt(1))
	item.Tags[0] = "other"
	item.Data["deep"].(map[string]any)["list"].([]any)[0] = "other"
	item.Lines[0].Marks[0] = "other"
	item.First.Product = "other"
	item.Due = item.Due.Add(time.Second)
	assert.Equal(t, anOrder(), was)
	assert.Equal(t, []string{"note", "total", "tags", "data", "lines", "first", "due"}, apirecord.Changed(was, item))
}

func TestChangedNamesColumnsOnce(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*order)
		named  []string
		want   []string
	}{
		"nothing":                        {func(*order) {}, nil, nil},
		"what is named stays":            {func(*order) {}, []string{"note"}, []string{"note"}},
		"what is named and changed":      {func(o *order) { o.Note = "x" }, []string{"note"}, []string{"note"}},
		"something beside it":            {func(o *order) { o.Tags = append(o.Tags, "c") }, []string{"note"}, []string{"note", "tags"}},
		"the same instant":               {func(o *order) { o.Due = o.Due.In(time.FixedZone("x", 3600)) }, nil, nil},
		"the identifier and the version": {func(o *order) { o.OrderID, o.Version = "order-2", 9 }, nil, nil},
		"something that is emptied":      {func(o *order) { o.First, o.Data = nil, nil }, nil, []string{"data", "first"}},
		"what no column keeps":           {func(o *order) { o.seen = nil }, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			item := anOrder()
			was := apirecord.Copy(item)
			c.change(item)
			assert.Equal(t, c.want, apirecord.Changed(was, item, c.named...))
		})
	}
	named := make([]string, 1, 4)
	named[0] = "note"
	item := anOrder()
	item.Tags = nil
	apirecord.Changed(anOrder(), item, named...)
	assert.Equal(t, []string{"note", ""}, named[:2], "the caller's own list stays")
}
