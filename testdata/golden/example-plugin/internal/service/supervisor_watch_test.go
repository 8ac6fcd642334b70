package service

import (
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/model"
)

// twoSupervisors has the first of two supervisors run a plugin.
func (p platform) twoSupervisors() (first, second string) {
	p.Helper()
	p.registers("", "aws", "1")
	first, second = p.joins("", "host-1", 9), p.joins("", "host-2", 0)
	_, err := p.asks("", "aws")
	assert.Equal(p, codeNotActive, apierror.From(err).Code)
	p.publishes("", "host-1", runs("aws", "1", active, "first"))
	assert.Equal(p, []string{"aws@1 ACTIVE"}, p.wants("", "host-1"))
	return first, second
}

// forgets lets the last sign of life of a supervisor be long ago.
func (p platform) forgets(id string) {
	p.Helper()
	item, err := p.watch.placement.supervisors.Get(p.Context(), scopeOf(p.Context()), id)
	require.NoError(p, err)
	item.PublishedAt = time.Now().Add(-time.Hour)
	require.NoError(p, p.watch.placement.supervisors.Update(p.Context(), scopeOf(p.Context()), item, "published_at"))
}

func TestWatchMovesWhatALostSupervisorRan(t *testing.T) {
	onPlatform(t, func(p platform) {
		first, second := p.twoSupervisors()
		assert.Equal(p, map[string]any{"disconnected": 0.0, "moved": 0.0, "removed": 0.0}, p.looks(silentAfter-time.Second))
		p.forgets(first)
		assert.Equal(p, map[string]any{"disconnected": 1.0, "moved": 0.0, "removed": 0.0}, p.looks(0))
		assert.Equal(p, "DISCONNECTED", p.stateOf(first))
		answer, err := p.asks("", "aws")
		require.NoError(p, err, "it may be silent for a moment")
		assert.Equal(p, "first", answer.GetEndpoint())

		assert.Equal(p, map[string]any{"disconnected": 0.0, "moved": 1.0, "removed": 0.0}, p.looks(lostAfter+time.Second))
		assert.Equal(p, "ENABLED", p.stateOf(second))
		assert.Empty(p, p.wants("", "host-1"))
		assert.Equal(p, []string{"aws@1 PROVISIONING"}, p.wants("", "host-2"))
		p.publishes("", "host-2", runs("aws", "1", active, "second"))

		p.publishes("", "host-1", runs("aws", "1", active, "first"))
		assert.Equal(p, "ENABLED", p.stateOf(first), "it is back")
		assert.Empty(p, p.wants("", "host-1"), "and is to stop what it runs")
		answer, err = p.asks("", "aws")
		require.NoError(p, err)
		assert.Equal(p, "second", answer.GetEndpoint())
	})
}

func TestWatchWithNobodyElse(t *testing.T) {
	onPlatform(t, func(p platform) {
		p.registers("", "aws", "1")
		only := p.joins("", "host-1", 0)
		p.joins("domain-1", "host-2", 0) // runs nothing of others
		_, err := p.asks("", "aws")
		require.Error(p, err)
		p.publishes("", "host-1", runs("aws", "1", active, "a"))
		p.forgets(only)
		p.looks(0)
		p.looks(lostAfter + time.Second)
		_, err = p.asks("", "aws")
		assert.Equal(p, codeNoSupervisor, apierror.From(err).Code, "nobody is sent where nothing is")
		assert.Equal(p, []string{"aws@1 PROVISIONING"}, p.wants("", "host-1"), "it has to go on once it is back")
		p.publishes("", "host-1", runs("aws", "1", active, "a"))
		_, err = p.asks("", "aws")
		require.NoError(p, err)
	})
}

func TestWatchMovesWhatADeregisteredSupervisorRan(t *testing.T) {
	onPlatform(t, func(p platform) {
		first, _ := p.twoSupervisors()
		must(p, "", p.supervisors.Deregister, &api.SupervisorRequest{SupervisorId: first})
		assert.InDelta(p, 1, p.looks(0)["moved"], 0)
		assert.Equal(p, []string{"aws@1 PROVISIONING"}, p.wants("", "host-2"))
	})
}

func TestWatchLeavesWhatADisabledSupervisorRuns(t *testing.T) {
	onPlatform(t, func(p platform) {
		first, _ := p.twoSupervisors()
		must(p, "", p.supervisors.Disable, &api.SupervisorRequest{SupervisorId: first})
		assert.InDelta(p, 0, p.looks(0)["moved"], 0)
		p.publishes("", "host-1", runs("aws", "1", broken, ""))
		assert.InDelta(p, 1, p.looks(0)["moved"], 0, "it can't set it right")
		assert.Equal(p, []string{"aws@1 PROVISIONING"}, p.wants("", "host-2"))
	})
}

func TestWatchKeepsWhatIsAskedFor(t *testing.T) {
	onPlatform(t, func(p platform) {
		p.registers("", "aws", "1")
		require.NoError(p, p.watch.placement.installed.Create(p.Context(), &model.InstalledPlugin{
			PluginID: "aws", Version: "1", State: model.PluginActive, Endpoint: "a",
			SupervisorID: p.joins("", "host-1", 0), Hostname: "host-1", AskedAt: time.Now().Add(-unusedAfter - time.Hour),
		}))
		_, err := p.asks("", "aws")
		require.NoError(p, err)
		assert.InDelta(p, 0, p.looks(0)["removed"], 0)
		assert.Equal(p, []string{"aws@1 ACTIVE"}, p.wants("", "host-1"))
	})
}

func TestWatchRemovesWhatNobodyAsksFor(t *testing.T) {
	onPlatform(t, func(p platform) {
		p.twoSupervisors()
		assert.InDelta(p, 0, p.looks(unusedAfter - time.Hour)["removed"], 0)
		assert.InDelta(p, 1, p.looks(unusedAfter + time.Hour)["removed"], 0)
		assert.Empty(p, p.wants("", "host-1"))
	})
}
