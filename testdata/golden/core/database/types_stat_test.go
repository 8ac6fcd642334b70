package database_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/query"
)

// TestTypesInStatistics asks the same on each engine. Exact numbers are texts, days and
// durations as messages have them.
func TestTypesInStatistics(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := saleStore(t, db)
		for asked, want := range map[string]string{
			grouped("", `{"name": "v", "key": "price", "operator": "sum"}`):                                                               `[{"v":"9007199254741011.500000000000000001"}]`,
			grouped("", `{"name": "v", "key": "price", "operator": "average"}`):                                                           `[{"v":"2251799813685252.875"}]`,
			grouped("", `{"name": "lo", "key": "price", "operator": "min"}, {"name": "hi", "key": "price", "operator": "max"}`):           `[{"hi":"9007199254740993.000000000000000001","lo":"-0.5"}]`,
			grouped("", `{"name": "v", "key": "price", "operator": "sum", "conditions": [{"k": "price", "v": "9.5", "o": "lt"}]}`):        `[{"v":"8.5"}]`,
			grouped("", `{"name": "v", "key": "took", "operator": "sum"}, {"name": "hi", "key": "took", "operator": "max"}`):              `[{"hi":"9007199.254740993s","v":"9012604.254740993s"}]`,
			grouped("", `{"name": "v", "key": "took", "operator": "average"}`):                                                            `[{"v":"2253151.063685248s"}]`,
			grouped("", `{"name": "v", "key": "day", "operator": "max"}, {"name": "lo", "key": "day", "operator": "min"}`):                `[{"lo":"2026-01-30","v":"2026-02-28"}]`,
			grouped("", `{"name": "v", "key": "paid.amount", "operator": "sum"}, {"name": "n", "key": "paid.amount", "operator": "max"}`): `[{"n":"700","v":"719.5"}]`,
			grouped("", `{"name": "v", "key": "items.price", "operator": "sum"}, {"name": "n", "key": "items.price", "operator": "min"}`): `[{"n":"0.1","v":"10.3"}]`,
			grouped("", `{"name": "v", "key": "items.price", "operator": "average"}`):                                                     `[{"v":"3.4333333333333333"}]`,
			grouped("", `{"name": "v", "key": "items.took", "operator": "sum"}, {"name": "n", "key": "pauses", "operator": "sum"}`):       `[{"n":"60.000000001s","v":"2.500s"}]`,
			grouped("", `{"name": "v", "key": "items.day", "operator": "max"}, {"name": "n", "key": "items.at", "operator": "max"}`):      `[{"n":"2026-01-29T12:00:00.500Z","v":"2026-01-29"}]`,
			grouped("", `{"name": "v", "key": "rates", "operator": "sum"}, {"name": "n", "key": "rates", "operator": "average"}`):         `[{"n":"6.3666666666666667","v":"19.1"}]`,
			grouped("", `{"name": "v", "key": "price", "operator": "add_to_set"}`):                                                        `[{"v":["-0.5","9","10","9007199254740993.000000000000000001"]}]`,
			grouped("", `{"name": "v", "key": "took", "operator": "push"}, {"name": "n", "key": "day", "operator": "push"}`):              `[{"n":["2026-01-30","2026-02-01","2026-02-28"],"v":["5s","5400s","9007199.254740993s","0s"]}]`,
			grouped("", `{"name": "v", "key": "price", "operator": "first"}, {"name": "n", "key": "took", "operator": "last"}`):           `[{"n":"0s","v":"9"}]`,
			grouped("", `{"name": "v", "operator": "push", "fields": [{"key": "price", "name": "p"}, {"key": "took", "name": "t"}, {"key": "paid", "name": "m"}]}`): `[{"v":[` +
				`{"m":{"amount":"9.00","currency":"EUR"},"p":"9","t":"5s"},{"m":{"amount":"10.50","currency":"EUR"},"p":"10","t":"5400s"},` +
				`{"m":{"amount":"700","currency":"JPY"},"p":"9007199254740993.000000000000000001","t":"9007199.254740993s"},{"m":null,"p":"-0.5","t":"0s"}]}]`,
			grouped(`{"key": "paid.currency", "name": "c"}`, `{"name": "v", "key": "paid.amount", "operator": "sum"}`):           `[{"c":null,"v":"0"},{"c":"EUR","v":"19.5"},{"c":"JPY","v":"700"}]`,
			grouped(`{"key": "day", "name": "d", "date_format": "%Y-%m"}`, `{"name": "v", "key": "price", "operator": "count"}`): `[{"d":null,"v":1},{"d":"2026-01","v":1},{"d":"2026-02","v":2}]`,
			grouped(`{"key": "day", "name": "d", "date_format": "day"}`, `{"name": "v", "operator": "count"}`):                   `[{"d":null,"v":1},{"d":1,"v":1},{"d":28,"v":1},{"d":30,"v":1}]`,
			grouped(`{"key": "day", "name": "d"}`, `{"name": "v", "operator": "count"}`):                                         `[{"d":null,"v":1},{"d":"2026-01-30","v":1},{"d":"2026-02-01","v":1},{"d":"2026-02-28","v":1}]`,
			grouped(`{"key": "price", "name": "p"}, {"key": "took", "name": "t"}`, `{"name": "v", "operator": "count"}`):         `[{"p":"-0.5","t":"0s","v":1},{"p":"9","t":"5s","v":1},{"p":"10","t":"5400s","v":1},{"p":"9007199254740993.000000000000000001","t":"9007199.254740993s","v":1}]`,
			grouped(`{"key": "seal", "name": "s"}`, `{"name": "v", "operator": "count"}`):                                        `[{"s":null,"v":2},{"s":"","v":1},{"s":"AAH+","v":1}]`,
			grouped("", `{"name": "v", "key": "seal", "operator": "push"}`):                                                      onlyBytes(),
			grouped("", `{"name": "v", "key": "seal", "operator": "max"}`):                                                       onlyBytes(),
			grouped("", `{"name": "v", "key": "paid", "operator": "sum"}`):                                                       dbQuery("paid is money: name paid.amount or paid.currency"),

			`{"distinct": "price"}`:         `[{"price":"-0.5"},{"price":"9"},{"price":"10"},{"price":"9007199254740993.000000000000000001"}]`,
			`{"distinct": "items.price"}`:   `[{"items.price":"0.1"},{"items.price":"0.2"},{"items.price":"10"}]`,
			`{"distinct": "rates"}`:         `[{"rates":"0.1"},{"rates":"9"},{"rates":"10"}]`,
			`{"distinct": "pauses"}`:        `[{"pauses":"0.000000001s"},{"pauses":"60s"}]`,
			`{"distinct": "holidays"}`:      `[{"holidays":"2026-01-01"},{"holidays":"2026-05-01"}]`,
			`{"distinct": "items.at"}`:      `[{"items.at":"2026-01-29T12:00:00.000Z"},{"items.at":"2026-01-29T12:00:00.500Z"}]`,
			`{"distinct": "day"}`:           `[{"day":null},{"day":"2026-01-30"},{"day":"2026-02-01"},{"day":"2026-02-28"}]`,
			`{"distinct": "paid.currency"}`: `[{"paid.currency":"EUR"},{"paid.currency":"JPY"}]`,

			// What a customer spent on each product, and who spent most.
			`{"aggregate": [{"unwind": {"path": "items", "filter": [{"k": "items.price", "v": "0.15", "o": "gt"}]}}, {"group": {"keys": [{"key": "items.name", "name": "n"}], "fields": [{"name": "v", "key": "items.price", "operator": "sum"}]}}, {"sort": [{"key": "v", "desc": true}]}]}`:                                                                            `[{"n":"tea","v":"10"},{"n":"cup","v":"0.2"}]`,
			`{"aggregate": [{"group": {"keys": [{"key": "sale_id", "name": "id"}], "fields": [{"name": "v", "key": "took", "operator": "sum"}]}}, {"sort": [{"key": "v", "desc": true}]}, {"limit": 2}, {"group": {"fields": [{"name": "all", "key": "v", "operator": "sum"}, {"name": "n", "operator": "count", "conditions": [{"k": "v", "v": "2h", "o": "gt"}]}]}}]}`: `[{"all":"9012599.254740993s","n":1}]`,
			`{"aggregate": [{"group": {"fields": [{"name": "v", "key": "price", "operator": "push"}, {"name": "w", "key": "took", "operator": "push"}]}}, {"project": {"fields": [{"name": "s", "key": "v", "operator": "sum"}, {"name": "n", "key": "v", "operator": "size"}, {"name": "t", "key": "w", "operator": "sum"}]}}]}`:                                        `[{"n":4,"s":"9007199254741011.500000000000000001","t":"9012604.254740993s"}]`,
			`{"aggregate": [{"sort": [{"key": "paid"}]}]}`: dbQuery("paid is money: name paid.amount or paid.currency"),
			`{"aggregate": [{"unwind": {"path": "items"}}, {"sort": [{"key": "items.price", "desc": true}]}, {"limit": 1}, {"project": {"fields": [{"key": "items", "name": "i"}, {"key": "items.took", "name": "t"}]}}]}`: `[{"i":{"count":1,"name":"tea","price":"10"},"t":null}]`,
		} {
			q, err := query.ParseStat([]byte(asked))
			require.NoError(t, err, asked)
			rows, _, err := store.Stat(t.Context(), nil, q)
			if err != nil {
				assert.Equal(t, want, apierror.From(err).Error(), asked)
				continue
			}
			assert.Equal(t, want, asJSON(t, rows), asked)
		}
	})
}

// grouped is a statistic with one group, sorted by its first key.
func grouped(keys, fields string) string {
	_, name, _ := strings.Cut(keys, `"name": `)
	if name, _, _ = strings.Cut(name, `"}`); name != "" {
		name, _, _ = strings.Cut(name, `", `)
		name = `, {"sort": [{"key": ` + name + `"}]}`
	}
	if strings.Contains(keys, `"seal"`) {
		name = ""
	}
	return `{"aggregate": [{"group": {"keys": [` + keys + `], "fields": [` + fields + `]}}` + name + `]}`
}

func onlyBytes() string {
	return dbQuery("seal has bytes, of which a query asks only whether there are any, by exists or null")
}

// TestTypesInAnalyses has periods of days, and computations, which are doubles.
func TestTypesInAnalyses(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := saleStore(t, db)
		for asked, want := range map[string]string{
			`{"granularity": "MONTHLY", "start": "2026-01", "end": "2026-02", "fields": {"v": {"key": "took", "operator": "sum"}}, "sort": [{"key": "date"}]}`: `[{"date":"2026-01","v":"5s"},{"date":"2026-02","v":"9012599.254740993s"}]`,
			`{"granularity": "DAILY", "start": "2026-02-01", "end": "2026-02-01", "fields": {"v": {"key": "price", "operator": "sum"}}}`:                       `[{"date":"2026-02-01","v":"10"}]`,
			`{"fields": {"v": {"key": "paid.amount", "operator": "sum"}, "t": {"key": "took", "operator": "min"}}, "group_by": ["paid.currency"], "filter": [{"k": "paid", "o": "exists", "v": true}],
				"select": {"c": "currency", "v": "v", "half": {"operator": "divide", "fields": ["v", 2]}, "seconds": {"operator": "add", "fields": ["t", 0.5]}}, "sort": [{"key": "v"}]}`: `[{"c":"EUR","half":9.75,"seconds":5.5,"v":"19.5"},{"c":"JPY","half":350,"seconds":9007199.754740993,"v":"700"}]`,
			`{"fields": {"v": {"key": "paid.amount", "operator": "sum"}}, "group_by": ["paid.currency", "sale_id"], "field_group": ["sale_id"], "filter": [{"k": "paid.currency", "v": "EUR"}]}`: `[{"_total_v":"19.5","currency":"EUR","v":[{"sale_id":"a","value":"9"},{"sale_id":"b","value":"10.5"}]}]`,
		} {
			q, err := query.ParseAnalyze([]byte(asked))
			require.NoError(t, err, asked)
			rows, _, err := store.Analyze(t.Context(), nil, q)
			require.NoError(t, err, asked)
			assert.Equal(t, want, asJSON(t, rows), asked)
		}
	})
}
