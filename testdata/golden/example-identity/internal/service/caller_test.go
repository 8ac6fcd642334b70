package service_test

import (
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/model"
	"github.com/cloudforet-io/identity/internal/service"
)

// TestCallersAsTheyAreNow has admin, and ann, who owns workspace-1 and is a member of
// workspace-2.
func TestCallersAsTheyAreNow(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		ctx, scope, caller := t.Context(), model.Scope{DomainID: domainID}, service.NewCaller(f.managers)
		says := func(user, role, workspace string) string {
			err := caller.Check(ctx, &pipeline.Identity{
				TokenType: model.AccessToken, OwnerType: model.OwnerUser, RoleType: role,
				DomainID: domainID, WorkspaceID: workspace, Audience: user,
			})
			if err == nil {
				return ""
			}
			return apierror.From(err).Code
		}
		assert.Empty(t, says("admin", model.DomainAdmin, ""))
		assert.Empty(t, says("admin", model.WorkspaceOwner, "workspace-9"))
		assert.Empty(t, says("admin", model.RoleUser, ""))
		assert.Empty(t, says("ann", model.RoleUser, ""))
		assert.Empty(t, says("ann", model.WorkspaceOwner, "workspace-1"))
		assert.Empty(t, says("ann", model.WorkspaceMember, "workspace-2"))
		assert.Equal(t, denied, says("ann", model.DomainAdmin, ""), "she is no administrator any more")
		assert.Equal(t, denied, says("ann", model.WorkspaceOwner, "workspace-2"), "she owns it no longer")
		assert.Equal(t, denied, says("ann", model.WorkspaceOwner, "workspace-3"))
		assert.Equal(t, refused, says("nobody", model.DomainAdmin, ""))

		admin, err := f.managers.User.Get(ctx, scope, "admin")
		require.NoError(t, err)
		admin.State = model.Disabled
		require.NoError(t, f.managers.User.Update(ctx, scope, admin, "state"))
		assert.Equal(t, refused, says("admin", model.DomainAdmin, ""))
		require.NoError(t, f.managers.User.Delete(ctx, scope, "ann"))
		assert.Equal(t, refused, says("ann", model.WorkspaceOwner, "workspace-1"))
		assert.NoError(t, caller.Check(ctx, &pipeline.Identity{TokenType: model.SystemToken}))
	})
}
