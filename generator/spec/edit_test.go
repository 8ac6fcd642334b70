package spec_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

func open(t *testing.T, data string) *spec.File {
	t.Helper()
	f, err := spec.Open("spacegen.yaml", []byte(data))
	require.NoError(t, err)
	return f
}

func region() spec.Resource {
	return spec.Resource{Name: "Region", Fields: []spec.Field{
		{Name: "name", Required: true}, {Name: "tags", Type: spec.Struct},
	}}
}

func TestEditKeepsWhatPeopleWrote(t *testing.T) {
	handwritten, err := os.ReadFile("testdata/handwritten.yaml")
	require.NoError(t, err)
	f := open(t, string(handwritten))
	require.NoError(t, f.AddResource(region()))
	require.NoError(t, f.AddField("cost", spec.Field{Name: "currency", Description: "ISO 4217: three letters"}))
	require.NoError(t, f.RemoveField("Cost", "amount"))
	require.NoError(t, f.RemoveResource("budget"))
	require.NoError(t, f.Set("database", "sqlite"))
	require.NoError(t, f.Set("image.registry", "registry.example.com:5000/x"))
	require.NoError(t, f.Set("chart", "false"))
	require.NoError(t, f.Set("description", "What it costs: all of it"))
	require.NoError(t, f.AddServer(spec.SchedulerServer))
	require.NoError(t, f.AddScheduler(spec.Scheduler{Name: "nightly", Rule: "0 3 * * *"}))
	golden(t, "handwritten.edited.yaml", f.Bytes())
	s := f.Spec()
	require.NotNil(t, s.Resource("Cost"))
	assert.Equal(t, 4, s.Resource("Cost").Field("unit").Number, "a field keeps its number when one before it goes")
	assert.Equal(t, 7, s.Resource("Cost").Field("currency").Number)
	assert.Len(t, s.Schedulers, 2, "the scheduler that was there by default is now written")
}

// What is added and removed again leaves no trace, however the file is laid out.
func TestAddThenRemoveIsNothing(t *testing.T) {
	handwritten, err := os.ReadFile("testdata/handwritten.yaml")
	require.NoError(t, err)
	s := spec.New("x")
	s.Servers = spec.Servers()
	layouts := map[string]string{
		"emitted":         string(spec.Emit(inventory())),
		"emitted, empty":  strings.Replace(string(spec.Emit(s)), "database: none", "database: sqlite", 1),
		"by hand":         string(handwritten),
		"windows":         strings.ReplaceAll(string(handwritten), "\n", "\r\n"),
		"no last newline": "name: x\nresources:\n- name: A\n- name: B",
		"no indentation":  "name: x\nresources:\n- name: A\n  fields:\n  - name: f\n- name: B\n  fields: []\nservers:\n- grpc\n- scheduler\nschedulers:\n- name: s\n",
		"comments behind": "name: x\nresources: # all\n  - name: A # the first\n    fields: [{name: f}] # one\n  # over B\n  - name: B\n    fields: [] # none\n  # the end\n# top\nservers: [grpc, scheduler] # two\nschedulers:\n  - {name: s} # one\n",
		"deep":            "name: x\nresources:\n      -   name: A\n          fields:\n             -   name: f\n                 description: >\n                   folded\n\n                   text\n\n      -   name: B\n          fields: []\nservers: [grpc, scheduler]\nschedulers:\n  - name: s\n",
		"byte order mark": "\ufeffname: x\nresources: []\ndescription: \"größer, 大\"\nservers: ['grpc', \"scheduler\"]\nschedulers: [{name: s}]\n",
	}
	for name, layout := range layouts {
		t.Run(name, func(t *testing.T) {
			f := open(t, layout)
			resource := region()
			resource.Name = "Zone"
			require.NoError(t, f.AddResource(resource))
			require.NotNil(t, f.Spec().Resource("Zone"))
			require.NoError(t, f.RemoveResource("zone"))
			assert.Equal(t, layout, string(f.Bytes()))
			if f.Spec().Has(spec.SchedulerServer) {
				require.NoError(t, f.AddScheduler(spec.Scheduler{Name: "extra_one"}))
				require.NoError(t, f.RemoveScheduler("extra_one"))
				assert.Equal(t, layout, string(f.Bytes()))
			}
			if !f.Spec().Has(spec.WorkerServer) {
				require.NoError(t, f.AddServer(spec.WorkerServer))
				require.NoError(t, f.RemoveServer(spec.WorkerServer))
				if !strings.Contains(layout, "servers") {
					return // what was implied is written now
				}
				assert.Equal(t, layout, string(f.Bytes()))
			}
			for _, r := range f.Spec().Resources {
				extra := spec.Field{Name: "extra", Type: spec.Enum, Values: []string{"A", "B"}}
				require.NoError(t, f.AddField(r.Name, extra))
				added, with := *f.Spec().Resource(r.Name).Field("extra"), string(f.Bytes())
				require.NoError(t, f.RemoveField(r.Name, "extra"))
				assert.Equal(t, []spec.Reserved{{Name: "extra", Number: added.Number, Type: spec.Enum}}, f.Spec().Resource(r.Name).Reserved)
				require.NoError(t, f.AddField(r.Name, extra))
				assert.Equal(t, with, string(f.Bytes()), "what came back leaves no trace of its removal")
			}
		})
	}
}

func TestEditRefused(t *testing.T) {
	const layout = "name: x\nresources:\n- name: Region\n  fields: [{name: a}]\n"
	tests := map[string]struct {
		edit func(*spec.File) error
		want string
	}{
		"resource twice":       {func(f *spec.File) error { return f.AddResource(spec.Resource{Name: "region"}) }, "but for its casing"},
		"resource unknown":     {func(f *spec.File) error { return f.RemoveResource("Regoin") }, `did you mean "Region"?`},
		"resource bad":         {func(f *spec.File) error { return f.AddResource(spec.Resource{Name: "../x"}) }, "a path, not a name"},
		"field unknown":        {func(f *spec.File) error { return f.RemoveField("Region", "zzz") }, "known: a"},
		"field twice":          {func(f *spec.File) error { return f.AddField("Region", spec.Field{Name: "a"}) }, "the same name"},
		"last server":          {func(f *spec.File) error { return f.RemoveServer(spec.GRPCServer) }, "no server"},
		"setting unknown":      {func(f *spec.File) error { return f.Set("databse", "sqlite") }, `did you mean "database"?`},
		"setting a list":       {func(f *spec.File) error { return f.Set("servers", "grpc") }, `no setting "servers"`},
		"value unknown":        {func(f *spec.File) error { return f.Set("database", "mysql") }, "no database"},
		"not a bool":           {func(f *spec.File) error { return f.Set("chart", "maybe") }, "true or false"},
		"version":              {func(f *spec.File) error { return f.Set("version", "2") }, "no setting"},
		"scheduler unknown":    {func(f *spec.File) error { return f.RemoveScheduler("x") }, "there is none yet"},
		"scheduler, no server": {func(f *spec.File) error { return f.AddScheduler(spec.Scheduler{Name: "x"}) }, "scheduler server"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := open(t, layout)
			assert.ErrorContains(t, tt.edit(f), tt.want)
			assert.Equal(t, layout, string(f.Bytes()))
		})
	}
}

func TestSetInEveryLayout(t *testing.T) {
	for _, layout := range []string{
		"name: x\n", "name: x", "name: x\nimage:\n", "name: x\nimage:\n  name: y\n", "name: x\nimage: {name: y}\n",
		"name: x\nimage: # where\n  registry: a.io/b # here\n", "name: x\nimage: {registry: \"a.io/b\", name: 'y'}\n",
		"image:\n  registry:\nname: x\n", "name: x\nimage: {}\n",
	} {
		f := open(t, layout)
		if !assert.NoError(t, f.Set("image.registry", "c.io/d"), layout) {
			continue
		}
		assert.Equal(t, "c.io/d", f.Spec().Image.Registry)
		require.NoError(t, f.Set("ci", "none"), layout)
		require.NoError(t, f.Set("name", "other"), layout)
		assert.Equal(t, "github.com/cloudforet-io/other", f.Spec().Module, "what is implied follows")
	}
}
