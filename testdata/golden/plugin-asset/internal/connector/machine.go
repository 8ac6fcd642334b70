package connector

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net"
	"os"
	"path"
	"runtime"
	"strconv"
	"strings"
)

const (
	maxFile = 4 << 10 // bytes that are read of a file with one value
	sector  = 512     // bytes, in which the kernel counts the size of a disk
)

// A Host is the machine as a whole. What it does not tell is empty.
type Host struct {
	Name         string
	OS           string // Debian GNU/Linux 12 (bookworm)
	Kernel       string
	Architecture string
	CPU          string // its model
	CPUs         int
	Memory       uint64 // bytes
}

// A Disk is a disk with a device behind it, whether it is there in hardware or
// made by a hypervisor.
type Disk struct {
	Name       string
	Model      string
	Size       uint64 // bytes
	Rotational bool
	Removable  bool
}

// An Interface is a network interface.
type Interface struct {
	Name      string
	MAC       string
	MTU       int
	Up        bool
	Addresses []string // with the length of their prefix
}

// Machine reads what the kernel tells of this machine: on Linux by its files;
// on others the name, the processors and the interfaces are all there is.
type Machine struct{ files fs.FS }

// NewMachine makes the connector.
func NewMachine(Deps) *Machine { return NewMachineOf(os.DirFS("/")) }

// NewMachineOf makes the connector for a machine whose files lie elsewhere.
func NewMachineOf(files fs.FS) *Machine { return &Machine{files: files} }

// Host reads what there is to know of the machine as a whole.
func (m *Machine) Host() (h Host, err error) {
	if h.Name, err = os.Hostname(); err != nil {
		return h, fmt.Errorf("read the host's name: %w", err)
	}
	h.Architecture = runtime.GOARCH
	if h.Kernel, err = m.value("proc/sys/kernel/osrelease"); err != nil {
		return h, err
	}
	if err := m.lines("etc/os-release", "=", func(key, value string) {
		if key == "PRETTY_NAME" {
			h.OS = strings.Trim(value, `"`)
		}
	}); err != nil {
		return h, err
	}
	if err := m.lines("proc/cpuinfo", ":", func(key, value string) {
		switch key {
		case "processor":
			h.CPUs++
		case "model name":
			h.CPU = value
		}
	}); err != nil {
		return h, err
	}
	if h.CPUs == 0 {
		h.CPUs = runtime.NumCPU()
	}
	return h, m.lines("proc/meminfo", ":", func(key, value string) {
		if kilobytes, ok := strings.CutSuffix(value, " kB"); ok && key == "MemTotal" {
			h.Memory, _ = strconv.ParseUint(kilobytes, 10, 64) // what is no number is not told
			h.Memory <<= 10
		}
	})
}

// Disks reads one disk after the other, no further than its caller goes. An
// error is that of one disk, or, without a name, of all.
func (m *Machine) Disks() iter.Seq2[Disk, error] {
	return func(yield func(Disk, error) bool) {
		const folder = "sys/block"
		entries, err := fs.ReadDir(m.files, folder)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			yield(Disk{}, fmt.Errorf("list the disks: %w", err))
			return
		}
		for _, entry := range entries {
			at := path.Join(folder, entry.Name())
			if _, err := fs.Stat(m.files, path.Join(at, "device")); err != nil {
				continue // a loop, a partition in memory, a volume made of others
			}
			if !yield(m.disk(entry.Name(), at)) {
				return
			}
		}
	}
}

func (m *Machine) disk(name, at string) (Disk, error) {
	d := Disk{Name: name}
	size, err := m.value(path.Join(at, "size"))
	if err != nil {
		return d, err
	}
	sectors, err := strconv.ParseUint(size, 10, 64)
	if err != nil {
		return d, fmt.Errorf("read the size of the disk %s: %w", name, err)
	}
	d.Size = sectors * sector
	if d.Model, err = m.value(path.Join(at, "device/model")); err != nil {
		return d, err
	}
	rotational, err := m.value(path.Join(at, "queue/rotational"))
	if err != nil {
		return d, err
	}
	removable, err := m.value(path.Join(at, "removable"))
	d.Rotational, d.Removable = rotational == "1", removable == "1"
	return d, err
}

// Interfaces reads the network interfaces, but for the loopback.
func (m *Machine) Interfaces() ([]Interface, error) {
	found, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("list the network interfaces: %w", err)
	}
	var all []Interface
	for _, i := range found {
		if i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addresses, err := i.Addrs()
		if err != nil {
			return nil, fmt.Errorf("list the addresses of %s: %w", i.Name, err)
		}
		one := Interface{Name: i.Name, MAC: i.HardwareAddr.String(), MTU: i.MTU, Up: i.Flags&net.FlagUp != 0}
		for _, a := range addresses {
			one.Addresses = append(one.Addresses, a.String())
		}
		all = append(all, one)
	}
	return all, nil
}

// value reads a file that holds one value; empty if there is no such file.
func (m *Machine) value(name string) (string, error) {
	file, err := m.files.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read a value of the kernel: %w", err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	text, err := io.ReadAll(io.LimitReader(file, maxFile))
	if err != nil {
		return "", fmt.Errorf("read a value of the kernel: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

// lines reads a file of keys and values, one pair a line; none if there is no
// such file.
func (m *Machine) lines(name, separator string, read func(key, value string)) error {
	file, err := m.files.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read values of the system: %w", err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if key, value, ok := strings.Cut(lines.Text(), separator); ok {
			read(strings.TrimSpace(key), strings.TrimSpace(value))
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}
