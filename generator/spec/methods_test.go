package spec_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

func TestMethods(t *testing.T) {
	s, err := spec.Parse("spacegen.yaml", []byte(`name: a
methods:
  Region.create: {roles: [SYSTEM_ADMIN, DOMAIN_ADMIN], permission: "a:Region.write"}
  Region.list: {roles: [USER]}
  Library.ListBooks: {permission: "a:Library.read"}
`))
	require.NoError(t, err)
	assert.Equal(t, spec.Methods{
		"Region.create":     {Roles: []string{"SYSTEM_ADMIN", "DOMAIN_ADMIN"}, Permission: "a:Region.write"},
		"Region.list":       {Roles: []string{"USER"}},
		"Library.ListBooks": {Permission: "a:Library.read"},
	}, s.Methods)
}

func TestMethodsThatAreNone(t *testing.T) {
	for methods, want := range map[string]string{
		"  Region.create: {roles: [DOMAIN_ADMINS]}":                  `spacegen.yaml:3:27: there is no role "DOMAIN_ADMINS"; did you mean "DOMAIN_ADMIN"?`,
		"  Region.create: {roles: [admin]}":                          `spacegen.yaml:3:27: there is no role "admin"; `,
		"  Region.create: {roles: [USER, USER]}":                     "spacegen.yaml:3:33: USER is named twice",
		"  Region.create: {roles: []}":                               "spacegen.yaml:3:26: nobody could call Region.create",
		"  Region.create: {roles: DOMAIN_ADMIN}":                     "spacegen.yaml:3:26: a list is wanted here",
		"  Region.create: {role: [USER]}":                            `spacegen.yaml:3:19: unknown key "role"; did you mean "roles"?`,
		"  Region.create: {}":                                        "spacegen.yaml:3:3: Region.create is given neither roles nor a permission",
		"  Region.create:":                                           "spacegen.yaml:3:3: Region.create is given neither roles nor a permission",
		"  Region.create: [USER]":                                    "spacegen.yaml:3:18: keys and values are wanted here",
		"  Region.create: {permission: write}":                       `spacegen.yaml:3:31: "write" is no permission; write it as in "inventory:Region.write"`,
		"  Region: {roles: [USER]}":                                  `spacegen.yaml:3:3: "Region" is no method; write the service and the method, as in "Region.create"`,
		"  a.b.create: {roles: [USER]}":                              `"a.b.create" is no method`,
		"  R.get: {roles: [USER]}\n  R.get: {roles: [SYSTEM_TOKEN]}": "spacegen.yaml:4:3: the method R.get is given twice",
		"  - Region.create":                                          "spacegen.yaml:3:3: methods and who may call them are wanted here",
	} {
		_, err := spec.Parse("spacegen.yaml", []byte("name: a\nmethods:\n"+methods+"\n"))
		assert.ErrorContains(t, err, want, methods)
	}
	_, err := spec.Parse("spacegen.yaml", []byte("name: a\nkind: frontend\nmethods: {Region.get: {roles: [USER]}}\n"))
	assert.ErrorContains(t, err, "spacegen.yaml:3:10: a frontend has no methods")
}

func TestCheckMethods(t *testing.T) {
	text := []byte("name: a\nmethods:\n  Region.create: {roles: [USER]}\n  Region.creat: {roles: [USER]}\n  Zone.list: {roles: [USER]}\n")
	s, err := spec.Parse("spacegen.yaml", text)
	require.NoError(t, err)
	known := []string{"Region.create", "Region.list"}
	err = s.CheckMethods("spacegen.yaml", text, known)
	require.ErrorContains(t, err, `spacegen.yaml:4:3: the API has no method Region.creat; did you mean "Region.create"?`)
	require.ErrorContains(t, err, "spacegen.yaml:5:3: the API has no method Zone.list; ")
	assert.NotContains(t, err.Error(), ":3:3:")
	require.ErrorContains(t, s.CheckMethods("spacegen.yaml", nil, nil), "methods.Region.creat: the API has no method Region.creat; remove it: the API has no methods")
	assert.NoError(t, s.CheckMethods("spacegen.yaml", text, append(known, "Region.creat", "Zone.list")))
}
