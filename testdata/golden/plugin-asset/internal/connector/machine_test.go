package connector_test

import (
	"io/fs"
	"os"
	"runtime"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/plugin-asset/internal/connector"
)

// linux are the files of a machine that runs Linux.
func linux() fstest.MapFS {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	return fstest.MapFS{
		"etc/os-release":                 file("NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"),
		"proc/sys/kernel/osrelease":      file("6.1.0-13-amd64\n"),
		"proc/cpuinfo":                   file("processor\t: 0\nmodel name\t: Fast CPU @ 3:1\n\nprocessor\t: 1\nmodel name\t: Fast CPU @ 3:1\n"),
		"proc/meminfo":                   file("MemTotal:       16384 kB\nMemFree:        100 kB\n"),
		"sys/block/sda/size":             file("2048\n"),
		"sys/block/sda/removable":        file("1\n"),
		"sys/block/sda/queue/rotational": file("1\n"),
		"sys/block/sda/device/model":     file("Big Disk   \n"),
		"sys/block/vda/size":             file("4096\n"),
		"sys/block/vda/device/vendor":    file("0x1af4\n"),
		"sys/block/vdb/size":             file("many\n"),
		"sys/block/vdb/device/vendor":    file("0x1af4\n"),
		"sys/block/loop0/size":           file("8\n"),
	}
}

func TestHost(t *testing.T) {
	name, err := os.Hostname()
	require.NoError(t, err)
	host, err := connector.NewMachineOf(linux()).Host()
	require.NoError(t, err)
	assert.Equal(t, connector.Host{
		Name: name, OS: "Debian GNU/Linux 12 (bookworm)", Kernel: "6.1.0-13-amd64", Architecture: runtime.GOARCH,
		CPU: "Fast CPU @ 3:1", CPUs: 2, Memory: 16 << 20,
	}, host)

	bare, err := connector.NewMachineOf(fstest.MapFS{}).Host()
	require.NoError(t, err)
	assert.Equal(t, connector.Host{Name: name, Architecture: runtime.GOARCH, CPUs: runtime.NumCPU()}, bare, "a kernel that tells nothing")

	broken := linux()
	broken["proc/meminfo"] = &fstest.MapFile{Mode: fs.ModeDir}
	_, err = connector.NewMachineOf(broken).Host()
	assert.ErrorContains(t, err, "proc/meminfo")
}

func TestDisks(t *testing.T) {
	var disks []connector.Disk
	var failed []string
	for disk, err := range connector.NewMachineOf(linux()).Disks() {
		if err != nil {
			failed = append(failed, disk.Name)
			continue
		}
		disks = append(disks, disk)
	}
	assert.Equal(t, []connector.Disk{
		{Name: "sda", Model: "Big Disk", Size: 1 << 20, Rotational: true, Removable: true},
		{Name: "vda", Size: 2 << 20},
	}, disks)
	assert.Equal(t, []string{"vdb"}, failed, "the one whose size is no number")

	for disk, err := range connector.NewMachineOf(fstest.MapFS{}).Disks() {
		assert.Fail(t, "no disks", disk, err)
	}
	for disk, err := range connector.NewMachineOf(fstest.MapFS{"sys/block": {}}).Disks() {
		assert.Empty(t, disk)
		assert.ErrorContains(t, err, "list the disks")
	}
}

func TestThisMachine(t *testing.T) {
	machine := connector.NewMachine(connector.Deps{})
	host, err := machine.Host()
	require.NoError(t, err)
	assert.NotEmpty(t, host.Name)
	assert.Positive(t, host.CPUs)
	interfaces, err := machine.Interfaces()
	require.NoError(t, err)
	for _, i := range interfaces {
		assert.NotEmpty(t, i.Name)
		assert.NotContains(t, i.Addresses, "127.0.0.1/8")
	}
}
