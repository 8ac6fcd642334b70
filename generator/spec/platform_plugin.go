package spec

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Services that, where they are members, say which plugins run and which images
// they have.
const (
	pluginService     = "plugin"
	repositoryService = "repository"
)

// firstVersion is that of an image before its first release.
const firstVersion = "0.1.0"

// PluginService reports whether the platform has a service that says which
// plugins run. Then nothing else does.
func (p Platform) PluginService() bool {
	return slices.ContainsFunc(p.Members, func(m Member) bool { return m.Serves() && m.Key() == pluginService })
}

// Plugins are the members that a supervisor runs, as its chart is told; none
// where there is no supervisor, or a plugin service says what runs.
func (p Platform) Plugins() []Member {
	if p.PluginService() || !slices.ContainsFunc(p.Members, Member.supervises) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.Members), func(m Member) bool { return m.Kind != KindPlugin || m.HasChart() })
}

// An Endpoint is a name by which services are found that is no member's own.
type Endpoint struct{ Name, Host string }

// Endpoints are where services find what is no service of the platform: the
// plugins that the supervisor runs or, where a plugin service says what runs, the
// images of plugins, which it knows as well.
func (p Platform) Endpoints() []Endpoint {
	var all []Endpoint
	for _, m := range p.Plugins() {
		all = append(all, Endpoint{m.Key(), m.Key()})
	}
	repository := func(m Member) bool { return m.Serves() && m.Key() == repositoryService }
	if p.PluginService() && !slices.ContainsFunc(p.Members, repository) {
		all = append(all, Endpoint{repositoryService, pluginService})
	}
	return all
}

// Runs reports whether a member is the supervisor that runs the plugins: the
// first one, so that no plugin runs twice.
func (p Platform) Runs(m Member) bool {
	i := slices.IndexFunc(p.Members, Member.supervises)
	return i >= 0 && p.Members[i].Key() == m.Key()
}

func (m Member) supervises() bool { return m.Kind == KindSupervisor }

// PluginImage is the image of a plugin, without its version.
func (s *Spec) PluginImage(m Member) string {
	if m.Image != "" {
		return m.Image
	}
	return Image{Registry: s.Image.Registry, Name: m.Naming().Kebab()}.Reference()
}

// ImageVersion is the version of a plugin's image.
func (m Member) ImageVersion() string {
	if m.Version != "" {
		return m.Version
	}
	return firstVersion
}

var (
	tagPattern          = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
	resourceTypePattern = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
)

// plugin checks what a member says that only a plugin without a chart can.
func (v *validator) plugin(at string, m Member) {
	for _, said := range [][2]string{{"image", m.Image}, {"resource_type", m.ResourceType}} {
		if said[1] != "" && m.HasChart() {
			v.add(at+"."+said[0], fmt.Sprintf("%s has a chart, which says that", m.Name), "remove "+said[0]+"; it is for a plugin that the supervisor runs")
		}
	}
	if m.HasChart() {
		return
	}
	if m.Image != "" && (!registryPattern.MatchString(m.Image) || strings.Contains(path.Base(m.Image), ":")) {
		v.add(at+".image", fmt.Sprintf("%q is no image", shorten(m.Image)),
			`write it as in "ghcr.io/acme/`+m.Naming().Kebab()+`"; its version goes to version`)
	}
	if m.ResourceType != "" && !resourceTypePattern.MatchString(m.ResourceType) {
		v.add(at+".resource_type", fmt.Sprintf("%q is nothing that a plugin serves", shorten(m.ResourceType)), `write it as in "inventory.Collector"`)
	}
	if m.Version != "" && !tagPattern.MatchString(m.Version) {
		v.add(at+".version", fmt.Sprintf("%q is no version of an image", shorten(m.Version)), `write the one that the supervisor is to run, as in "1.2.3"`)
	}
}
