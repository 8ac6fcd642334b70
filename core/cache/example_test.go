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
