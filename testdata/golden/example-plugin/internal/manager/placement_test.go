package manager_test

import (
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/plugin/internal/manager"
	"github.com/cloudforet-io/plugin/internal/model"
)

func TestSupervisorsThatCanBeGivenPlugins(t *testing.T) {
	supervisorManagers().OnEveryEngine(t, func(t *testing.T, m manager.Supervisor) {
		t.Helper()
		now := time.Now().UTC()
		for _, s := range []model.Supervisor{
			{Hostname: "low", State: model.SupervisorEnabled, Priority: 1, PublishedAt: now},
			{Hostname: "high", State: model.SupervisorEnabled, Priority: 9, PublishedAt: now.Add(-time.Hour)},
			{Hostname: "off", State: model.SupervisorDisabled, PublishedAt: now.Add(-time.Hour)},
			{Hostname: "own", State: model.SupervisorEnabled, DomainID: "domain-1", PublishedAt: now},
		} {
			require.NoError(t, m.Create(t.Context(), &s))
		}
		err := m.Create(t.Context(), &model.Supervisor{Hostname: "own", DomainID: "domain-1"})
		assert.Equal(t, "ERROR_SAVE_UNIQUE_VALUES", apierror.From(err).Code)

		for want, domains := range map[string][]string{"high low ": {""}, "own ": {"domain-1"}, "high low own ": {"", "domain-1"}, "": {"domain-2"}} {
			enabled, err := m.Enabled(t.Context(), domains...)
			require.NoError(t, err)
			assert.Equal(t, want, hostnames(enabled))
		}
		silent, err := m.Silent(t.Context(), now.Add(-time.Minute))
		require.NoError(t, err)
		assert.Equal(t, "high ", hostnames(silent), "who is disabled is not expected to tell anything")

		known, err := m.Known(t.Context(), "", "off")
		require.NoError(t, err)
		assert.Equal(t, model.SupervisorDisabled, known.State)
		known, err = m.Known(t.Context(), "", "own")
		require.NoError(t, err)
		assert.Nil(t, known, "it is a domain's")
	})
}

func hostnames(supervisors []model.Supervisor) string {
	all := ""
	for _, s := range supervisors {
		all += s.Hostname + " "
	}
	return all
}

func TestInstalledPluginChangesHands(t *testing.T) {
	installedPluginManagers().OnEveryEngine(t, func(t *testing.T, m manager.InstalledPlugin) {
		t.Helper()
		ctx := t.Context()
		item := &model.InstalledPlugin{PluginID: "aws", Version: "1", SupervisorID: "one", State: model.PluginProvisioning, AskedAt: time.Now().Add(-time.Hour)}
		require.NoError(t, m.Create(ctx, item))
		err := m.Create(ctx, &model.InstalledPlugin{PluginID: "aws", Version: "1", SupervisorID: "two"})
		assert.Equal(t, "ERROR_SAVE_UNIQUE_VALUES", apierror.From(err).Code)
		require.NoError(t, m.Create(ctx, &model.InstalledPlugin{PluginID: "aws", Version: "1", DomainID: "domain-1", AskedAt: time.Now()}))

		stale := *item
		item.State, item.Endpoint = model.PluginActive, "grpc://a:1"
		require.NoError(t, m.Report(ctx, item))
		require.NoError(t, m.Move(ctx, item, &model.Supervisor{SupervisorID: "two", Name: "second", Hostname: "host-2"}))
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(m.Report(ctx, &stale)).Code, "it is another's now")
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(m.Move(ctx, &stale, &model.Supervisor{SupervisorID: "three"})).Code)
		for supervisor, want := range map[string]int{"one": 0, "two": 1, "three": 0} {
			all, err := m.RunBy(ctx, supervisor)
			require.NoError(t, err)
			assert.Len(t, all, want, supervisor)
		}
		got, err := m.Get(ctx, model.Scope{}, item.InstalledPluginID)
		require.NoError(t, err)
		assert.Equal(t, "host-2 PROVISIONING ", got.Hostname+" "+got.State+" "+got.Endpoint)

		unused, err := m.Unused(ctx, time.Now().Add(-time.Minute))
		require.NoError(t, err)
		require.Len(t, unused, 1)
		require.NoError(t, m.Ask(ctx, &unused[0]))
		unused, err = m.Unused(ctx, time.Now().Add(-time.Minute))
		require.NoError(t, err)
		assert.Empty(t, unused)
		asked, err := m.Get(ctx, model.Scope{}, item.InstalledPluginID)
		require.NoError(t, err)
		assert.True(t, got.UpdatedAt.Equal(asked.UpdatedAt), "to ask for it is no change of it")

		for domain, want := range map[string]int{"": 1, "domain-1": 1, "domain-2": 0} {
			versions, err := m.Versions(ctx, "aws", "1", domain)
			require.NoError(t, err)
			assert.Len(t, versions, want, domain)
		}
		require.NoError(t, m.Uninstall(ctx, model.Scope{}, "other"))
		require.NoError(t, m.Uninstall(ctx, model.Scope{}, "aws"))
		versions, err := m.Versions(ctx, "aws", "1", "", "domain-1")
		require.NoError(t, err)
		assert.Empty(t, versions)
	})
}

func TestRegisteredPluginsThatADomainCanUse(t *testing.T) {
	registeredPluginManagers().OnEveryEngine(t, func(t *testing.T, m manager.RegisteredPlugin) {
		t.Helper()
		for id, domain := range map[string]string{"shared": "", "own": "domain-1", "theirs": "domain-2"} {
			require.NoError(t, m.Create(t.Context(), &model.RegisteredPlugin{PluginID: id, DomainID: domain}))
			err := m.Create(t.Context(), &model.RegisteredPlugin{PluginID: id, DomainID: domain})
			assert.Equal(t, "ERROR_SAVE_UNIQUE_VALUES", apierror.From(err).Code)
		}
		err := m.Create(t.Context(), &model.RegisteredPlugin{PluginID: "shared", DomainID: "domain-1"})
		assert.Equal(t, "ERROR_NOT_UNIQUE", apierror.From(err).Code, "the platform has it")
		require.NoError(t, m.Create(t.Context(), &model.RegisteredPlugin{PluginID: "own", DomainID: "domain-2"}))
		for domain, want := range map[string]map[string]bool{
			"domain-1": {"shared": true, "own": true, "theirs": false},
			"domain-3": {"shared": true, "own": false, "theirs": false},
			"":         {"shared": true, "own": false, "theirs": false}, // it would have to say of which domain
		} {
			for id, usable := range want {
				item, err := m.Usable(t.Context(), domain, id)
				assert.Equal(t, usable, err == nil, domain+" "+id)
				if err == nil {
					assert.Equal(t, map[string]string{"shared": "", "own": "domain-1"}[id], item.DomainID)
				}
			}
		}
		require.NoError(t, m.Create(t.Context(), &model.RegisteredPlugin{PluginID: "own"}))
		item, err := m.Usable(t.Context(), "domain-1", "own")
		require.NoError(t, err)
		assert.Empty(t, item.DomainID, "the platform comes first")
	})
}
