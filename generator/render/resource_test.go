package render_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/render"
)

func TestATitle(t *testing.T) {
	for name, want := range map[string]string{
		"CloudService": "a cloud service", "App": "an app", "Image": "an image", "Upload": "an upload",
		"User": "a user", "UserGroup": "a user group", "Usage": "a usage", "Unit": "a unit", "Utility": "a utility",
		"URL": "a url", "Endpoint": "an endpoint",
	} {
		assert.Equal(t, want, (&render.Resource{Name: naming.New(name)}).ATitle(), name)
	}
}
