package service

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"

	"github.com/cloudforet-io/identity/internal/model"
)

// maxPermissions bounds what one token says, and how long it takes to compare.
const maxPermissions = 256

// permissionsOf are those that the caller is confined to; nil is no limit.
func permissionsOf(ctx context.Context) []string {
	if caller := pipeline.TransactionFrom(ctx).Identity; caller != nil {
		return caller.Permissions
	}
	return nil
}

// mayMake refuses callers who are confined to permissions and make a user who has
// a role: his tokens are confined to none, and whoever sets his password gets them.
func mayMake(ctx context.Context, user *model.User) error {
	if permissionsOf(ctx) != nil && (user.RoleType == model.DomainAdmin || len(user.RoleBindings) > 0) {
		return apierror.PermissionDenied()
	}
	return nil
}

// narrowed gives the permissions that are asked for, if those that are held
// contain them: inventory: contains inventory:Region.read. Whoever holds no list
// holds all, and whoever asks for none in particular gets what he holds.
func narrowed(held, asked []string) ([]string, error) {
	if len(asked) > maxPermissions {
		return nil, apierror.Invalid("permissions", fmt.Sprintf("there are more than %d", maxPermissions))
	}
	for _, one := range asked {
		if err := checkPermission(one); err != nil {
			return nil, err
		}
		if held != nil && !slices.ContainsFunc(held, func(h string) bool { return pipeline.Grants(h, one) }) {
			return nil, apierror.PermissionDenied()
		}
	}
	if len(asked) == 0 {
		return held, nil
	}
	return asked, nil
}

// checkPermission refuses what would be stored, and allow nothing.
func checkPermission(permission string) error {
	switch words, all := strings.CutSuffix(permission, "*"); {
	case permission == "":
		return apierror.Invalid("permissions", "one of them is empty")
	case strings.Contains(words, "*"), all && words != "" && !strings.HasSuffix(words, ":") && !strings.HasSuffix(words, "."):
		return apierror.Invalid("permissions", permission+" has a * that is not the last word, as in inventory:Region.*")
	default:
		return nil
	}
}
