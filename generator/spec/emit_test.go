package spec_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

func inventory() *spec.Spec {
	s := spec.New("inventory")
	s.Description = "Cloud resources: what is where, and \"whose\"."
	s.Servers = spec.Servers()
	s.Cache = spec.Redis
	s.Resources = []spec.Resource{
		{Name: "Region", Description: "A place where a provider runs.", Fields: []spec.Field{
			{Name: "name", Required: true, Keyword: true, Minimal: true, Aliases: []string{"label", "title"}, MaxBytes: 200},
			{Name: "region_code", Required: true, Unique: true, Keyword: true},
			{Name: "provider", Description: "aws, gcp: who runs it"},
			{Name: "tags", Type: spec.Struct},
		}},
		{Name: "CloudService", Fields: []spec.Field{
			{Name: "state", Type: spec.Enum, Values: []string{"ENABLED", "DISABLED", "NULL"}, Required: true},
			{Name: "ip_addresses", Repeated: true},
			{Name: "size", Type: spec.Double, Number: 12},
			{Name: "launched_at", Type: spec.Timestamp},
			{Name: "null_", Type: spec.Int, Number: 3},
			{Name: "on", Type: spec.Bool},
		}},
		{Name: "Data", Order: []string{"-created_at", "data_id"}},
	}
	s.Queries = []spec.Query{{
		Resource: "Asset", Keyword: []string{"name", "data.on"}, Minimal: []string{"name"}, Order: []string{"-created_at"}, Date: "day",
		Aliases: []spec.Alias{{Name: "no", Of: "name"}, {Name: "label", Of: "data.no"}},
	}}
	s.Resources[1].Fields[4].Name = "count"
	s.Methods = spec.Methods{
		"Region.create": {Roles: []string{"DOMAIN_ADMIN"}, Permission: "inventory:Region.admin"},
		"Region.list":   {Roles: []string{"DOMAIN_ADMIN", "USER"}},
		"Data.get":      {Permission: "inventory:Data.read"},
	}
	s.Schedulers = []spec.Scheduler{
		{Name: "hourly_scheduler", Minute: ":15"},
		{Name: "tick", Kind: spec.Interval, Interval: 30, Description: "Twice a minute."},
		{Name: "nightly", Rule: "0 3 * * *"},
	}
	return spec.Defaults(s)
}

func TestEmitIsReadable(t *testing.T) {
	golden(t, "inventory.yaml", spec.Emit(inventory()))
	golden(t, "minimal.yaml", spec.Emit(spec.New("cost-analysis")))
}

func TestParseOfEmitIsTheSame(t *testing.T) {
	for _, s := range []*spec.Spec{inventory(), spec.Defaults(spec.New("api2"))} {
		got, err := spec.Parse("spacegen.yaml", spec.Emit(s))
		require.NoError(t, err)
		assert.Equal(t, s, got)
		assert.NoError(t, s.Validate())
	}
}

// golden compares with a file of testdata, or writes it if UPDATE is set.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := "testdata/" + name
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, got, 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}
