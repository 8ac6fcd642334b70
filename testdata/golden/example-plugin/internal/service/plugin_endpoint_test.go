package service

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/model"
)

func TestEndpoint(t *testing.T) {
	onPlatform(t, func(p platform) {
		p.registers("", "aws", "1.0", "1.1")
		fails[*api.PluginEndpoint](p.T, codeNoSupervisor)(p.asks("domain-1", "aws"))
		p.publishes("", "host-1")
		fails[*api.PluginEndpoint](p.T, codeNoSupervisor)(p.asks("domain-1", "aws"))
		assert.Empty(p, p.wants("", "host-1"), "nothing is installed where nobody could run it")

		p.joins("", "host-1", 0)
		_, err := p.asks("domain-1", "aws")
		fails[*api.PluginEndpoint](p.T, codeNotActive)(nil, err)
		assert.Equal(p, codes.Unavailable, apierror.From(err).Status)
		assert.Equal(p, []string{"aws@1.1 PROVISIONING"}, p.wants("", "host-1"), "it stays wanted though the call failed")

		p.publishes("", "host-1", runs("aws", "1.1", active, "grpc://a:1"), runs("orphan", "1", active, "grpc://a:2"))
		for _, domain := range []string{"domain-1", "domain-2", ""} {
			answer, err := p.asks(domain, "aws")
			require.NoError(p, err)
			assert.Equal(p, "grpc://a:1", answer.GetEndpoint())
			assert.Equal(p, "1.1", answer.GetUpdatedVersion())
		}
		assert.Equal(p, []string{"aws@1.1 ACTIVE"}, p.wants("", "host-1"), "one for all domains")
	})
}

func TestEndpointVersion(t *testing.T) {
	onPlatform(t, func(p platform) {
		p.registers("", "aws", "1.0", "1.1", "2.0-beta")
		p.joins("", "host-1", 0)
		const manual, auto = api.PluginEndpointRequest_MANUAL, api.PluginEndpointRequest_AUTO
		for _, version := range []string{"1.0", "2.0-beta"} {
			_, err := call(p, "", p.plugins.GetPluginEndpoint, &api.PluginEndpointRequest{PluginId: "aws", Version: version})
			fails[*api.PluginEndpoint](p.T, codeNotActive)(nil, err)
		}
		p.publishes("", "host-1", runs("aws", "1.0", active, "old"), runs("aws", "2.0-beta", active, "new"))
		for name, c := range map[string]struct {
			version           string
			mode              api.PluginEndpointRequest_UpgradeMode
			endpoint, updated string
			fails             string
		}{
			"the one that is asked for": {version: "1.0", mode: manual, endpoint: "old"},
			"the newest":                {version: "1.0", mode: auto, endpoint: "new", updated: "2.0-beta"},
			"the newest, as asked for":  {version: "2.0-beta", mode: auto, endpoint: "new"},
			"none is asked for":         {mode: manual, endpoint: "new", updated: "2.0-beta"},
			"there is no such":          {version: "3", mode: manual, fails: codeInvalidVersion},
		} {
			answer, err := call(p, "", p.plugins.GetPluginEndpoint, &api.PluginEndpointRequest{PluginId: "aws", Version: c.version, UpgradeMode: c.mode})
			if c.fails != "" {
				fails[*api.PluginEndpoint](p.T, c.fails)(answer, err)
				continue
			}
			require.NoError(p, err, name)
			assert.Equal(p, c.endpoint, answer.GetEndpoint(), name)
			assert.Equal(p, c.updated, answer.GetUpdatedVersion(), name)
		}
		fails[*api.PluginEndpoint](p.T, codeNotFound)(p.asks("", "nothing"))
		fails[*api.PluginEndpoint](p.T, "ERROR_REQUIRED_PARAMETER")(p.asks("", ""))
	})
}

// TestEndpointOfLabels: labels say where a plugin may start, and nothing of where it runs.
func TestEndpointOfLabels(t *testing.T) {
	onPlatform(t, func(p platform) {
		p.registers("", "aws", "1.0")
		p.joins("", "host-1", 9)
		asks := func(labels ...string) (*api.PluginEndpoint, error) {
			wanted := &structpb.Struct{Fields: map[string]*structpb.Value{}}
			for _, label := range labels {
				wanted.Fields[label] = structpb.NewStringValue("of any value")
			}
			return call(p, "", p.plugins.GetPluginEndpoint, &api.PluginEndpointRequest{PluginId: "aws", Version: "1.0", Labels: wanted})
		}
		fails[*api.PluginEndpoint](p.T, codeNoSupervisor)(asks("gpu"))
		assert.Empty(p, p.wants("", "host-1"))

		labels, err := structpb.NewList([]any{"gpu", "seoul"})
		require.NoError(p, err)
		id := p.joins("", "host-2", 0)
		must(p, "", p.supervisors.Publish, &api.PublishSupervisorRequest{Name: "at-host-2", Hostname: "host-2", Labels: labels})
		_, err = asks("gpu", "busan")
		require.ErrorContains(p, err, "labels = busan, gpu")
		fails[*api.PluginEndpoint](p.T, codeNotActive)(asks("gpu"))
		assert.Equal(p, []string{"aws@1.0 PROVISIONING"}, p.wants("", "host-2"), "for all that %s has less priority", id)

		p.publishes("", "host-2", runs("aws", "1.0", active, "grpc://a:1"))
		for _, labels := range [][]string{nil, {"gpu"}, {"busan"}} {
			answer, err := asks(labels...)
			require.NoError(p, err, "it runs: it is not started once more")
			assert.Equal(p, "grpc://a:1", answer.GetEndpoint())
		}
	})
}

func TestEndpointOfManyAtOnce(t *testing.T) {
	onPlatform(t, func(p platform) {
		p.registers("", "aws", "1.0")
		for _, hostname := range []string{"host-1", "host-2", "host-3"} {
			p.joins("", hostname, 0)
		}
		p.patience = 20 * time.Second
		var group sync.WaitGroup
		answers := make([]*api.PluginEndpoint, 12)
		for n := range answers {
			group.Go(func() {
				var err error
				answers[n], err = p.asks([]string{"domain-1", "domain-2", ""}[n%3], "aws")
				assert.NoError(p, err)
			})
		}
		require.Eventually(p, func() bool {
			for _, hostname := range []string{"host-1", "host-2", "host-3"} {
				if len(p.wants("", hostname)) == 1 {
					p.publishes("", hostname, runs("aws", "1.0", active, "grpc://"+hostname))
					return true
				}
			}
			return false
		}, time.Minute, 10*time.Millisecond)
		group.Wait()
		for _, answer := range answers {
			assert.Equal(p, answers[0].GetEndpoint(), answer.GetEndpoint())
		}
		assert.Len(p, must(p, "", p.supervisors.ListPlugins, &api.InstalledPluginQuery{PluginId: "aws"}).GetResults(), 1)
	})
}

// TestInstallTwice is what happens to the second of two who both find that a
// plugin runs nowhere.
func TestInstallTwice(t *testing.T) {
	onPlatform(t, func(p platform) {
		w := want{pluginID: "aws", version: "1.0", domainIDs: []string{""}}
		first, err := p.plugins.placement.create(p.Context(), w, &model.Supervisor{SupervisorID: "one"})
		require.NoError(p, err)
		second, err := p.plugins.placement.create(p.Context(), w, &model.Supervisor{SupervisorID: "two"})
		require.NoError(p, err)
		assert.Equal(p, first.InstalledPluginID, second.InstalledPluginID)
		assert.Equal(p, "one", second.SupervisorID)
	})
}

func TestEndpointEndsWithItsCaller(t *testing.T) {
	onPlatform(t, func(p platform) {
		p.registers("", "aws", "1.0")
		p.joins("", "host-1", 0)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(50*time.Millisecond, cancel)
		start := time.Now()
		_, err := p.plugins.GetPluginEndpoint(ctx, &api.PluginEndpointRequest{PluginId: "aws"})
		require.ErrorIs(p, err, context.Canceled)
		assert.Less(p, time.Since(start), 10*time.Second)
	})
}

func TestEndpointWhereManyWait(t *testing.T) {
	onPlatform(t, func(p platform) {
		p.registers("", "aws", "1.0")
		p.registers("", "gcp", "1.0")
		p.joins("", "host-1", 0)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var group sync.WaitGroup
		for range maxWaiting {
			group.Go(func() {
				_, err := p.plugins.GetPluginEndpoint(ctx, &api.PluginEndpointRequest{PluginId: "aws"})
				assert.ErrorIs(p, err, context.Canceled)
			})
		}
		require.Eventually(p, func() bool { return len(p.plugins.waiting) == maxWaiting }, time.Minute, 10*time.Millisecond)

		p.patience = 20 * time.Second
		start := time.Now()
		_, err := p.asks("domain-1", "gcp")
		fails[*api.PluginEndpoint](p.T, codeNotActive)(nil, err)
		assert.Less(p, time.Since(start), p.patience/2, "it is to ask again")
		p.publishes("", "host-1", runs("gcp", "1.0", active, "grpc://a:1"))
		_, err = p.asks("domain-1", "gcp")
		require.NoError(p, err, "what serves is no matter of waiting")

		cancel()
		group.Wait()
		assert.Empty(p, p.plugins.waiting, "others can wait now")
	})
}

func TestEndpointOfABrokenPlugin(t *testing.T) {
	onPlatform(t, func(p platform) {
		p.registers("", "aws", "1.0")
		p.joins("", "host-1", 0)
		_, err := p.asks("", "aws")
		fails[*api.PluginEndpoint](p.T, codeNotActive)(nil, err)
		p.publishes("", "host-1", runs("aws", "1.0", broken, ""))
		p.patience = 20 * time.Second
		start := time.Now()
		_, err = p.asks("", "aws")
		fails[*api.PluginEndpoint](p.T, codeFailed)(nil, err)
		assert.ErrorContains(p, err, "at-host-1")
		assert.Less(p, time.Since(start), p.patience/2, "there is nothing to wait for")
	})
}

func TestEndpointByDomain(t *testing.T) {
	onPlatform(t, func(p platform) {
		p.registers("", "aws", "1.0")
		p.registers("domain-1", "own", "1.0")
		shared := p.joins("", "host-1", 9)
		_, err := p.asks("domain-1", "aws")
		fails[*api.PluginEndpoint](p.T, codeNotActive)(nil, err)
		assert.Equal(p, []string{"aws@1.0 PROVISIONING"}, p.wants("", "host-1"))
		fails[*api.PluginEndpoint](p.T, codeNoSupervisor)(p.asks("domain-1", "own"))
		fails[*api.PluginEndpoint](p.T, codeNotFound)(p.asks("domain-2", "own"))

		must(p, "", p.supervisors.Disable, &api.SupervisorRequest{SupervisorId: shared})
		p.joins("domain-1", "host-2", 0)
		for _, id := range []string{"own", "aws"} {
			_, err := p.asks("domain-1", id)
			fails[*api.PluginEndpoint](p.T, codeNotActive)(nil, err)
		}
		assert.ElementsMatch(p, []string{"own@1.0 PROVISIONING", "aws@1.0 PROVISIONING"}, p.wants("domain-1", "host-2"))
		assert.Equal(p, []string{"aws@1.0 PROVISIONING"}, p.wants("", "host-1"), "it stays for the others")

		p.publishes("", "host-1", runs("aws", "1.0", active, "shared"))
		answer, err := p.asks("domain-1", "aws")
		require.NoError(p, err)
		assert.Equal(p, "shared", answer.GetEndpoint(), "what serves comes before what is about to")
		p.publishes("domain-1", "host-2", runs("aws", "1.0", active, "own"))
		answer, err = p.asks("domain-1", "aws")
		require.NoError(p, err)
		assert.Equal(p, "own", answer.GetEndpoint())
	})
}

func TestEndpointWhereTheSupervisorIsDisabled(t *testing.T) {
	onPlatform(t, func(p platform) {
		p.registers("", "aws", "1.0")
		first := p.joins("", "host-1", 9)
		p.joins("", "host-2", 0)
		_, err := p.asks("", "aws")
		fails[*api.PluginEndpoint](p.T, codeNotActive)(nil, err)
		assert.Len(p, p.wants("", "host-1"), 1)
		must(p, "", p.supervisors.Disable, &api.SupervisorRequest{SupervisorId: first})
		_, err = p.asks("", "aws")
		fails[*api.PluginEndpoint](p.T, codeNotActive)(nil, err)
		assert.Empty(p, p.wants("", "host-1"))
		assert.Len(p, p.wants("", "host-2"), 1)
	})
}

func TestDeregisteredPlugin(t *testing.T) {
	onPlatform(t, func(p platform) {
		p.registers("", "aws", "1.0")
		p.joins("", "host-1", 0)
		_, err := p.asks("", "aws")
		fails[*api.PluginEndpoint](p.T, codeNotActive)(nil, err)
		_, err = call(p, "domain-1", p.plugins.Deregister, &api.PluginRequest{PluginId: "aws"})
		assert.Equal(p, "ERROR_NOT_FOUND", apierror.From(err).Code, "a domain can't deregister what is the platform's")
		assert.Len(p, p.wants("", "host-1"), 1)
		must(p, "", p.plugins.Deregister, &api.PluginRequest{PluginId: "aws"})
		assert.Empty(p, p.wants("", "host-1"))
	})
}

func TestRegister(t *testing.T) {
	onPlatform(t, func(p platform) {
		p.registers("", "aws", "1.0", "1.1")
		got := must(p, "domain-1", p.plugins.Get, &api.PluginRequest{PluginId: "aws"})
		assert.Equal(p, "acme/aws", got.GetImage())
		assert.Equal(p, []string{"1.1", "1.0"}, must(p, "", p.plugins.GetVersions, &api.PluginRequest{PluginId: "aws"}).GetResults())
		assert.Len(p, must(p, "domain-1", p.plugins.List, &api.RegisteredPluginQuery{}).GetResults(), 1)
		for code, req := range map[string]*api.RegisterPluginRequest{
			"ERROR_NOT_UNIQUE: Tried":                {Name: "x", Image: "other", PluginId: "aws", Versions: []string{"1"}},
			"ERROR_REQUIRED_PARAMETER":               {Name: "x", Image: "x"},
			"its version is no part of it":           {Name: "x", Image: "host:5000/x:1", Versions: []string{"1"}},
			"(key = versions, reason = one is empty": {Name: "x", Image: "host:5000/x", Versions: []string{"1", ""}},
			"1 is there twice":                       {Name: "x", Image: "x", Versions: []string{"1", "1"}},
		} {
			_, err := call(p, "domain-1", p.plugins.Register, req)
			assert.ErrorContains(p, err, code)
		}
		_, err := call(p, "", p.plugins.Update, &api.UpdatePluginRequest{PluginId: "aws", Versions: []string{"1", "1"}})
		assert.ErrorContains(p, err, "1 is there twice")
	})
}
