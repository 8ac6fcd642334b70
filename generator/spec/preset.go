package spec

import "path"

// A Preset is what overlays give as defaults for the repositories of a company. What is
// empty is as spacegen has it.
type Preset struct {
	Module    string    `yaml:"module"`    // what the path of a Go module begins with; the service's name is its end
	Servers   []Server  `yaml:"servers"`   // the ways in
	Database  Database  `yaml:"database"`  // the engine that the service is deployed with
	Cache     Cache     `yaml:"cache"`     // what stands before reads
	Framework Framework `yaml:"framework"` // where the framework comes from: vendored, own, a folder or MODULE@VERSION
	CI        CI        `yaml:"ci"`        // the system that workflows are for
	Registry  string    `yaml:"registry"`  // of images: what their names begin with
}

// Fill answers what a Spec leaves open.
func (p Preset) Fill(s *Spec) {
	if s.Module == "" && p.Module != "" && s.Name != "" {
		s.Module = path.Join(p.Module, s.ServiceName().Kebab())
	}
	fill(&s.CI, p.CI)
	if s.Kind == "" || s.Kind.Deployed() {
		fill(&s.Image.Registry, p.Registry)
	}
	if s.Kind != "" && !s.Kind.Layered() {
		return
	}
	if len(s.Servers) == 0 {
		s.Servers = append(s.Servers, p.Servers...)
	}
	fill(&s.Database, p.Database)
	fill(&s.Cache, p.Cache)
	fill(&s.Framework, p.Framework)
}

// Filled is Fill into a Spec of its own.
func (p Preset) Filled(s *Spec) *Spec {
	filled := *s
	p.Fill(&filled)
	return &filled
}

// Over gives this preset, and where it is silent another one.
func (p Preset) Over(other Preset) Preset {
	fill(&p.Module, other.Module)
	if len(p.Servers) == 0 {
		p.Servers = other.Servers
	}
	fill(&p.Database, other.Database)
	fill(&p.Cache, other.Cache)
	fill(&p.Framework, other.Framework)
	fill(&p.CI, other.CI)
	fill(&p.Registry, other.Registry)
	return p
}

// Check says what would make no valid Spec of any service.
func (p Preset) Check() error {
	s := New("demo")
	p.Fill(s)
	return Defaults(s).Validate()
}

// Said lists the answers that the preset gives, as the file of an overlay has them.
func (p Preset) Said() []string {
	var said []string
	for _, one := range []struct{ key, value string }{
		{"module", p.Module},
		{"database", string(p.Database)},
		{"cache", string(p.Cache)},
		{"framework", string(p.Framework)},
		{"ci", string(p.CI)},
		{"registry", p.Registry},
	} {
		if one.value != "" {
			said = append(said, one.key+" "+one.value)
		}
	}
	for _, server := range p.Servers {
		said = append(said, "server "+string(server))
	}
	return said
}

func fill[T ~string](value *T, usual T) {
	if *value == "" {
		*value = usual
	}
}
