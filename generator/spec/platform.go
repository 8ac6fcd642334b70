package spec

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// Backing says where a server that all services use comes from.
type Backing string

// The backings.
const (
	Bundled  Backing = "bundled"  // a chart of the platform's own
	External Backing = "external" // it runs already, and the values say where
)

// Backings lists the backings.
func Backings() []Backing { return []Backing{Bundled, External} }

// ChartFolder is where the chart lies in a repository.
const ChartFolder = "deploy/helm"

// Platform is what a repository above others is made of.
type Platform struct {
	ChartRepository string   `yaml:"chart_repository"` // the URL that its charts are published at
	PostgreSQL      Backing  `yaml:"postgresql"`
	Redis           Backing  `yaml:"redis"`
	Members         []Member `yaml:"members"` // in the order in which they are initialised
}

// Member is one repository of a platform.
type Member struct {
	Name       string `yaml:"name"`
	Kind       Kind   `yaml:"kind"`
	Path       string `yaml:"path"`       // of its repository, as seen from this file; empty: it is not on this machine
	Repository string `yaml:"repository"` // of its chart; empty: it lies in the member's own repository
	Version    string `yaml:"version"`    // of its chart, or a range; empty: any. Of a plugin without a chart: its image's
	Alias      string `yaml:"alias"`      // the chart's name among the platform's values; empty: its own
	Condition  string `yaml:"condition"`  // the value that switches it on; empty: <name>.enabled

	// Of a plugin that a supervisor runs.
	Image        string `yaml:"image"`         // as it is pulled, without its version; empty: NAME in the platform's registry
	ResourceType string `yaml:"resource_type"` // what it serves: inventory.Collector
}

// MemberKinds lists the kinds that a platform has members of.
func MemberKinds() []Kind {
	return slices.DeleteFunc(Kinds(), func(k Kind) bool { return k == KindPlatform || k == KindFramework })
}

// Naming gives the member's name in all its forms.
func (m Member) Naming() naming.Name { return naming.New(m.Name) }

// Key is what the member is called among the platform's values.
func (m Member) Key() string {
	if m.Alias != "" {
		return m.Alias
	}
	return m.Naming().Kebab()
}

// HasChart reports whether the platform's chart installs the member. Plugins
// are deployed by the supervisor, unless a chart is named for them.
func (m Member) HasChart() bool { return m.Kind != KindPlugin || m.Repository != "" }

// ChartPath is where the member's chart lies on this machine, as seen from the
// platform's root; empty if it is fetched.
func (m Member) ChartPath() string {
	switch {
	case strings.HasPrefix(m.Repository, fileScheme):
		return path.Join(ChartFolder, strings.TrimPrefix(m.Repository, fileScheme))
	case m.Repository == "" && m.Path != "":
		return path.Join(m.Path, ChartFolder)
	default:
		return ""
	}
}

// ChartRepository is the repository of the member's chart, as the platform's
// chart names it.
func (m Member) ChartRepository() string {
	if m.Repository != "" {
		return m.Repository
	}
	return fileScheme + path.Join("../..", m.Path, ChartFolder)
}

// ChartVersion is the range of versions that the platform's chart takes.
func (m Member) ChartVersion() string {
	if m.Version != "" {
		return m.Version
	}
	return ">=0.0.0-0"
}

// Switch is the value that switches the member on.
func (m Member) Switch() string {
	if m.Condition != "" {
		return m.Condition
	}
	return m.Key() + ".enabled"
}

// Serves reports whether others call the member by gRPC.
func (m Member) Serves() bool { return m.Kind == KindService }

// Charts are the members that the platform's chart installs.
func (p Platform) Charts() []Member {
	return slices.DeleteFunc(slices.Clone(p.Members), func(m Member) bool { return !m.HasChart() })
}

// Services are the members that others call by gRPC.
func (p Platform) Services() []Member {
	return slices.DeleteFunc(slices.Clone(p.Members), func(m Member) bool { return !m.Serves() })
}

// Switches are the top keys of values that nothing but conditions name.
func (p Platform) Switches() []string {
	var all []string
	for _, m := range p.Charts() {
		key, _, _ := strings.Cut(m.Switch(), ".")
		own := slices.ContainsFunc(p.Charts(), func(m Member) bool { return m.Key() == key })
		if !own && !slices.Contains(valueKeys, key) && !slices.Contains(all, key) {
			all = append(all, key)
		}
	}
	return all
}

// Member gives the member of a name, however it is cased, or nil.
func (p *Platform) Member(name string) *Member {
	want := naming.New(name).Kebab()
	for i := range p.Members {
		if p.Members[i].Naming().Kebab() == want {
			return &p.Members[i]
		}
	}
	return nil
}

// given reports whether anything of it is said.
func (p Platform) given() bool {
	return p.ChartRepository != "" || p.PostgreSQL != "" || p.Redis != "" || p.Members != nil
}

const (
	fileScheme = "file://"
	maxMembers = 1_000
)

func defaultPlatform(d *Spec) {
	p := &d.Platform
	if p.PostgreSQL == "" {
		p.PostgreSQL = Bundled
	}
	if p.Redis == "" {
		p.Redis = Bundled
	}
	if parts := strings.Split(d.Module, "/"); p.ChartRepository == "" && len(parts) > 2 && parts[0] == "github.com" {
		p.ChartRepository = fmt.Sprintf("https://%s.github.io/%s", strings.ToLower(parts[1]), parts[2])
	}
	p.Members = defaultMembers(p.Members)
}

func defaultMembers(members []Member) []Member {
	members = cloned(members)
	for i := range members {
		m := &members[i]
		if m.Kind == "" {
			m.Kind = KindService
		}
		if m.Path == "" && m.Repository == "" && naming.CheckService(m.Name) == nil {
			m.Path = "../" + m.Naming().Kebab()
		}
	}
	return members
}

var (
	urlPattern       = regexp.MustCompile(`^https?://[A-Za-z0-9][A-Za-z0-9.:-]*(/[A-Za-z0-9._~/-]*)?$`)
	chartPattern     = regexp.MustCompile(`^(https?|oci)://[A-Za-z0-9][A-Za-z0-9.:-]*(/[A-Za-z0-9._~/-]*)?$|^file://[A-Za-z0-9._~/-]+$`)
	pathPattern      = regexp.MustCompile(`^[A-Za-z0-9._~/-]+$`) // it stands in make's and the shell's lines
	aliasPattern     = regexp.MustCompile(`^[a-z]([a-z0-9-]*[a-z0-9])?$`)
	conditionPattern = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$`)
)

// valueKeys are keys of the platform chart's values that are no members.
var valueKeys = []string{"global", "external", "initializer", "postgresql", "redis"}

// platform checks what a platform is made of.
func (v *validator) platform(s *Spec) {
	p := s.Platform
	if p.ChartRepository != "" && !urlPattern.MatchString(p.ChartRepository) {
		v.add("platform.chart_repository", fmt.Sprintf("%q is no URL", shorten(p.ChartRepository)), `write it as in "https://charts.example.com/stable"`)
	}
	choice(v, "platform.postgresql", "way to have PostgreSQL", p.PostgreSQL, Backings())
	choice(v, "platform.redis", "way to have Redis", p.Redis, Backings())
	if len(p.Members) > maxMembers {
		v.add("platform.members", fmt.Sprintf("the platform has %d members", len(p.Members)), fmt.Sprintf("at most %d are possible", maxMembers))
		return
	}
	keys, names, paths := map[string]string{}, map[string]string{}, map[string]string{}
	for i, m := range p.Members {
		at := fmt.Sprintf("platform.members[%d]", i)
		if !v.name(at+".name", "member name", naming.CheckService(m.Name)) {
			continue
		}
		v.member(at, m)
		name := m.Naming().Kebab()
		if name == s.ServiceName().Kebab() {
			v.add(at+".name", "the platform cannot be a member of itself", "call one of the two otherwise")
		}
		if other, taken := names[name]; taken && m.Alias == "" {
			v.add(at+".name", fmt.Sprintf("two members are called %s: %s and %s", name, other, m.Place()), "remove one, or give it an alias")
		}
		names[name] = m.Place()
		if other, taken := keys[m.Key()]; taken && m.Alias != "" {
			v.add(at+".alias", fmt.Sprintf("the alias %s is taken by %s", m.Alias, other), "choose another")
		}
		keys[m.Key()] = m.Place()
		if other, taken := paths[path.Clean(m.Path)]; taken && m.Path != "" && other != name {
			v.add(at+".path", fmt.Sprintf("%s lies where %s does", name, other), "give each its own folder")
		}
		paths[path.Clean(m.Path)] = name
	}
}

// Place says where a member comes from.
func (m Member) Place() string {
	if m.Path != "" {
		return m.Path
	}
	return m.Repository
}

func (v *validator) member(at string, m Member) {
	choice(v, at+".kind", "kind of member", m.Kind, MemberKinds())
	if m.Alias != "" && (!aliasPattern.MatchString(m.Alias) || len(m.Alias) > naming.MaxLength) {
		v.add(at+".alias", fmt.Sprintf("%q is no alias of a chart", shorten(m.Alias)), `write small letters, digits and hyphens, as in "inventory-eu"`)
	}
	if slices.Contains(valueKeys, m.Key()) {
		v.add(at+".name", fmt.Sprintf("%s is a part of the platform's own values", m.Key()), "give the member an alias")
	}
	if p := path.Clean(m.Path); m.Path != "" && (path.IsAbs(m.Path) || !pathPattern.MatchString(m.Path) || p == "." || upward.MatchString(p)) {
		v.add(at+".path", fmt.Sprintf("%q is no folder of a member", shorten(m.Path)), `write it as seen from here, of letters, digits and ._~/-, as in "../identity"`)
	}
	if m.Repository != "" && !chartPattern.MatchString(m.Repository) {
		v.add(at+".repository", fmt.Sprintf("%q is no chart repository", shorten(m.Repository)),
			`write it as in "https://charts.example.com", "oci://ghcr.io/acme/charts" or "file://../../../identity/deploy/helm"`)
	}
	v.plugin(at, m)
	if _, err := semver.NewConstraint(m.ChartVersion()); err != nil && m.HasChart() {
		v.add(at+".version", fmt.Sprintf("%q is neither a version nor a range", shorten(m.Version)), `write it as in "1.2.3" or "~1.2.0"`)
	}
	if m.Condition != "" && !conditionPattern.MatchString(m.Condition) {
		v.add(at+".condition", fmt.Sprintf("%q is no value's path", shorten(m.Condition)), `write it as in "identity.enabled"`)
	}
}

// upward finds paths that lead to a folder above, which contains the platform.
var upward = regexp.MustCompile(`^(\.\./)*\.\.$`)

// platform writes what a platform is made of.
func (e *emitter) platform(p Platform) {
	e.comment("What is installed together. postgresql and redis: "+oneOf(Backings())+"; the charts are",
		"published at chart_repository. A member is a "+oneOf(MemberKinds())+", and may say",
		"repository (of its chart: https, oci or file), version, alias and condition; a plugin",
		"that the supervisor runs image, version (of the image) and resource_type.")
	e.line(0, "platform:")
	e.line(1, "chart_repository: %s", text(p.ChartRepository))
	e.line(1, "postgresql: %s", text(string(p.PostgreSQL)))
	e.line(1, "redis: %s", text(string(p.Redis)))
	if len(p.Members) == 0 {
		e.line(1, "members: []")
		return
	}
	e.line(1, "members:")
	for _, m := range p.Members {
		e.raw(indent(memberItem(m), 2))
	}
}

func memberItem(m Member) string {
	parts := []string{"name: " + flowText(m.Name), "kind: " + flowText(string(m.Kind))}
	for _, pair := range [][2]string{
		{"path", m.Path}, {"image", m.Image}, {"resource_type", m.ResourceType},
		{"repository", m.Repository}, {"version", m.Version}, {"alias", m.Alias}, {"condition", m.Condition},
	} {
		if pair[1] != "" {
			parts = append(parts, pair[0]+": "+flowText(pair[1]))
		}
	}
	return "- {" + strings.Join(parts, ", ") + "}\n"
}

// ParseMember reads NAME or NAME:KIND.
func ParseMember(s string) Member {
	name, kind, _ := strings.Cut(strings.TrimSpace(s), ":")
	return Member{Name: strings.TrimSpace(name), Kind: Kind(strings.TrimSpace(kind))}
}

// Form is the member as ParseMember reads it.
func (m Member) Form() string {
	if m.Kind == KindService || m.Kind == "" {
		return m.Name
	}
	return m.Name + ":" + string(m.Kind)
}

// AddMember appends a member to the platform.
func (f *File) AddMember(m Member) error {
	m = defaultMembers([]Member{m})[0]
	want := f.draft()
	want.Platform.Members = append(want.Platform.Members, m)
	return f.edit(want, "add the member "+m.Name, func(d *document) error {
		return d.appendItem("platform.members", memberItem(m), false)
	})
}

// RemoveMember takes the member of a name, or of an alias, out of the platform.
func (f *File) RemoveMember(name string) error {
	members := f.spec.Platform.Members
	form := naming.New(name).Kebab()
	i := slices.IndexFunc(members, func(m Member) bool { return m.Key() == form })
	if i < 0 {
		return f.missing("member", name, names(members, Member.Key))
	}
	want := f.draft()
	want.Platform.Members = slices.Delete(want.Platform.Members, i, i+1)
	return f.edit(want, "remove the member "+name, func(d *document) error { return d.removeItem("platform.members", i) })
}

// Identity is the service that all others ask who calls.
const Identity = "identity"
