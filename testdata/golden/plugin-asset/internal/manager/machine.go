package manager

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/cloudforet-io/plugin-asset/internal/connector"
)

// provider is whose resources these are.
const provider = "on_premise"

// The types of resources that the inventory knows.
const (
	RegionType           = "inventory.Region"
	CloudServiceTypeType = "inventory.CloudServiceType"
	CloudServiceType     = "inventory.CloudService"
)

// The types of cloud services that a machine is made of.
const (
	HostService      = "Host"
	DiskService      = "Disk"
	InterfaceService = "NetworkInterface"
)

// groups are the groups to which the types of cloud services belong.
func groups() map[string]string {
	return map[string]string{HostService: "Compute", DiskService: "Storage", InterfaceService: "Network"}
}

// A Resource is one thing that the inventory is to know of, by the names that
// the fields have there.
type Resource struct {
	Type   string         // inventory.CloudService
	Unique []string       // the fields by which the inventory finds it again
	Fields map[string]any // of it
}

// A Selection says which cloud services are wanted. An empty one wants all.
type Selection struct {
	Types []string `json:"cloud_service_types"`
	IDs   []string `json:"resource_ids"`
}

// Wanted says which resources are collected, and what stands in all of them.
type Wanted struct {
	Selections []Selection // each has to want the resource
	RegionCode string
	Account    string // empty: the host's name
}

// Machine is the resources that this machine is made of.
type Machine interface {
	// Check fails if the machine can't be read.
	Check(ctx context.Context) error
	// Resources gives one resource after the other, no further than its
	// caller goes: the region, the types of cloud services, the cloud
	// services. An error is that of one resource, which has just what is
	// known of it; others may follow.
	Resources(ctx context.Context, w Wanted) iter.Seq2[Resource, error]
}

// NewMachine makes the manager.
func NewMachine(c connector.Connectors) Machine {
	return &machineManager{machine: c.Machine}
}

type machineManager struct{ machine *connector.Machine }

// Check fails if the machine can't be read.
func (m *machineManager) Check(context.Context) error {
	_, err := m.machine.Host()
	return err
}

// Resources gives one resource after the other.
func (m *machineManager) Resources(ctx context.Context, w Wanted) iter.Seq2[Resource, error] {
	return func(yield func(Resource, error) bool) {
		host, err := m.machine.Host()
		if err != nil {
			yield(Resource{Type: CloudServiceType}, err)
			return
		}
		if w.Account == "" {
			w.Account = host.Name
		}
		for r, err := range joined(surroundings(w), hostResource(host, w), m.disks(host, w), m.interfaces(host, w)) {
			if ctx.Err() != nil || w.wants(r) && !yield(r, err) {
				return
			}
		}
	}
}

// wants reports whether a resource is to be told of.
func (w Wanted) wants(r Resource) bool {
	return !slices.ContainsFunc(w.Selections, func(s Selection) bool { return !s.wants(r) })
}

// wants goes by the type of a cloud service, for that type too, and by its ID.
func (s Selection) wants(r Resource) bool {
	switch r.Type {
	case CloudServiceTypeType:
		return contains(s.Types, r.Fields["name"])
	case CloudServiceType:
		reference, _ := r.Fields["reference"].(map[string]any)
		return contains(s.Types, r.Fields["cloud_service_type"]) && contains(s.IDs, reference["resource_id"])
	default:
		return true
	}
}

// contains reports whether a value is among those that are wanted; of none, all
// are.
func contains(wanted []string, value any) bool {
	text, _ := value.(string)
	return len(wanted) == 0 || slices.Contains(wanted, text)
}

// surroundings are what the cloud services refer to.
func surroundings(w Wanted) iter.Seq2[Resource, error] {
	return func(yield func(Resource, error) bool) {
		if !yield(Resource{
			Type: RegionType, Unique: []string{"region_code", "provider"},
			Fields: map[string]any{"name": w.RegionCode, "region_code": w.RegionCode, "provider": provider},
		}, nil) {
			return
		}
		for _, name := range []string{HostService, DiskService, InterfaceService} {
			if !yield(Resource{
				Type: CloudServiceTypeType, Unique: []string{"name", "group", "provider"},
				Fields: map[string]any{
					"name": name, "group": groups()[name], "provider": provider,
					"is_primary": name == HostService, "is_major": name == HostService,
				},
			}, nil) {
				return
			}
		}
	}
}

func hostResource(host connector.Host, w Wanted) iter.Seq2[Resource, error] {
	return func(yield func(Resource, error) bool) {
		r := w.cloudService(HostService, host.Name, "host/"+host.Name, map[string]any{
			"os": host.OS, "kernel": host.Kernel, "architecture": host.Architecture,
			"cpu": host.CPU, "cpus": host.CPUs, "memory": host.Memory,
		})
		r.Fields["instance_type"] = host.Architecture
		yield(r, nil)
	}
}

func (m *machineManager) disks(host connector.Host, w Wanted) iter.Seq2[Resource, error] {
	return func(yield func(Resource, error) bool) {
		for disk, err := range m.machine.Disks() {
			r := w.cloudService(DiskService, disk.Name, "host/"+host.Name+"/disk/"+disk.Name, map[string]any{
				"host": host.Name, "model": disk.Model, "size": disk.Size,
				"rotational": disk.Rotational, "removable": disk.Removable,
			})
			r.Fields["instance_size"] = disk.Size
			if err != nil {
				err = fmt.Errorf("disk %s: %w", disk.Name, err)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func (m *machineManager) interfaces(host connector.Host, w Wanted) iter.Seq2[Resource, error] {
	return func(yield func(Resource, error) bool) {
		interfaces, err := m.machine.Interfaces()
		if err != nil {
			yield(w.cloudService(InterfaceService, "", "", nil), err)
			return
		}
		for _, i := range interfaces {
			addresses := make([]any, len(i.Addresses))
			for n, a := range i.Addresses {
				addresses[n] = a
			}
			r := w.cloudService(InterfaceService, i.Name, "host/"+host.Name+"/interface/"+i.Name, map[string]any{
				"host": host.Name, "mac": i.MAC, "mtu": i.MTU, "up": i.Up, "addresses": addresses,
			})
			if !yield(r, nil) {
				return
			}
		}
	}
}

// cloudService is a resource of the type inventory.CloudService.
func (w Wanted) cloudService(service, name, id string, data map[string]any) Resource {
	return Resource{
		Type:   CloudServiceType,
		Unique: []string{"reference.resource_id", "provider", "cloud_service_type", "cloud_service_group"},
		Fields: map[string]any{
			"name": name, "account": w.Account, "provider": provider, "region_code": w.RegionCode,
			"cloud_service_group": groups()[service], "cloud_service_type": service,
			"reference": map[string]any{"resource_id": id}, "data": data, "tags": map[string]any{},
		},
	}
}

// joined gives what one sequence gives after the other.
func joined(sequences ...iter.Seq2[Resource, error]) iter.Seq2[Resource, error] {
	return func(yield func(Resource, error) bool) {
		for _, sequence := range sequences {
			for r, err := range sequence {
				if !yield(r, err) {
					return
				}
			}
		}
	}
}
