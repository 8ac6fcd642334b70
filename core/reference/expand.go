package reference

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// An Expansion shows, in results of the type R, what one of their fields refers to.
type Expansion[R any] struct {
	Name string // by which requests ask for it
	Key  string // the field that refers
	Show func(ctx context.Context, results []R) error
}

// Expansions are all that there are of one kind of results.
type Expansions[R any] []Expansion[R]

// Know refuses names of no expansion.
func (all Expansions[R]) Know(names []string) error {
	for _, name := range names {
		if slices.ContainsFunc(all, func(e Expansion[R]) bool { return e.Name == name }) {
			continue
		}
		known := make([]string, len(all))
		for i, e := range all {
			known[i] = e.Name
		}
		return apierror.Invalid("expand", fmt.Sprintf("%q cannot be shown; there is %s", name, strings.Join(known, ", ")))
	}
	return nil
}

// Select has a query that asks for a part of the fields select those, too, that the named
// expansions need.
func (all Expansions[R]) Select(q *query.Query, schema query.Schema, names []string) error {
	if err := all.Know(names); err != nil || len(names) == 0 {
		return err
	}
	if q.Minimal && len(q.Only) == 0 {
		q.Only = slices.Clone(schema.Minimal)
	}
	if len(q.Only) == 0 {
		return nil
	}
	for _, e := range all {
		if slices.Contains(names, e.Name) && !slices.Contains(q.Only, e.Key) {
			q.Only = append(q.Only, e.Key)
		}
	}
	return nil
}

// Show shows what the names ask for in results.
func (all Expansions[R]) Show(ctx context.Context, names []string, results ...R) error {
	for _, e := range all {
		if !slices.Contains(names, e.Name) {
			continue
		}
		if err := e.Show(ctx, results); err != nil {
			return err
		}
	}
	return nil
}

// Showing makes the Show of an Expansion. list is called once for all results: it gives
// what the caller may see of the resources with some identifiers. What is not among them
// is not shown.
func Showing[R, T any](refers func(R) string, list func(ctx context.Context, ids []any) ([]T, error), id func(T) string, show func(R, T)) func(context.Context, []R) error {
	return func(ctx context.Context, results []R) error {
		var ids []any
		seen := map[string]bool{}
		for _, r := range results {
			if key := refers(r); key != "" && !seen[key] {
				seen[key] = true
				ids = append(ids, key)
			}
		}
		if len(ids) == 0 {
			return nil
		}
		found, err := list(ctx, ids)
		if err != nil {
			return err
		}
		byID := make(map[string]T, len(found))
		for _, one := range found {
			byID[id(one)] = one
		}
		for _, r := range results {
			if one, ok := byID[refers(r)]; ok {
				show(r, one)
			}
		}
		return nil
	}
}

// Refused turns the refusal of a caller who may not see a kind of resources into one that
// says which.
func Refused(resource string, err error) error {
	if err == nil || apierror.From(err).Status != codes.PermissionDenied {
		return err
	}
	return apierror.New(codes.PermissionDenied, "ERROR_PERMISSION_DENIED", "Permission denied. (resource = %s)", resource).Because(err)
}
