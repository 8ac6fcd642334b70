package database_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/query"
)

// cloudService is what the cases of the original are about.
type cloudService struct {
	bun.BaseModel `bun:"table:cloud_services,alias:cs"`

	CloudServiceID    string         `bun:"cloud_service_id,pk" json:"cloud_service_id"`
	Name              string         `bun:"name" json:"name"`
	State             string         `bun:"state" json:"state"`
	Provider          string         `bun:"provider" json:"provider"`
	CloudServiceGroup string         `bun:"cloud_service_group" json:"cloud_service_group"`
	CloudServiceType  string         `bun:"cloud_service_type" json:"cloud_service_type"`
	Account           string         `bun:"account" json:"account"`
	RegionCode        *string        `bun:"region_code" json:"region_code"`
	InstanceType      string         `bun:"instance_type" json:"instance_type"`
	InstanceSize      float64        `bun:"instance_size" json:"instance_size"`
	IPAddresses       []string       `bun:"ip_addresses,type:jsonb" json:"ip_addresses"`
	Data              map[string]any `bun:"data,type:jsonb" json:"data"`
	Tags              map[string]any `bun:"tags,type:jsonb" json:"tags"`
	ProjectID         string         `bun:"project_id" json:"project_id"`
	CreatedAt         time.Time      `bun:"created_at" json:"created_at"`
	UpdatedAt         time.Time      `bun:"updated_at" json:"updated_at"`
}

func cloudServiceMigrations() fstest.MapFS {
	return fstest.MapFS{
		"cloud_service/0001_create.sql": file(`CREATE TABLE cloud_services (cloud_service_id TEXT PRIMARY KEY, name TEXT, state TEXT,
			provider TEXT, cloud_service_group TEXT, cloud_service_type TEXT, account TEXT, region_code TEXT, instance_type TEXT,
			instance_size DOUBLE PRECISION, ip_addresses JSONB, data JSONB, tags JSONB, project_id TEXT, created_at TIMESTAMP, updated_at TIMESTAMP)`),
	}
}

// originals are questions over some rows, and what the original framework answered to them.
type originals struct {
	KeywordFields []string          `json:"keyword_fields"`
	MinimalFields []string          `json:"minimal_fields"`
	DefaultOrder  []string          `json:"default_order"`
	Aliases       map[string]string `json:"aliases"`
	Rows          []cloudService    `json:"rows"`
	Cases         []originalCase    `json:"cases"`
}

type originalCase struct {
	Method   string          `json:"method"`
	Label    string          `json:"label"`
	Query    json.RawMessage `json:"query"`
	Ordered  bool            `json:"ordered"`
	Original struct {
		Error string `json:"error"`
		OK    *struct {
			Rows    []int `json:"rows"`
			Total   int   `json:"total_count"`
			Results []any `json:"results"`
			More    bool  `json:"more"`
		} `json:"ok"`
	} `json:"original"`
}

func (o originals) schema() query.Schema {
	s := query.Schema{
		Table: "cloud_services", ID: "cloud_service_id", Minimal: o.MinimalFields, Keyword: o.KeywordFields, Aliases: o.Aliases,
		Fields: []query.Field{
			{Name: "cloud_service_id"}, {Name: "name"}, {Name: "state"}, {Name: "provider"}, {Name: "cloud_service_group"}, {Name: "cloud_service_type"},
			{Name: "account"}, {Name: "region_code"}, {Name: "instance_type"}, {Name: "instance_size", Type: query.Double},
			{Name: "ip_addresses", Repeated: true}, {Name: "data", Type: query.Struct}, {Name: "tags", Type: query.Struct},
			{Name: "project_id"}, {Name: "created_at", Type: query.Timestamp}, {Name: "updated_at", Type: query.Timestamp},
		},
	}
	for _, key := range o.DefaultOrder {
		s.Order = append(s.Order, query.Sort{Key: key})
	}
	return s
}

// decided are the questions that are answered otherwise than by the original, as docs/query.md says and why.
var decided = map[string]string{ //nolint:gochecknoglobals // a table
	"no operator":       `[0,3,6,9,12,15,18,21]`,
	"group key no name": `[{"n":8,"provider":"aws"},{"n":8,"provider":"azure"},{"n":8,"provider":"google_cloud"}]`,
	"group no keys":     `[{"n":24}]`,
}

// TestOriginals asks what the original framework was asked.
func TestOriginals(t *testing.T) {
	text, err := os.ReadFile("testdata/original.json")
	require.NoError(t, err)
	var o originals
	require.NoError(t, json.Unmarshal(text, &o))
	require.Len(t, o.Cases, 95)
	databasetest.OnEveryEngine(t, cloudServiceMigrations(), func(t *testing.T, db *database.DB) {
		store := database.NewStore[cloudService](db, o.schema())
		require.NoError(t, db.InTx(t.Context(), func(ctx context.Context) error {
			for i := range o.Rows {
				if err := store.Create(ctx, &o.Rows[i]); err != nil {
					return err
				}
			}
			return nil
		}))
		for _, c := range o.Cases {
			t.Run(c.Label, func(t *testing.T) {
				o.answer(t, store, c)
			})
		}
	})
}

func (o originals) answer(t *testing.T, store *database.Store[cloudService], c originalCase) {
	t.Helper()
	var got []any
	var want []any
	var total int
	var more bool
	var err error
	switch c.Method {
	case "list":
		var q query.Query
		if q, err = query.Parse(c.Query); err == nil {
			var items []cloudService
			items, total, err = store.List(t.Context(), nil, q)
			for _, item := range items {
				got = append(got, slices.IndexFunc(o.Rows, func(row cloudService) bool { return row.CloudServiceID == item.CloudServiceID }))
			}
		}
	case "stat":
		var q query.StatQuery
		if q, err = query.ParseStat(c.Query); err == nil {
			var rows []map[string]any
			rows, _, err = store.Stat(t.Context(), nil, q)
			for _, row := range rows {
				if got = append(got, row); q.Distinct != "" {
					got[len(got)-1] = row[q.Distinct]
				}
			}
		}
	case "analyze":
		var q query.AnalyzeQuery
		if q, err = query.ParseAnalyze(c.Query); err == nil {
			var rows []map[string]any
			rows, more, err = store.Analyze(t.Context(), nil, q)
			for _, row := range rows {
				got = append(got, row)
			}
		}
	default:
		t.Fatalf("unknown method %s", c.Method)
	}
	if otherwise, ok := decided[c.Label]; ok {
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal([]byte(otherwise), &want))
		assert.ElementsMatch(t, lines(t, want), lines(t, got))
		return
	}
	if c.Original.Error != "" {
		require.Error(t, err)
		assert.Equal(t, c.Original.Error, apierror.From(err).Code)
		return
	}
	require.NoError(t, err)
	if c.Method == "list" {
		for _, n := range c.Original.OK.Rows {
			want = append(want, n)
		}
		assert.Equal(t, c.Original.OK.Total, total)
	} else {
		want = c.Original.OK.Results
	}
	assert.Equal(t, c.Original.OK.More, more)
	if c.Ordered {
		assert.Equal(t, lines(t, want), lines(t, got))
	} else {
		assert.ElementsMatch(t, lines(t, want), lines(t, got))
	}
}

// lines writes each value as JSON, with the members and the elements in one order.
func lines(t *testing.T, values []any) []string {
	t.Helper()
	out := []string{}
	for _, value := range values {
		var plain any
		require.NoError(t, json.Unmarshal([]byte(shown(t, value)), &plain))
		out = append(out, shown(t, sortedLists(t, plain)))
	}
	return out
}

func sortedLists(t *testing.T, value any) any {
	t.Helper()
	switch v := value.(type) {
	case []any:
		for i := range v {
			v[i] = sortedLists(t, v[i])
		}
		slices.SortFunc(v, func(a, b any) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	case map[string]any:
		for name := range v {
			v[name] = sortedLists(t, v[name])
		}
	case string:
		return strings.Replace(v, ".000Z", "Z", 1)
	}
	return value
}
