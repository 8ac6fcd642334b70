package service

import (
	"context"
	"slices"
	"strings"

	"github.com/cloudforet-io/identity/internal/core/apierror"
	"github.com/cloudforet-io/identity/internal/core/pipeline"
)

// permissionsOf are those that the caller is confined to; none are no limit.
func permissionsOf(ctx context.Context) []string {
	if caller := pipeline.TransactionFrom(ctx).Identity; caller != nil {
		return caller.Permissions
	}
	return nil
}

// maxPermissions is how many a token may have: with more, services would refuse it
// for its size.
const maxPermissions = 256

// narrowed gives the permissions that are asked for, if those that are held
// contain them: inventory: contains inventory:Region.read. Whoever holds none in
// particular holds all, and whoever asks for none in particular gets what he holds.
func narrowed(held, asked []string) ([]string, error) {
	if len(asked) > maxPermissions {
		return nil, apierror.Invalid("permissions", "they are too many")
	}
	if len(held) == 0 {
		if slices.Contains(asked, "") {
			return nil, apierror.Invalid("permissions", "one of them is empty")
		}
		return asked, nil
	}
	for _, one := range asked {
		if !slices.ContainsFunc(held, func(h string) bool { return strings.HasPrefix(one, h) }) {
			return nil, apierror.PermissionDenied()
		}
	}
	if len(asked) == 0 {
		return held, nil
	}
	return asked, nil
}
