package service

import (
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/model"
)

func TestPublish(t *testing.T) {
	onPlatform(t, func(p platform) {
		labels, err := structpb.NewList([]any{"gpu", "seoul"})
		require.NoError(p, err)
		tags, err := structpb.NewStruct(map[string]any{"owner": "me"})
		require.NoError(p, err)
		first := must(p, "", p.supervisors.Publish, &api.PublishSupervisorRequest{Name: "one", Hostname: "host-1", Labels: labels, Tags: tags})
		assert.Equal(p, api.SupervisorInfo_PENDING, first.GetState())
		assert.Equal(p, map[string]any{"gpu": "", "seoul": ""}, first.GetLabels().AsMap())
		again := must(p, "", p.supervisors.Publish, &api.PublishSupervisorRequest{Name: "one", Hostname: "host-1"})
		assert.Equal(p, first.GetSupervisorId(), again.GetSupervisorId())
		assert.Equal(p, "me", again.GetTags().AsMap()["owner"], "what it leaves out stays")
		elsewhere := must(p, "domain-1", p.supervisors.Publish, &api.PublishSupervisorRequest{Name: "one", Hostname: "host-1"})
		assert.NotEqual(p, first.GetSupervisorId(), elsewhere.GetSupervisorId(), "another domain's is another")

		_, err = call(p, "", p.supervisors.Publish, &api.PublishSupervisorRequest{Name: "two", Hostname: "host-1"})
		assert.Equal(p, "ERROR_NOT_UNIQUE", apierror.From(err).Code)
		assert.ErrorContains(p, err, "that of the supervisor one")
		_, err = call(p, "", p.supervisors.Publish, &api.PublishSupervisorRequest{Name: "one"})
		assert.Equal(p, "ERROR_REQUIRED_PARAMETER", apierror.From(err).Code)
		labels.Values[0] = structpb.NewNumberValue(1)
		_, err = call(p, "", p.supervisors.Publish, &api.PublishSupervisorRequest{Name: "one", Hostname: "host-1", Labels: labels})
		assert.Equal(p, "ERROR_INVALID_PARAMETER_TYPE", apierror.From(err).Code)
	})
}

func TestRegisterAcceptsWhoIsPending(t *testing.T) {
	onPlatform(t, func(p platform) {
		id := p.joins("", "host-1", 3)
		must(p, "", p.supervisors.Disable, &api.SupervisorRequest{SupervisorId: id})
		info := must(p, "", p.supervisors.Register, &api.RegisterSupervisorRequest{SupervisorId: id, Priority: 4})
		assert.Equal(p, api.SupervisorInfo_DISABLED, info.GetState(), "who was disabled stays so")
		assert.EqualValues(p, 4, info.GetPriority())
		p.publishes("", "host-1")
		assert.Equal(p, "DISABLED", p.stateOf(id))
		must(p, "", p.supervisors.Enable, &api.SupervisorRequest{SupervisorId: id})
		assert.Equal(p, "ENABLED", p.stateOf(id))
		_, err := call(p, "domain-1", p.supervisors.Register, &api.RegisterSupervisorRequest{SupervisorId: id})
		assert.Equal(p, "ERROR_NOT_FOUND", apierror.From(err).Code)
	})
}

func TestReports(t *testing.T) {
	onPlatform(t, func(p platform) {
		p.registers("", "aws", "1")
		p.joins("", "host-1", 0)
		_, err := p.asks("", "aws")
		require.Error(p, err)
		other := runs("aws", "2", active, "other")
		for _, step := range []struct {
			name  string
			infos []*api.InstalledPluginInfo
			want  string
		}{
			{"it serves", []*api.InstalledPluginInfo{other, runs("aws", "1", active, "a")}, "aws@1 ACTIVE"},
			{"it ended", []*api.InstalledPluginInfo{other}, "aws@1 PROVISIONING"},
			{"it starts", []*api.InstalledPluginInfo{runs("aws", "1", begins, "a")}, "aws@1 PROVISIONING"},
			{"it fails", []*api.InstalledPluginInfo{runs("aws", "1", broken, "")}, "aws@1 ERROR"},
			{"a new instance begins", []*api.InstalledPluginInfo{runs("aws", "1", active, "a"), runs("aws", "1", begins, "b")}, "aws@1 ACTIVE"},
			{"the new one fails", []*api.InstalledPluginInfo{runs("aws", "1", broken, "b"), runs("aws", "1", active, "a")}, "aws@1 ACTIVE"},
			{"nothing is known", []*api.InstalledPluginInfo{{PluginId: "aws", Version: "1"}}, "aws@1 PROVISIONING"},
		} {
			p.publishes("", "host-1", step.infos...)
			assert.Equal(p, []string{step.want}, p.wants("", "host-1"), step.name)
		}
		p.publishes("", "host-2", runs("aws", "1", active, "stranger"))
		assert.Equal(p, []string{"aws@1 PROVISIONING"}, p.wants("", "host-1"), "another one's report is none")
	})
}

func TestRecover(t *testing.T) {
	onPlatform(t, func(p platform) {
		p.registers("", "aws", "1")
		id := p.joins("", "host-1", 0)
		_, err := p.asks("", "aws")
		require.Error(p, err)
		p.publishes("", "host-1", runs("aws", "1", active, "a"))

		req := &api.RecoverPluginRequest{SupervisorId: id, PluginId: "aws", Version: "1"}
		_, err = call(p, "domain-1", p.supervisors.RecoverPlugin, req)
		assert.Equal(p, "ERROR_NOT_FOUND", apierror.From(err).Code, "another domain's")
		assert.Equal(p, api.InstalledPluginInfo_RE_PROVISIONING, must(p, "", p.supervisors.RecoverPlugin, req).GetState())
		_, err = p.asks("", "aws")
		assert.Equal(p, codeNotActive, apierror.From(err).Code)

		for code, req := range map[string]*api.RecoverPluginRequest{
			"key = version":          {SupervisorId: id, PluginId: "aws"},
			"ERROR_NOT_FOUND: Resou": {SupervisorId: id, PluginId: "aws", Version: "2"},
		} {
			_, err := call(p, "", p.supervisors.RecoverPlugin, req)
			assert.ErrorContains(p, err, code)
		}
	})
}

// TestRecoverStandsUntilItWasDone follows a supervisor, which publishes what runs
// before it asks what ought to, and may take its time.
func TestRecoverStandsUntilItWasDone(t *testing.T) {
	for name, c := range map[string]struct {
		before, after *api.InstalledPluginInfo
		want          string
	}{
		"it begins anew":              {runs("aws", "1", active, "a"), runs("aws", "1", begins, "a"), "aws@1 PROVISIONING"},
		"it serves elsewhere":         {runs("aws", "1", active, "a"), runs("aws", "1", active, "b"), "aws@1 ACTIVE"},
		"it serves again":             {runs("aws", "1", broken, ""), runs("aws", "1", active, "a"), "aws@1 ACTIVE"},
		"it fails now":                {runs("aws", "1", active, "a"), runs("aws", "1", broken, ""), "aws@1 ERROR"},
		"another of its replicas":     {runs("aws", "1", active, "a"), &api.InstalledPluginInfo{PluginId: "aws", Version: "1", State: active, Endpoint: "a", Endpoints: []string{"b"}}, "aws@1 ACTIVE"},
		"nobody has seen it for long": {runs("aws", "1", active, "a"), nil, "aws@1 ACTIVE"},
	} {
		t.Run(name, func(t *testing.T) {
			onPlatform(t, func(p platform) {
				p.registers("", "aws", "1")
				id := p.joins("", "host-1", 0)
				_, err := p.asks("", "aws")
				require.Error(p, err)
				p.publishes("", "host-1", c.before)
				must(p, "", p.plugins.NotifyFailure, &api.PluginFailureRequest{SupervisorId: id, PluginId: "aws", Version: "1"})
				for range 3 {
					p.publishes("", "host-1", c.before)
					assert.Equal(p, []string{"aws@1 RE_PROVISIONING"}, p.wants("", "host-1"))
				}
				after := c.after
				if after == nil {
					after = c.before
					p.supervisors.now = func() time.Time { return time.Now().Add(recoverWait) }
				}
				p.publishes("", "host-1", after)
				assert.Equal(p, []string{c.want}, p.wants("", "host-1"))
			})
		})
	}
}

func TestSupervisorsOfOneHostname(t *testing.T) {
	onPlatform(t, func(p platform) {
		p.registers("", "aws", "1")
		p.joins("", "host-1", 0)
		_, err := p.asks("", "aws")
		require.Error(p, err)
		theirs := p.joins("domain-1", "host-1", 0)
		p.joins("domain-2", "host-2", 0)
		require.NoError(p, p.plugins.placement.installed.Create(p.Context(), &model.InstalledPlugin{
			PluginID: "evil", Version: "1", State: model.PluginProvisioning, DomainID: "domain-1",
			SupervisorID: theirs, Hostname: "host-1", AskedAt: time.Now(),
		}))
		assert.Equal(p, []string{"aws@1 PROVISIONING"}, p.wants("", "host-1"), "the platform's runs nothing of a domain")
		assert.Equal(p, []string{"evil@1 PROVISIONING"}, p.wants("domain-1", "host-1"))
		of := func(req *api.InstalledPluginQuery) []*api.InstalledPluginInfo {
			return must(p, "", p.supervisors.ListPlugins, req).GetResults()
		}
		for _, req := range []*api.InstalledPluginQuery{
			{Hostname: "host-1", DomainId: "domain-1"}, {Hostname: "host-1", SupervisorId: theirs},
		} {
			require.Len(p, of(req), 1)
			assert.Equal(p, "evil", of(req)[0].GetPluginId())
		}
		_, err = call(p, "", p.supervisors.ListPlugins, &api.InstalledPluginQuery{Hostname: "host-2"})
		assert.Equal(p, "ERROR_NOT_FOUND", apierror.From(err).Code, "none of the platform's is called so")
	})
}
