package model_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/supervisor/internal/model"
)

func TestNameIsADNSLabel(t *testing.T) {
	label := regexp.MustCompile(`^[a-z]([a-z0-9-]*[a-z0-9])?$`)
	for _, id := range []string{"plugin-aws", "", "-", "9", "9lives", "Plugin_AWS.EC2", "플러그인", strings.Repeat("x", 100), strings.Repeat("a-", 50)} {
		name := model.Plugin{ID: id}.Name()
		assert.Regexp(t, label, name, id)
		assert.LessOrEqual(t, len(name), 63, id)
	}
}

func TestNameTellsProgramsApart(t *testing.T) {
	p := model.Plugin{ID: "a", Version: "1", Image: "i", Kind: "inventory.Collector", PullSecret: "s"}
	names := map[string]bool{}
	for _, change := range []func(*model.Plugin){
		func(*model.Plugin) {},
		func(p *model.Plugin) { p.ID = "b" },
		func(p *model.Plugin) { p.Version = "2" },
		func(p *model.Plugin) { p.Image = "j" },
		func(p *model.Plugin) { p.Kind = "monitoring.Metric" },
		func(p *model.Plugin) { p.PullSecret = "t" },
	} {
		other := p
		change(&other)
		names[other.Name()] = true
	}
	assert.Len(t, names, 6)
	asked := p
	asked.Recover, asked.Problem = true, "none"
	assert.Equal(t, p.Name(), asked.Name(), "what is asked of it does not make it another")
}
