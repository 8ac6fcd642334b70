package service_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/model"
	"github.com/cloudforet-io/identity/internal/service"
)

func TestAdminReset(t *testing.T) {
	withNothing(t, func(t *testing.T, w world) {
		ctx := t.Context()
		begun, err := service.NewBootstrap(w.managers).Run(ctx, first())
		require.NoError(t, err)
		scope := model.Scope{DomainID: begun.DomainID}
		lost, err := w.managers.User.Get(ctx, scope, "admin")
		require.NoError(t, err)
		lost.State, lost.RoleType, lost.RoleID, lost.RequiredActions = model.Disabled, "", "", []string{model.UpdatePassword}
		require.NoError(t, w.managers.User.Update(ctx, scope, lost, "state", "role_type", "role_id", "required_actions"))
		session, err := w.managers.Session.Start(ctx, lost, time.Hour)
		require.NoError(t, err)

		run := func(req service.AdminResetRequest) (done *service.AdminResetResult, err error) {
			err = w.db.InTx(ctx, func(ctx context.Context) (err error) {
				done, err = service.NewAdminReset(w.managers).Run(ctx, req)
				return err
			})
			return done, err
		}
		req := service.AdminResetRequest{Domain: "acme", UserID: "admin", Password: "Open another 1"}
		done, err := run(req)
		require.NoError(t, err)
		assert.Equal(t, &service.AdminResetResult{DomainID: begun.DomainID, UserID: "admin", Changed: []string{"password", "state", "role", "required_actions"}}, done)
		user, err := w.managers.User.Authenticate(ctx, begun.DomainID, "admin", "Open another 1")
		require.NoError(t, err)
		assert.Equal(t, model.DomainAdmin, user.RoleType)
		assert.Equal(t, model.ManagedDomainAdmin, user.RoleID)
		assert.Empty(t, user.RequiredActions)
		_, err = w.managers.User.Authenticate(ctx, begun.DomainID, "admin", sesame)
		require.Error(t, err, "the old password holds no more")
		assert.Error(t, w.managers.Session.Check(ctx, session.SessionID, session.TokenID), "his sessions have ended")

		req.Domain = begun.DomainID
		done, err = run(req)
		require.NoError(t, err)
		assert.Equal(t, []string{"password"}, done.Changed)

		req.UserID = "second"
		_, err = run(req)
		require.ErrorContains(t, err, "has no user second")
		req.Create = true
		done, err = run(req)
		require.NoError(t, err)
		assert.Equal(t, []string{"password", "created"}, done.Changed)
		others, err := w.managers.User.OtherAdmins(ctx, begun.DomainID, "admin")
		require.NoError(t, err)
		assert.True(t, others)

		req.Password = "short"
		_, err = run(req)
		require.ErrorContains(t, err, "8 characters")
		req.Domain = "nowhere"
		_, err = run(req)
		assert.ErrorContains(t, err, "there is no domain nowhere")
	})
}
