package pipeline_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/spacegen/core/pipeline"
)

func TestGrants(t *testing.T) {
	const needed = "inventory:Region.read"
	for permission, want := range map[string]bool{
		"inventory:Region.read":  true,
		"inventory:Region":       true,
		"inventory:Region.":      true,
		"inventory:Region.*":     true,
		"inventory":              true,
		"inventory:":             true,
		"inventory:*":            true,
		"*":                      true,
		"":                       false,
		"inv":                    false,
		"inv*":                   false,
		"inventory:Reg":          false,
		"inventory:Reg*":         false,
		"inventory:Region.rea":   false,
		"inventory:Region.reads": false,
		"inventory:Region.read.": false,
		"inventory.Region":       false,
		"inventory:Regions":      false,
		"*:Region.read":          false,
		"**":                     false,
	} {
		assert.Equal(t, want, pipeline.Grants(permission, needed), permission)
	}
	assert.True(t, pipeline.Grants("inventory:", "inventory:*"))
	assert.True(t, pipeline.Grants("inventory:*", "inventory:"))
	assert.True(t, pipeline.Grants("*", "*"))
	assert.False(t, pipeline.Grants("inventory:", "*"))
}

// TestNoPermissionIsNotAll: a list that is empty allows nothing, none at all leaves
// it to the role.
func TestNoPermissionIsNotAll(t *testing.T) {
	const needed = "inventory:Region.read"
	assert.True(t, (&pipeline.Identity{}).May(needed))
	assert.False(t, (&pipeline.Identity{Permissions: []string{}}).May(needed))
	assert.True(t, (&pipeline.Identity{Permissions: []string{}}).May(""), "a method that needs none")
	assert.True(t, (&pipeline.Identity{Permissions: []string{"x", "inventory:Region"}}).May(needed))
	assert.False(t, (&pipeline.Identity{Permissions: []string{"x", "inventory:Region.write"}}).May(needed))
}
