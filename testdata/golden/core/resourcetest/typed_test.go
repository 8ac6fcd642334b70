package resourcetest

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/money"
	"github.com/cloudforet-io/spacegen/core/query"
)

// A loan has a field of each type that JSON lacks.
type loan struct {
	bun.BaseModel `bun:"table:loan"`

	LoanID string          `bun:"loan_id,pk"`
	Rate   decimal.Decimal `bun:"rate"`
	Due    time.Time       `bun:"due,type:date,nullzero"`
	Period time.Duration   `bun:"period"`
	Seal   []byte          `bun:"seal"`
	Fee    money.Money     `bun:"fee,type:jsonb"`
	Items  []loanItem      `bun:"items,type:jsonb"`
}

type loanItem struct {
	Title string          `json:"title"`
	Worth decimal.Decimal `json:"worth"`
}

func loanSchema() query.Schema {
	return query.Schema{Table: "loan", ID: "loan_id", Fields: []query.Field{
		{Name: "loan_id"}, {Name: "rate", Type: query.Decimal}, {Name: "due", Type: query.Date}, {Name: "period", Type: query.Duration},
		{Name: "seal", Type: query.Bytes}, {Name: "fee", Type: query.Money},
		{Name: "items", Type: query.Struct, Repeated: true, Members: []query.Field{{Name: "title"}, {Name: "worth", Type: query.Decimal}}},
	}}
}

func loanMessages() protoreflect.MessageDescriptors {
	return apiMessages("loans", map[string]string{
		"Loan":  "loan_id:string rate:string due:string period:Duration seal:bytes fee:Money items:Item*",
		"Money": "amount:string currency:string", "Item": "title:string worth:string",
	})
}

// TestTypesThatJSONLacks: what the contract asks of fields of these types is what stores
// answer, and it asks something of each.
func TestTypesThatJSONLacks(t *testing.T) {
	migrations := fstest.MapFS{"0001_loan.sql": {Data: []byte(`CREATE TABLE loan (loan_id TEXT PRIMARY KEY, rate NUMERIC NOT NULL DEFAULT 0,
		due DATE, period BIGINT NOT NULL DEFAULT 0, seal BYTEA, fee JSONB, items JSONB);`)}}
	var all []protoreflect.Message
	messages := loanMessages()
	for _, text := range []string{
		`{"loan_id": "a", "rate": "9", "due": "2026-01-30", "period": "5400s", "seal": "AQI=", "fee": {"amount": "9.00", "currency": "EUR"}, "items": [{"title": "x", "worth": "9.5"}, {"title": "y", "worth": "1"}]}`,
		`{"loan_id": "b", "rate": "10.5", "due": "2026-02-01", "period": "0.000000001s", "seal": "AQI=", "fee": {"amount": "10.00", "currency": "USD"}, "items": [{"title": "x", "worth": "9.5"}]}`,
		`{"loan_id": "c", "rate": "-1"}`,
	} {
		m := dynamicpb.NewMessage(messages.ByName("Loan"))
		require.NoError(t, protojson.Unmarshal([]byte(text), m))
		all = append(all, m)
	}
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *database.DB) {
		store := database.NewStore[loan](db, loanSchema())
		for _, one := range []loan{
			{LoanID: "a", Rate: decimal.NewFromInt(9), Due: time.Date(2026, 1, 30, 0, 0, 0, 0, time.UTC), Period: 90 * time.Minute, Seal: []byte{1, 2},
				Fee: money.Money{Amount: decimal.NewFromInt(9), Currency: "EUR"}, Items: []loanItem{{"x", decimal.RequireFromString("9.5")}, {"y", decimal.NewFromInt(1)}}},
			{LoanID: "b", Rate: decimal.RequireFromString("10.5"), Due: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), Period: 1, Seal: []byte{1, 2},
				Fee: money.Money{Amount: decimal.NewFromInt(10), Currency: "USD"}, Items: []loanItem{{"x", decimal.RequireFromString("9.5")}}},
			{LoanID: "c", Rate: decimal.NewFromInt(-1)},
		} {
			require.NoError(t, store.Create(t.Context(), &one))
		}
		for _, f := range loanSchema().Fields[1:] {
			filters := filtersByType(f, all)
			if len(f.Members) > 0 {
				filters = filtersByMembers(f, field(all[0], f.Name), all)
			}
			assert.GreaterOrEqual(t, len(filters), 3, f.Name)
			for filter, want := range filters {
				q, err := query.Parse([]byte(`{"filter": [{` + filter + `}]}`))
				require.NoError(t, err)
				items, _, err := store.List(t.Context(), nil, q)
				require.NoError(t, err, filter)
				assert.Len(t, items, want, filter)
			}
			changed := proto.Clone(all[0].Interface()).ProtoReflect()
			another(changed, field(changed, f.Name), f.Type)
			assert.False(t, proto.Equal(all[0].Interface(), changed.Interface()), "%s is as it was", f.Name)
		}
	})
	rates := filtersByType(query.Field{Name: "rate", Type: query.Decimal}, all)
	assert.Equal(t, 1, rates[condition("rate", "gt", `"9"`)], "as numbers, and not as texts")
}
