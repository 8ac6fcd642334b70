package service

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"

	"github.com/cloudforet-io/identity/internal/manager"
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

// mayGive refuses callers who are confined to permissions and give a role that may do
// more than they may.
func mayGive(ctx context.Context, permissions []string) error {
	held := permissionsOf(ctx)
	if held != nil && len(permissions) == 0 {
		return apierror.PermissionDenied()
	}
	_, err := narrowed(held, permissions)
	return err
}

// mayBecome refuses callers who are confined to permissions and set the password of
// a user who has a role: they could sign in as him.
func mayBecome(ctx context.Context, bindings manager.RoleBinding, user *model.User) error {
	if permissionsOf(ctx) == nil {
		return nil
	}
	_, roles, err := bindings.List(ctx, model.Scope{DomainID: user.DomainID}, where("user_id", user.UserID))
	if err != nil {
		return err
	}
	if roles > 0 {
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
