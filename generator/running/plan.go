package running

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// What services are called that others are told of.
const (
	identityName = "identity" // makes domains, users and tokens
	pluginName   = "plugin"   // knows which plugins ought to run
)

// A member is one repository that is run.
type member struct {
	name  string
	dir   string // absolute
	spec  *spec.Spec
	index int         // among the platform's consoles, or among all that are none
	as    spec.Member // as the platform has it
	image string      // of a plugin, without its version

	grpc, rest, admin int // ports; 0: none
}

func (m *member) is(kind spec.Kind) bool { return m.spec.Kind == kind }

// A plan is what is run, and where.
type plan struct {
	dir     string
	name    string // of the platform
	members []*member
	away    []spec.Member // that are not on this machine
}

// newPlan reads the platform at dir and its members.
func newPlan(dir string, only []string) (*plan, error) {
	root, s, err := repository.ReadSpec(dir)
	if err != nil {
		return nil, err
	}
	if s.Kind == spec.KindFramework {
		return nil, fmt.Errorf("%s is a framework, and nothing in it runs by itself; test it with 'make test'", s.Name)
	}
	if s.Kind != spec.KindPlatform {
		return nil, fmt.Errorf("%s is a %s, no platform; run it with 'make run'", s.Name, s.Kind)
	}
	p := &plan{dir: root, name: s.ServiceName().Kebab()}
	wanted, err := choose(s.Platform.Members, only)
	if err != nil {
		return nil, err
	}
	count := map[bool]int{}
	for _, m := range s.Platform.Members {
		console := m.Kind == spec.KindFrontend
		index := count[console]
		count[console]++
		if m.Alias != "" || !wanted(m) && m.Kind != spec.KindPlugin {
			continue // a second installation of one member is for a cluster
		}
		one, err := newMember(root, index, s, m)
		switch {
		case errors.Is(err, fs.ErrNotExist) && len(only) == 0:
			p.away = append(p.away, m)
		case errors.Is(err, fs.ErrNotExist) && !wanted(m):
		case err != nil:
			return nil, err
		default:
			p.members = append(p.members, one)
		}
	}
	p.members = slices.DeleteFunc(p.members, func(m *member) bool { return m.is(spec.KindPlugin) && len(p.hosts(m)) == 0 })
	if len(p.started()) == 0 {
		return nil, ErrNoMember
	}
	return p, nil
}

// choose tells which members are wanted by name.
func choose(members []spec.Member, only []string) (func(spec.Member) bool, error) {
	var known []string
	for _, m := range members {
		known = append(known, m.Key())
	}
	for _, name := range only {
		if slices.Contains(known, name) {
			continue
		}
		if near := spec.Closest(name, known); near != "" {
			return nil, fmt.Errorf("the platform has no member %q; did you mean %q?", name, near)
		}
		return nil, fmt.Errorf("the platform has no member %q", name)
	}
	return func(m spec.Member) bool { return len(only) == 0 || slices.Contains(only, m.Key()) }, nil
}

func newMember(root string, index int, platform *spec.Spec, m spec.Member) (*member, error) {
	name := m.Key()
	if m.Path == "" {
		return nil, fmt.Errorf("%s has no path in %s: %w", name, spec.FileName, fs.ErrNotExist)
	}
	dir := filepath.Join(root, filepath.FromSlash(m.Path))
	if _, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("run %s: %w", name, err)
	}
	if _, err := os.Stat(filepath.Join(dir, spec.FileName)); err != nil {
		return nil, fmt.Errorf("run %s: %s was not made by spacegen: it has no %s", name, m.Path, spec.FileName)
	}
	_, s, err := repository.ReadSpec(dir)
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", name, err)
	}
	if own := s.ServiceName().Kebab(); own != m.Naming().Kebab() {
		return nil, fmt.Errorf("run %s: the platform calls it %s, but %s calls it %s; correct the one that is wrong",
			name, m.Name, filepath.Join(m.Path, spec.FileName), own)
	}
	if s.Kind != m.Kind {
		return nil, fmt.Errorf("run %s: the platform has it for a %s, but %s makes it a %s; correct the one that is wrong",
			name, m.Kind, filepath.Join(m.Path, spec.FileName), s.Kind)
	}
	return &member{name: name, dir: dir, spec: s, index: index, as: m, image: platform.PluginImage(m)}, nil
}

// started are the members that are processes of their own: plugins are run by
// others.
func (p *plan) started() []*member {
	return slices.DeleteFunc(slices.Clone(p.members), func(m *member) bool { return m.is(spec.KindPlugin) })
}

// service gives the service of a name, if it is run.
func (p *plan) service(name string) *member {
	for _, m := range p.members {
		if m.name == name && m.is(spec.KindService) {
			return m
		}
	}
	return nil
}

// identity is the member that makes domains and users, if it is run.
func (p *plan) identity() *member { return p.service(identityName) }

func (p *plan) names() []string {
	var names []string
	for _, m := range p.members {
		names = append(names, m.name)
	}
	return names
}

// The ports of the first member; each other has the next ones.
const (
	firstGRPC    = 50051
	firstREST    = 8000
	firstAdmin   = 9090
	firstConsole = 8080
	portStep     = 100 // to the next that is tried if one is taken
)

// assignPorts gives each member its ports, the same ones every time as far as
// they are free, and says which were not.
func (p *plan) assignPorts() (moved []string, err error) {
	given := map[int]bool{}
	for _, m := range p.started() {
		assign := func(to *int, what string, first int) {
			if err != nil {
				return
			}
			if *to, err = freePort(first+m.index, given); err == nil && *to != first+m.index {
				moved = append(moved, fmt.Sprintf("port %d is taken; %s has its %s at %d", first+m.index, m.name, what, *to))
			}
		}
		if m.is(spec.KindFrontend) {
			assign(&m.rest, "pages", firstConsole)
			continue
		}
		if m.spec.Has(spec.GRPCServer) {
			assign(&m.grpc, "gRPC server", firstGRPC)
		}
		if m.spec.Has(spec.RESTServer) {
			assign(&m.rest, "REST server", firstREST)
		}
		assign(&m.admin, "health check", firstAdmin)
	}
	return moved, err
}

// freePort gives the first port from preferred on, in steps, that nobody
// listens on.
func freePort(preferred int, given map[int]bool) (int, error) {
	for port := preferred; port < 1<<16; port += portStep {
		if given[port] {
			continue
		}
		listener, err := net.Listen("tcp", address(port))
		if err != nil {
			continue
		}
		given[port] = true
		return port, listener.Close()
	}
	return 0, fmt.Errorf("no port is free from %d on, in steps of %d", preferred, portStep)
}

// address is where something listens on this machine.
func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
