package manager_test

import (
	"context"
	"os"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/plugin-asset/internal/connector"
	"github.com/cloudforet-io/plugin-asset/internal/manager"
)

// machine is one with two disks, of which one can't be read.
func machine() manager.Machine {
	return manager.NewMachine(connector.Connectors{Machine: connector.NewMachineOf(fstest.MapFS{
		"sys/block/sda/size":         {Data: []byte("2048")},
		"sys/block/sda/device/model": {Data: []byte("Big Disk")},
		"sys/block/sdb/size":         {Data: []byte("many")},
		"sys/block/sdb/device/model": {Data: []byte("Odd Disk")},
	})})
}

// collect gives what is told of, as TYPE NAME, and the IDs of the cloud services.
func collect(t *testing.T, w manager.Wanted) (names []string, ids []any, failed []error) {
	t.Helper()
	for r, err := range machine().Resources(t.Context(), w) {
		if err != nil {
			failed = append(failed, err)
			continue
		}
		names = append(names, r.Type+" "+r.Fields["name"].(string))
		if reference, ok := r.Fields["reference"].(map[string]any); ok {
			ids = append(ids, reference["resource_id"])
		}
	}
	return names, ids, failed
}

func TestResources(t *testing.T) {
	host, err := os.Hostname()
	require.NoError(t, err)
	names, ids, failed := collect(t, manager.Wanted{RegionCode: "local"})
	assert.Subset(t, names, []string{
		"inventory.Region local", "inventory.CloudServiceType Host", "inventory.CloudServiceType Disk",
		"inventory.CloudServiceType NetworkInterface", "inventory.CloudService " + host, "inventory.CloudService sda",
	})
	assert.Subset(t, ids, []any{"host/" + host, "host/" + host + "/disk/sda"})
	require.Len(t, failed, 1, "a disk that can't be read keeps none of the others from being told of")
	assert.ErrorContains(t, failed[0], "disk sdb")
	assert.NoError(t, machine().Check(t.Context()))
}

func TestSelections(t *testing.T) {
	host, err := os.Hostname()
	require.NoError(t, err)
	disk := "host/" + host + "/disk/sda"
	for name, test := range map[string]struct {
		selections []manager.Selection
		ids        []any
	}{
		"by type":         {[]manager.Selection{{Types: []string{"Host"}}}, []any{"host/" + host}},
		"by ID":           {[]manager.Selection{{IDs: []string{disk}}}, []any{disk}},
		"both want it":    {[]manager.Selection{{Types: []string{"Host", "Disk"}}, {Types: []string{"Disk"}}, {}}, []any{disk}},
		"no two want it":  {[]manager.Selection{{Types: []string{"Host"}}, {Types: []string{"Disk"}}}, nil},
		"there is no ID":  {[]manager.Selection{{IDs: []string{"host/other"}}}, nil},
		"no such service": {[]manager.Selection{{Types: []string{"Mainframe"}}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, ids, _ := collect(t, manager.Wanted{Selections: test.selections})
			assert.Equal(t, test.ids, ids)
		})
	}
}

func TestFields(t *testing.T) {
	host, err := os.Hostname()
	require.NoError(t, err)
	for account, want := range map[string]string{"": host, "a-1": "a-1"} {
		for r, err := range machine().Resources(t.Context(), manager.Wanted{RegionCode: "seoul", Account: account, Selections: []manager.Selection{{Types: []string{"Disk"}}}}) {
			if r.Type != manager.CloudServiceType || err != nil {
				continue
			}
			assert.Equal(t, map[string]any{
				"name": "sda", "account": want, "provider": "on_premise", "region_code": "seoul",
				"cloud_service_group": "Storage", "cloud_service_type": "Disk", "instance_size": uint64(1 << 20),
				"reference": map[string]any{"resource_id": "host/" + host + "/disk/sda"}, "tags": map[string]any{},
				"data": map[string]any{"host": host, "model": "Big Disk", "size": uint64(1 << 20), "rotational": false, "removable": false},
			}, r.Fields)
		}
	}
}

func TestResourcesEnd(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	defer end()
	given := 0
	for r, err := range machine().Resources(ended, manager.Wanted{}) {
		require.NoError(t, err)
		assert.Equal(t, manager.RegionType, r.Type)
		given++
		end()
	}
	assert.Equal(t, 1, given, "when their caller is gone")
}
