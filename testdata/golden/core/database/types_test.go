package database_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/money"
	"github.com/cloudforet-io/spacegen/core/query"
)

// sale is a resource with a field of each type that JSON or SQLite lacks.
type sale struct {
	bun.BaseModel `bun:"table:sale"`

	SaleID   string            `bun:"sale_id,pk"`
	Price    decimal.Decimal   `bun:"price"`
	Day      time.Time         `bun:"day,type:date,nullzero"`
	Took     time.Duration     `bun:"took"`
	Seal     []byte            `bun:"seal"`
	Paid     money.Money       `bun:"paid,type:jsonb"`
	Items    []saleItem        `bun:"items,type:jsonb"`
	Rates    []decimal.Decimal `bun:"rates,type:jsonb"`
	Holidays []time.Time       `bun:"holidays,type:jsonb"`
	Pauses   []time.Duration   `bun:"pauses,type:jsonb"`
}

type saleItem struct {
	Name     string          `json:"name,omitempty"`
	Count    int64           `json:"count,omitempty"`
	Price    decimal.Decimal `json:"price"`
	Day      time.Time       `json:"day,omitzero"`
	At       time.Time       `json:"at,omitzero"`
	Took     time.Duration   `json:"took,omitempty"`
	Discount money.Money     `json:"discount,omitzero"`
	Notes    map[string]any  `json:"notes,omitempty"`
}

func saleSchema() query.Schema {
	return query.Schema{Table: "sale", ID: "sale_id", Date: "day", Fields: []query.Field{
		{Name: "sale_id"},
		{Name: "price", Type: query.Decimal},
		{Name: "day", Type: query.Date},
		{Name: "took", Type: query.Duration},
		{Name: "seal", Type: query.Bytes},
		{Name: "paid", Type: query.Money},
		{Name: "items", Type: query.Struct, Repeated: true, Members: []query.Field{
			{Name: "name"}, {Name: "count", Type: query.Int}, {Name: "price", Type: query.Decimal}, {Name: "day", Type: query.Date},
			{Name: "at", Type: query.Timestamp}, {Name: "took", Type: query.Duration}, {Name: "discount", Type: query.Money}, {Name: "notes", Type: query.Struct},
		}},
		{Name: "rates", Type: query.Decimal, Repeated: true},
		{Name: "holidays", Type: query.Date, Repeated: true},
		{Name: "pauses", Type: query.Duration, Repeated: true},
	}}
}

func saleMigrations() fstest.MapFS {
	return fstest.MapFS{
		"sale/0001_create.sql": file(`CREATE TABLE "sale" ("sale_id" TEXT NOT NULL PRIMARY KEY, "day" DATE, "took" BIGINT NOT NULL DEFAULT 0, "seal" BYTEA,
			"paid" JSONB, "items" JSONB, "rates" JSONB, "holidays" JSONB, "pauses" JSONB);`),
		"sale/0002_price.sql": file(`ALTER TABLE "sale" ADD COLUMN "price" NUMERIC NOT NULL DEFAULT 0; CREATE UNIQUE INDEX "sale_price_unique" ON "sale" ("price");`),
	}
}

func number(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func euros(text string) money.Money { return money.Money{Amount: number(text), Currency: "EUR"} }

// sales are such that doubles and texts would compare otherwise: 9 < 10, and
// 9007199254740993 is no double.
func sales() []sale {
	day := func(m, d int) time.Time { return time.Date(2026, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	return []sale{
		{SaleID: "a", Price: number("9.00"), Day: day(1, 30), Took: 5 * time.Second, Seal: []byte{0, 1, 254}, Paid: euros("9"),
			Items: []saleItem{
				{Name: "tea", Count: 2, Price: number("0.1"), Day: day(1, 29), At: day(1, 29).Add(12 * time.Hour), Took: time.Second, Discount: euros("0.05"), Notes: map[string]any{"gift": true}},
				{Name: "cup", Count: 10, Price: number("0.2"), At: day(1, 29).Add(12*time.Hour + 500*time.Millisecond), Took: 1500 * time.Millisecond},
			},
			Rates: []decimal.Decimal{number("0.1"), number("10")}, Holidays: []time.Time{day(1, 1), day(5, 1)}, Pauses: []time.Duration{time.Minute, 1}},
		{SaleID: "b", Price: number("10"), Day: day(2, 1), Took: 90 * time.Minute, Paid: euros("10.5"),
			Items: []saleItem{{Name: "tea", Count: 1, Price: number("10.0")}}, Rates: []decimal.Decimal{number("9")}},
		{SaleID: "c", Price: number("9007199254740993.000000000000000001"), Day: day(2, 28), Took: 9_007_199_254_740_993, Seal: []byte{}, Paid: money.Money{Amount: number("700"), Currency: "JPY"}},
		{SaleID: "d", Price: number("-0.5")},
	}
}

func saleStore(t *testing.T, db *database.DB) *database.Store[sale] {
	t.Helper()
	_, err := db.Migrate(t.Context(), saleMigrations())
	require.NoError(t, err)
	_, err = db.Migrate(t.Context(), saleMigrations())
	require.NoError(t, err, "migrations are as they were applied")
	store := database.NewStore[sale](db, saleSchema())
	for _, s := range sales() {
		require.NoError(t, store.Create(t.Context(), &s))
	}
	return store
}

// TestTypesAreKept as they are, and what no database keeps is refused.
func TestTypesAreKept(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := saleStore(t, db)
		for _, want := range sales() {
			got, err := store.Get(t.Context(), nil, want.SaleID)
			require.NoError(t, err)
			assert.Equal(t, asJSON(t, want), asJSON(t, got))
			assert.True(t, want.Day.Equal(got.Day))
		}
		err := store.Create(t.Context(), &sale{SaleID: "x", Price: number("9.000")})
		assert.ErrorContains(t, err, "ERROR_SAVE_UNIQUE_VALUES", "9 is 9.000")
		assert.ErrorContains(t, err, "price")
		for _, bad := range []sale{
			{SaleID: "x", Price: decimal.New(1, 999_999_999)}, {SaleID: "x", Rates: []decimal.Decimal{decimal.New(1, 999_999_999)}},
			{SaleID: "x", Paid: money.Money{Amount: decimal.New(1, 999_999_999), Currency: "EUR"}}, {SaleID: "x", Items: []saleItem{{Price: decimal.New(1, -1001)}}},
		} {
			assert.ErrorContains(t, store.Create(t.Context(), &bad), "a decimal has at most 1,000 digits")
		}
		assert.ErrorContains(t, store.Create(t.Context(), &sale{SaleID: "x", Items: []saleItem{{Name: strings.Repeat("x", 256<<10)}}}), "(key = items, reason = it has ")
		assert.ErrorContains(t, store.Create(t.Context(), &sale{SaleID: "x", Seal: make([]byte, 256<<10+1)}), "(key = seal, reason = it has 262145 bytes, of 262144 at most)")
		changed := sale{SaleID: "b", Price: number("10.25"), Day: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
		require.NoError(t, store.Update(t.Context(), nil, &changed, "price", "day", "paid"))
		got, err := store.Get(t.Context(), nil, "b")
		require.NoError(t, err)
		assert.Equal(t, "10.25 2026-03-01 5400000000000 ", fmt.Sprintf("%s %s %d %s", got.Price, got.Day.Format(time.DateOnly), got.Took, got.Paid))
	})
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return string(text)
}

// TestSumsMayBeLongerThanDecimals: nothing of them is lost on the way.
func TestSumsMayBeLongerThanDecimals(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := saleStore(t, db)
		nines := strings.Repeat("9", 1000)
		for id, price := range map[string]string{"x": nines, "y": "-0." + nines[1:], "z": nines[1:] + ".5"} {
			require.NoError(t, store.Create(t.Context(), &sale{SaleID: id, Price: number(price)}), id)
		}
		q, err := query.ParseStat([]byte(`{"filter": [{"k": "sale_id", "o": "in", "v": ["x", "y", "z"]}], "aggregate": [
			{"group": {"keys": [{"key": "sale_id", "name": "id"}], "fields": [{"name": "v", "key": "price", "operator": "sum"}]}},
			{"group": {"fields": [{"name": "v", "key": "v", "operator": "sum"}, {"name": "all", "key": "v", "operator": "push"}]}},
			{"project": {"fields": [{"name": "v", "key": "v"}, {"name": "again", "key": "all", "operator": "sum"}]}}]}`))
		require.NoError(t, err)
		rows, _, err := store.Stat(t.Context(), nil, q)
		require.NoError(t, err)
		want := number(nines).Add(number("-0." + nines[1:])).Add(number(nines[1:] + ".5")).String()
		assert.Equal(t, []map[string]any{{"v": want, "again": want}}, rows)
	})
}

// TestTypesInLists asks the same on each engine; the answer is the identifiers, or what
// an error says.
func TestTypesInLists(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := saleStore(t, db)
		for _, c := range typeQuestions() {
			q, err := query.Parse([]byte("{" + c.query + "}"))
			require.NoError(t, err, c.query)
			items, total, err := store.List(t.Context(), nil, q)
			if err != nil {
				assert.Equal(t, c.want, apierror.From(err).Error(), c.query)
				continue
			}
			ids := ""
			for _, one := range items {
				ids += one.SaleID
			}
			assert.Equal(t, c.want, ids, c.query)
			assert.Len(t, items, total, c.query)
		}
	})
}

type typeQuestion struct{ query, want string }

func filtering(key, operator, value, want string) typeQuestion {
	return typeQuestion{fmt.Sprintf(`"filter": [{"k": %q, "o": %q, "v": %s}]`, key, operator, value), want}
}

func sorting(key string, desc bool, want string) typeQuestion {
	return typeQuestion{fmt.Sprintf(`"sort": [{"key": %q, "desc": %v}]`, key, desc), want}
}

func dbQuery(reason string) string {
	return "ERROR_DB_QUERY: Database query failed. (reason = " + reason + ")"
}

func typeQuestions() []typeQuestion {
	onlyThere := dbQuery("seal has bytes, of which a query asks only whether there are any, by exists or null. (key)")
	onlyThere = strings.Replace(onlyThere, ". (key)", "", 1)
	isMoney := dbQuery("paid is money: name paid.amount or paid.currency")
	return []typeQuestion{
		filtering("price", "eq", `9`, "a"), filtering("price", "eq", `"9.000"`, "a"), filtering("price", "eq", `"9e0"`, "a"), filtering("price", "not", `"9.0"`, "bcd"),
		filtering("price", "gt", `9`, "bc"), filtering("price", "gt", `"9.5"`, "bc"), filtering("price", "gte", `"9.00"`, "abc"), filtering("price", "lt", `10`, "ad"), filtering("price", "lte", `"-0.50"`, "d"),
		filtering("price", "eq", `"9007199254740993.000000000000000001"`, "c"), filtering("price", "gt", `"9007199254740993"`, "c"), filtering("price", "eq", `"9007199254740993"`, ""),
		filtering("price", "in", `["10.0", 9, "x", true]`, "ab"), filtering("price", "not_in", `["10.0", 9]`, "cd"),
		filtering("price", "eq", `"nine"`, ""), filtering("price", "gt", `"nine"`, ""), filtering("price", "eq", `true`, ""), filtering("price", "not", `"nine"`, "abcd"), filtering("price", "eq", `""`, ""),
		filtering("price", "eq", `null`, ""), filtering("price", "exists", `true`, "abcd"), filtering("price", "contain", `"9"`, ""),
		filtering("price", "gt", `"1e999999999"`, "ERROR_INVALID_PARAMETER: Parameter is invalid. (key = price, reason = a decimal has at most 1,000 digits)"),
		filtering("price", "datetime_gt", `"2026-01-01"`, dbQuery("The operator datetime_gt compares a time with a text. (key = price)")),
		sorting("price", false, "dabc"), sorting("price", true, "cbad"),

		filtering("day", "eq", `"2026-02-01"`, "b"), filtering("day", "eq", `"20260201"`, "b"), filtering("day", "eq", `"2026-02-01T00:00:00Z"`, "b"), filtering("day", "eq", `"2026-02-01T12:00:00Z"`, ""),
		filtering("day", "in", `["2026-02-01", "2026-01-30", null]`, "abd"), filtering("day", "not", `"2026-02-01"`, "acd"),
		filtering("day", "gte", `"2026-02-01"`, "bc"), filtering("day", "gte", `"2026-02-01T00:00:01Z"`, "c"), filtering("day", "gt", `"2026-02-01"`, "c"), filtering("day", "lt", `"2026-02-01T00:00:01Z"`, "ab"), filtering("day", "lte", `"2026-02"`, "ab"),
		filtering("day", "datetime_gte", `"2026-02-01"`, "bc"), filtering("day", "datetime_lt", `"2026-02-01T12:00:00Z"`, "ab"), filtering("day", "timediff_lt", `"now"`, "abc"[:3]),
		filtering("day", "exists", `false`, "d"), filtering("day", "eq", `null`, "d"), filtering("day", "gt", `5`, ""),
		filtering("day", "eq", `"x"`, dbQuery(`"x" is no time in ISO 8601, such as 2026-11-30T12:00:00Z. (key = day)`)),
		sorting("day", false, "dabc"), sorting("day", true, "cbad"),

		filtering("took", "eq", `"5s"`, "a"), filtering("took", "eq", `5`, "a"), filtering("took", "eq", `"5.000s"`, "a"), filtering("took", "eq", `"5"`, "a"), filtering("took", "eq", `"1.5h"`, "b"), filtering("took", "eq", `"5400s"`, "b"),
		filtering("took", "in", `["1h30m", 5]`, "ab"), filtering("took", "gt", `"5s"`, "bc"), filtering("took", "lte", `5.0`, "ad"), filtering("took", "eq", `"9007199.254740993s"`, "c"), filtering("took", "eq", `"9007199.254740992s"`, ""),
		filtering("took", "lt", `"315576000000s"`, "abcd"), filtering("took", "eq", `"315576000000s"`, ""), filtering("took", "eq", `true`, ""), filtering("took", "gt", `-1e30`, "abcd"),
		filtering("took", "eq", `"soon"`, dbQuery(`"soon" is no duration, such as 90s or 1.5h. (key = took)`)), filtering("took", "eq", `"0.0000000001s"`, dbQuery("A duration has whole nanoseconds. (key = took)")),
		sorting("took", false, "dabc"), sorting("took", true, "cbad"),

		filtering("seal", "exists", `true`, "a"), filtering("seal", "exists", `false`, "bcd"), filtering("seal", "eq", `null`, "bcd"), filtering("seal", "not", `null`, "a"),
		filtering("seal", "eq", `"AAH+"`, onlyThere), filtering("seal", "gt", `1`, onlyThere), filtering("seal", "contain", `"A"`, onlyThere), filtering("seal", "in", `[null]`, onlyThere), sorting("seal", false, onlyThere),

		filtering("paid.amount", "eq", `9`, "a"), filtering("paid.amount", "gte", `"9.0"`, "abc"), filtering("paid.amount", "lt", `"10.50"`, "a"), filtering("paid.amount", "in", `["10.5", "700"]`, "bc"),
		filtering("paid.amount", "eq", `null`, "d"), filtering("paid.amount", "not", `9`, "bcd"), filtering("paid.amount", "exists", `true`, "abc"), filtering("paid.currency", "eq", `"EUR"`, "ab"), filtering("paid.currency", "contain", `"eu"`, "ab"),
		filtering("paid", "exists", `true`, "abc"), filtering("paid", "eq", `null`, "d"), filtering("paid", "eq", `"9"`, isMoney), sorting("paid", false, isMoney),
		filtering("paid.value", "eq", `1`, dbQuery("sale has no key paid.value")), filtering("paid.amount.x", "eq", `1`, dbQuery("sale has no key paid.amount.x")),
		sorting("paid.amount", false, "dabc"), sorting("paid.amount", true, "cbad"), sorting("paid.currency", true, "cabd"),

		filtering("items.price", "eq", `"0.10"`, "a"), filtering("items.price", "gt", `9`, "b"), filtering("items.price", "lt", `"0.15"`, "a"), filtering("items.price", "in", `["10", "0.2"]`, "ab"), filtering("items.price", "not", `10`, "acd"),
		filtering("items.price", "eq", `null`, "cd"), filtering("items.1.price", "eq", `"0.2"`, "a"), filtering("items.0.price", "gt", `"0.1"`, "b"), filtering("items.price", "eq", `"x"`, ""),
		filtering("items.day", "gte", `"2026-01-29"`, "a"), filtering("items.day", "eq", `"2026-01-29"`, "a"), filtering("items.day", "gt", `"2026-01-29"`, ""), filtering("items.day", "eq", `null`, "bcd"),
		filtering("items.at", "gt", `"2026-01-29T12:00:00Z"`, "a"), filtering("items.at", "gt", `"2026-01-29T12:00:00.5Z"`, ""), filtering("items.at", "eq", `"2026-01-29T13:00:00+01:00"`, "a"), filtering("items.at", "datetime_lt", `"2026-01-29T12:00:00.1Z"`, "a"),
		filtering("items.took", "gte", `"1.5s"`, "a"), filtering("items.took", "gt", `1.5`, ""), filtering("items.count", "gt", `9`, "a"), filtering("items.count", "eq", `"10"`, "a"), filtering("items.name", "eq", `"tea"`, "ab"), filtering("items.name", "regex", `"^T"`, "ab"),
		filtering("items.discount.amount", "lt", `"0.10"`, "a"), filtering("items.discount.currency", "eq", `"EUR"`, "a"), filtering("items.notes.gift", "eq", `true`, "a"), filtering("items.notes.wrap", "eq", `null`, "abcd"),
		filtering("items", "match", `{"name": "tea", "price": {"$gt": "0.1"}}`, "b"), filtering("items", "match", `{"price": "0.10", "count": {"$gte": 2}, "discount.amount": {"$lt": 1}}`, "a"), filtering("items", "match", `{"name": "cup", "price": "0.1"}`, ""),
		filtering("items", "match", `{"cost": 1}`, dbQuery("sale has no key items.cost")), filtering("items.cost", "eq", `1`, dbQuery("sale has no key items.cost")), filtering("items.price.x", "eq", `1`, dbQuery("sale has no key items.price.x")),
		sorting("items.price", false, "cdab"), sorting("items.price", true, "bacd"), sorting("items.at", true, "abcd"), sorting("items.took", true, "abcd"),

		filtering("rates", "eq", `10`, "a"), filtering("rates", "gt", `"9.5"`, "a"), filtering("rates", "gte", `9`, "ab"), filtering("rates.0", "eq", `"9.0"`, "b"), filtering("rates", "exists", `true`, "ab"), sorting("rates", true, "abcd"),
		filtering("holidays", "eq", `"2026-05-01"`, "a"), filtering("holidays", "gt", `"2026-04-30"`, "a"), filtering("holidays", "lt", `"2026-01-01"`, ""), filtering("pauses", "eq", `"1m"`, "a"), filtering("pauses", "lt", `"0.000000002s"`, "a"),
		{`"unwind": {"path": "items", "filter": [{"k": "items.price", "v": "0.15", "o": "gt"}]}, "sort": [{"key": "items.price", "desc": true}]`, "ba"},
		{`"unwind": {"path": "paid"}`, dbQuery("paid is no list to unwind")}, {`"unwind": {"path": "items.price"}`, ""},
		{`"keyword": "9"`, ""},
	}
}
