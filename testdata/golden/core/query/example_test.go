package query_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing/fstest"

	"github.com/uptrace/bun"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/query"
)

// Parse reads a query as callers send it.
func ExampleParse() {
	q, err := query.Parse([]byte(`{
		"filter": [{"k": "provider", "v": "aws", "o": "eq"}, {"k": "tags.env", "v": ["dev", "test"], "o": "in"}],
		"sort": [{"key": "name"}],
		"page": {"start": 11, "limit": 10}
	}`))
	if err != nil {
		panic(err)
	}
	for _, c := range q.Filter {
		fmt.Println(c.Key, c.Operator, c.Value)
	}
	fmt.Println("skip", q.Page.Offset(), "of what is sorted by", q.Sort[0].Key)
	// Output:
	// provider eq aws
	// tags.env in [dev test]
	// skip 10 of what is sorted by name
}

type server struct {
	bun.BaseModel `bun:"table:server"`

	ServerID string `bun:"server_id,pk"`
	Cores    int64  `bun:"cores"`
}

// A Schema says what may be asked of a resource; a database.Store answers it.
func ExampleSchema() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	db, err := database.Open(ctx, database.Options{Path: filepath.Join(dir, "inventory.db")})
	if err != nil {
		panic(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Migrate(ctx, fstest.MapFS{"0001_server.sql": {Data: []byte(
		`CREATE TABLE server (server_id TEXT PRIMARY KEY, cores BIGINT NOT NULL)`,
	)}}); err != nil {
		panic(err)
	}
	servers := database.NewStore[server](db, query.Schema{
		Table: "server", ID: "server_id",
		Fields: []query.Field{{Name: "server_id"}, {Name: "cores", Type: query.Int}},
	})
	for id, cores := range map[string]int64{"server-1": 2, "server-2": 8, "server-3": 16} {
		if err := servers.Create(ctx, &server{ServerID: id, Cores: cores}); err != nil {
			panic(err)
		}
	}

	found, total, err := servers.List(ctx, nil, query.Query{
		Filter: []query.Condition{{Key: "cores", Operator: query.Gte, Value: 8}},
		Sort:   []query.Sort{{Key: "cores", Desc: true}},
		Page:   query.Page{Limit: 1},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(found[0].ServerID, "is the largest of", total)

	_, _, err = servers.List(ctx, nil, query.Query{Filter: []query.Condition{{Key: "colour", Operator: query.Eq, Value: "red"}}})
	fmt.Println(err)
	// Output:
	// server-3 is the largest of 2
	// ERROR_DB_QUERY: Database query failed. (reason = server has no key colour)
}
