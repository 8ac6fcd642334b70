package cache_test

import (
	"context"
	"fmt"
	"time"

	"github.com/cloudforet-io/spacegen/core/cache"
)

type region struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// GetOrLoad asks the cache first, and the source only for what the cache does not have.
// Delete the key when the value changes.
func ExampleGetOrLoad() {
	ctx := context.Background()
	regions, err := cache.New(cache.Options{}) // in memory; with a Host, in Redis
	if err != nil {
		panic(err)
	}
	defer func() { _ = regions.Close() }()

	name := "Seoul"
	get := func() string {
		item, err := cache.GetOrLoad(ctx, regions, "region:region-1", time.Minute, func(context.Context) (region, error) {
			fmt.Println("load region-1")
			return region{ID: "region-1", Name: name}, nil
		})
		if err != nil {
			panic(err)
		}
		return item.Name
	}
	fmt.Println(get())
	fmt.Println(get())

	name = "Seoul 2"
	if err := regions.Delete(ctx, "region:region-1"); err != nil {
		panic(err)
	}
	fmt.Println(get())
	// Output:
	// load region-1
	// Seoul
	// Seoul
	// load region-1
	// Seoul 2
}

// ExampleCache shows what else a cache does: it counts, and forgets by pattern.
func ExampleCache() {
	ctx := context.Background()
	all := cache.NewAliases(map[string]cache.Options{"sessions": {Engine: "LocalCache", TTL: time.Hour}})
	defer func() { _ = all.Close() }()
	sessions, err := all.Get("sessions")
	if err != nil {
		panic(err)
	}
	for _, user := range []string{"ann", "bob", "ann"} {
		if _, err := sessions.Increment(ctx, "attempts:"+user, 1, time.Minute); err != nil {
			panic(err)
		}
	}
	keys, _ := sessions.Keys(ctx, "attempts:*")
	attempts, _, _ := sessions.Get(ctx, "attempts:ann")
	fmt.Println(keys, string(attempts))

	if err := sessions.DeletePattern(ctx, "attempts:a*"); err != nil {
		panic(err)
	}
	keys, _ = sessions.Keys(ctx, "*")
	fmt.Println(keys)
	// Output:
	// [attempts:ann attempts:bob] 2
	// [attempts:bob]
}
