package graph

import (
	"path/filepath"
	"slices"

	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// platformGraph gives the members of a platform at dir by kind, and what calls
// what. The platform itself knows that consoles call services, that services ask
// identity who calls, and that the supervisor runs plugins; the rest the Specs of
// those members say that lie on this machine.
func platformGraph(dir string, p spec.Platform) *Graph {
	b := newBuilder(string(spec.KindFrontend), string(spec.KindService), string(spec.KindSupervisor), string(spec.KindPlugin), "outside")
	of := map[spec.Kind][]string{}
	specs := map[string]*spec.Spec{} // by node; of members that are here
	for _, m := range p.Members {
		node := b.node(string(m.Kind), m.Key())
		of[m.Kind] = append(of[m.Kind], node)
		if m.Path == "" {
			continue
		}
		if root, s, err := repository.ReadSpec(filepath.Join(dir, filepath.FromSlash(m.Path))); err == nil && root == filepath.Join(dir, filepath.FromSlash(m.Path)) {
			specs[node] = s
		}
	}
	for _, service := range of[spec.KindService] {
		for _, console := range of[spec.KindFrontend] {
			b.edge(console, service)
		}
		if asked := string(spec.KindService) + "." + spec.Identity; service != asked && slices.Contains(of[spec.KindService], asked) {
			b.edge(service, asked)
		}
	}
	for _, supervisor := range of[spec.KindSupervisor] {
		for _, plugin := range of[spec.KindPlugin] {
			b.edge(supervisor, plugin)
		}
	}
	for _, kind := range []spec.Kind{spec.KindService, spec.KindSupervisor, spec.KindPlugin} {
		for _, node := range of[kind] {
			b.member(p, kind, node, specs)
		}
	}
	return b.graph
}

// member adds what a member calls as its Spec says, if it is known, and what it
// keeps things in.
func (b builder) member(p spec.Platform, kind spec.Kind, node string, specs map[string]*spec.Spec) {
	s := specs[node]
	for _, m := range p.Members {
		callee := string(m.Kind) + "." + m.Key()
		if s == nil || callee == node {
			continue
		}
		for _, c := range s.Connectors {
			byName := c.Kind == spec.ServiceConnector && m.Kind == spec.KindService && c.Naming("connector").Kebab() == m.Key()
			byAPI := c.Kind == spec.PluginConnector && c.API != "" && m.Kind == spec.KindPlugin && specs[callee] != nil && specs[callee].Package == c.API
			if byName || byAPI {
				b.edge(node, callee)
			}
		}
	}
	if s == nil && kind == spec.KindService || s != nil && s.HasDatabase() {
		b.edge(node, b.node("outside", "postgresql ("+string(p.PostgreSQL)+")"))
	}
	if s == nil && kind == spec.KindService || s != nil && (s.HasQueue() || s.Cache == spec.Redis) {
		b.edge(node, b.node("outside", "redis ("+string(p.Redis)+")"))
	}
}
