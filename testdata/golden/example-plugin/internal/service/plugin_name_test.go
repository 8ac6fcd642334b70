package service

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
)

// as registers a plugin of an identifier, out of an image of its own.
func (p platform) as(domain, id, image string, versions ...string) error {
	_, err := call(p, domain, p.plugins.Register, &api.RegisterPluginRequest{
		Name: id, PluginId: id, Image: image, Versions: versions,
	})
	return err
}

// image is the one that a supervisor of a domain is told to run.
func (p platform) image(domain, id string) string {
	p.Helper()
	return must(p, domain, p.plugins.Get, &api.PluginRequest{PluginId: id}).GetImage()
}

// served is where a plugin serves somebody of a domain.
func (p platform) served(domain, id string) string {
	p.Helper()
	answer, err := p.asks(domain, id)
	require.NoError(p, err)
	return answer.GetEndpoint()
}

func TestNoDomainTakesAnothersName(t *testing.T) {
	onPlatform(t, func(p platform) {
		require.NoError(p, p.as("attacker", "aws", "evil/aws", "9.9"))
		require.NoError(p, p.as("domain-1", "aws", "one/aws", "1.0"), "it was not his to take")
		assert.ErrorContains(p, p.as("domain-1", "aws", "one/aws", "1.0"), "ERROR_SAVE_UNIQUE_VALUES")
		for _, domain := range []string{"attacker", "domain-1"} {
			p.joins(domain, "host", 0)
			_, err := p.asks(domain, "aws")
			fails[*api.PluginEndpoint](p.T, codeNotActive)(nil, err)
			version := map[string]string{"attacker": "9.9", "domain-1": "1.0"}[domain]
			p.publishes(domain, "host", runs("aws", version, active, "grpc://"+domain))
		}
		assert.Equal(p, "one/aws", p.image("domain-1", "aws"))
		assert.Equal(p, "evil/aws", p.image("attacker", "aws"))
		assert.Equal(p, "grpc://domain-1", p.served("domain-1", "aws"))
		assert.Equal(p, "grpc://attacker", p.served("attacker", "aws"))
		fails[*api.PluginEndpoint](p.T, codeNotFound)(p.asks("domain-2", "aws"))
		fails[*api.PluginEndpoint](p.T, codeNotFound)(p.asks("", "aws"))

		must(p, "attacker", p.plugins.Update, &api.UpdatePluginRequest{PluginId: "aws", Versions: []string{"9.9", "10"}})
		assert.Equal(p, []string{"1.0"}, must(p, "domain-1", p.plugins.GetVersions, &api.PluginRequest{PluginId: "aws"}).GetResults())
		must(p, "attacker", p.plugins.Deregister, &api.PluginRequest{PluginId: "aws"})
		assert.Equal(p, []string{"aws@1.0 ACTIVE"}, p.wants("domain-1", "host"))
		assert.Empty(p, p.wants("attacker", "host"))
	})
}

func TestNoDomainKeepsThePlatformFromAName(t *testing.T) {
	onPlatform(t, func(p platform) {
		require.NoError(p, p.as("attacker", "aws", "evil/aws", "1.0"))
		p.joins("attacker", "host-x", 0)
		p.joins("", "host-1", 0)
		_, err := p.asks("attacker", "aws")
		fails[*api.PluginEndpoint](p.T, codeNotActive)(nil, err)
		p.publishes("attacker", "host-x", runs("aws", "1.0", active, "grpc://evil"))

		require.NoError(p, p.as("", "aws", "acme/aws", "1.0"))
		assert.Empty(p, p.wants("attacker", "host-x"), "what he ran under this name is not it")
		for _, domain := range []string{"", "domain-1", "attacker"} {
			assert.Equal(p, "acme/aws", p.image(domain, "aws"), domain)
		}
		for _, domain := range []string{"", "domain-1"} {
			_, err = p.asks(domain, "aws")
			fails[*api.PluginEndpoint](p.T, codeNotActive)(nil, err)
		}
		p.publishes("", "host-1", runs("aws", "1.0", active, "grpc://a:1"))
		for _, domain := range []string{"", "domain-1", "attacker"} {
			assert.Equal(p, "grpc://a:1", p.served(domain, "aws"), domain)
		}

		must(p, "attacker", p.plugins.Update, &api.UpdatePluginRequest{PluginId: "aws", Versions: []string{"6.6"}})
		must(p, "", p.plugins.Update, &api.UpdatePluginRequest{PluginId: "aws", Name: "AWS"})
		assert.Equal(p, []string{"1.0"}, must(p, "domain-1", p.plugins.GetVersions, &api.PluginRequest{PluginId: "aws"}).GetResults())
		must(p, "attacker", p.plugins.Deregister, &api.PluginRequest{PluginId: "aws"})
		assert.Equal(p, []string{"aws@1.0 ACTIVE"}, p.wants("", "host-1"), "his was another one")
		assert.ErrorContains(p, p.as("attacker", "aws", "evil/aws", "1.0"), "ERROR_NOT_UNIQUE")
	})
}

func TestThePlatformDeregistersItsOwn(t *testing.T) {
	onPlatform(t, func(p platform) {
		require.NoError(p, p.as("domain-1", "aws", "one/aws", "1.0"))
		require.NoError(p, p.as("", "aws", "acme/aws", "1.0"))
		p.joins("domain-1", "host-1", 0)
		_, err := p.asks("domain-1", "aws")
		fails[*api.PluginEndpoint](p.T, codeNotActive)(nil, err)
		must(p, "", p.plugins.Deregister, &api.PluginRequest{PluginId: "aws"})
		assert.Empty(p, p.wants("domain-1", "host-1"))
		assert.Equal(p, "one/aws", p.image("domain-1", "aws"), "the domain's is there again")
		all := must(p, "", p.plugins.List, &api.RegisteredPluginQuery{}).GetResults()
		require.Len(p, all, 1)
		assert.Equal(p, "domain-1", all[0].GetDomainId())
	})
}
