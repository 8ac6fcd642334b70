package database_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/money"
)

// FuzzEnginesAgreeOnTypes asks both engines the same about decimals, days, durations, bytes,
// money, and lists of objects whose members have a type.
func FuzzEnginesAgreeOnTypes(f *testing.F) {
	var dbs []*database.DB
	var stores []*database.Store[sale]
	for _, open := range []func(testing.TB, ...func(*database.Options)) *database.DB{databasetest.SQLite, databasetest.PostgreSQL} {
		db := databasetest.Migrated(f, open(f), saleMigrations())
		dbs, stores = append(dbs, db), append(stores, database.NewStore[sale](db, saleSchema()))
	}
	for seed := range uint64(40) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		random := typed{anything{rand.New(rand.NewPCG(seed, 1))}}
		rows := random.sales()
		for i, store := range stores {
			require.NoError(t, dbs[i].InTx(t.Context(), func(ctx context.Context) error {
				if _, err := dbs[i].Conn(ctx).NewDelete().Model((*sale)(nil)).Where("1 = 1").Exec(ctx); err != nil {
					return err
				}
				for _, row := range rows {
					if err := store.Create(ctx, &row); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		for range 12 {
			text, err := json.Marshal(random.question())
			require.NoError(t, err)
			lite, postgres := answerOf(t, stores[0], text, saleID), answerOf(t, stores[1], text, saleID)
			inOneOrderWithin(lite)
			inOneOrderWithin(postgres)
			if !alike(lite, postgres, true) {
				for i := range rows {
					t.Log(shown(t, rows[i]))
				}
				t.Fatalf("%s\nsqlite:     %s\npostgresql: %s", text, shown(t, lite), shown(t, postgres))
			}
		}
	})
}

func saleID(s sale) string { return s.SaleID }

// typed makes sales, and questions about them.
type typed struct{ anything }

func (r typed) decimal() decimal.Decimal {
	return number(one(r.anything, "0", "9", "10", "-0.5", "0.1", "0.2", "0.30", "1e3", "9007199254740993", "0.000000000000000001", "123456789012345678901234567890.5"))
}

func (r typed) day() time.Time {
	if r.IntN(5) == 0 {
		return time.Time{}
	}
	return time.Date(2026, 1, 1+r.IntN(60), 0, 0, 0, 0, time.UTC)
}

func (r typed) duration() time.Duration {
	return one(r.anything, 0, 1, time.Second, 1500*time.Millisecond, -time.Minute, 90*time.Minute, 9_007_199_254_740_993)
}

func (r typed) money() money.Money {
	if r.IntN(4) == 0 {
		return money.Money{}
	}
	return money.Money{Amount: r.decimal(), Currency: one(r.anything, "EUR", "USD", "JPY")}
}

func (r typed) sales() []sale {
	rows := make([]sale, 6)
	for i := range rows {
		row := sale{SaleID: fmt.Sprint("s", i), Price: r.decimal().Add(decimal.New(int64(i), -30)), Day: r.day(), Took: r.duration(), Paid: r.money()}
		if r.IntN(2) == 0 {
			row.Seal = []byte(r.text())
		}
		for range r.IntN(3) {
			item := saleItem{Name: r.text(), Count: int64(r.IntN(12)), Price: r.decimal(), Day: r.day(), Took: r.duration(), Discount: r.money()}
			if r.IntN(2) == 0 {
				item.At = r.day().Add(time.Duration(r.IntN(3)) * 500 * time.Millisecond)
			}
			if r.IntN(3) == 0 {
				item.Notes, _ = r.object(2).(map[string]any)
			}
			row.Items, row.Rates = append(row.Items, item), append(row.Rates, r.decimal())
			row.Holidays, row.Pauses = append(row.Holidays, time.Date(2026, 5, 1+r.IntN(9), 0, 0, 0, 0, time.UTC)), append(row.Pauses, r.duration())
		}
		rows[i] = row
	}
	return rows
}

func (r typed) key() string {
	return one(r.anything, "price", "day", "took", "seal", "paid", "paid.amount", "paid.currency", "items.price", "items.day", "items.at",
		"items.took", "items.count", "items.name", "items.discount.amount", "items.notes.a", "items.0.price", "items", "rates", "holidays", "pauses", "rates.0", "items.nope")
}

// value is one that could be meant for any of them, or for none.
func (r typed) value() any {
	switch r.IntN(9) {
	case 0, 1:
		return r.decimal().String()
	case 2, 3:
		return one(r.anything, "2026-01-10", "2026-02-01", "2026-05-03", "2026-01-10T12:00:00Z", "2026-02-31")
	case 4:
		return one(r.anything, "1s", "1.5s", "90m", "-1m", "1h30m")
	case 5:
		return one(r.anything, "EUR", "JPY", "QQ==", "YQ==")
	default:
		return r.anything.value(2)
	}
}

func (r typed) condition() map[string]any {
	op := one(r.anything, "eq", "eq", "not", "in", "not_in", "gt", "gte", "lt", "lte", "exists", "contain")
	var value any
	switch op {
	case "exists":
		value = r.IntN(2) == 0
	case "in", "not_in":
		value = []any{r.value(), r.value()}
	default:
		value = r.value()
	}
	return map[string]any{"k": r.key(), "v": value, "o": op}
}

func (r typed) question() map[string]any {
	sort := []any{map[string]any{"key": r.key(), "desc": r.IntN(2) == 0}, map[string]any{"key": "sale_id"}}
	switch r.IntN(6) {
	case 0, 1:
		return map[string]any{"filter": []any{r.condition()}, "sort": []any{map[string]any{"key": "sale_id"}}}
	case 2:
		return map[string]any{"filter": []any{r.condition()}, "filter_or": []any{r.condition(), r.condition()}, "sort": sort}
	case 3:
		return map[string]any{"distinct": r.key(), "filter": []any{r.condition()}}
	case 4:
		return map[string]any{"aggregate": []any{map[string]any{"unwind": map[string]any{"path": one(r.anything, "items", "rates", "pauses", "holidays")}}, r.group(r.key)}}
	default:
		return map[string]any{"aggregate": []any{r.group(r.key)}, "filter": []any{r.condition()}}
	}
}
