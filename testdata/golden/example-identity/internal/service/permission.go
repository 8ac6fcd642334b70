package service

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cloudforet-io/identity/internal/core/apierror"
	"github.com/cloudforet-io/identity/internal/core/pipeline"
	"github.com/cloudforet-io/identity/internal/model"
)

// maxPermissions bounds what one token says, and how long it takes to compare.
const maxPermissions = 256

// permissionsOf are those that the caller is confined to; none are no limit.
func permissionsOf(ctx context.Context) []string {
	if caller := pipeline.TransactionFrom(ctx).Identity; caller != nil {
		return caller.Permissions
	}
	return nil
}

// mayMake refuses callers who are confined to permissions and make a user who has
// a role: his tokens are confined to none, and whoever sets his password gets them.
func mayMake(ctx context.Context, user *model.User) error {
	if len(permissionsOf(ctx)) > 0 && (user.RoleType == model.DomainAdmin || len(user.RoleBindings) > 0) {
		return apierror.PermissionDenied()
	}
	return nil
}

// narrowed gives the permissions that are asked for, if those that are held
// contain them: inventory: contains inventory:Region.read. Whoever holds none in
// particular holds all, and whoever asks for none in particular gets what he holds.
func narrowed(held, asked []string) ([]string, error) {
	if len(asked) > maxPermissions {
		return nil, apierror.Invalid("permissions", fmt.Sprintf("there are more than %d", maxPermissions))
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
