package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// Flags are the command line's way to say what a Spec holds. The zero Flags
// are ready for Register.
type Flags struct {
	kind                     string
	module, pkg, description string
	framework                string
	servers                  []string
	database, cache          string
	resources, schedulers    []string
	registry, image, ci      string
	chart                    bool
	members                  []string
	postgresql, redis        string
	chartRepository          string
	set                      *pflag.FlagSet
}

// Register adds the flags to a set.
func (f *Flags) Register(set *pflag.FlagSet) {
	f.set = set
	set.StringVar(&f.kind, "kind", "", "`what` is made: service, plugin, supervisor, frontend, platform or framework (default service)")
	set.StringVar(&f.module, "module", "", "Go module `path` (default github.com/cloudforet-io/NAME)")
	set.StringVar(&f.pkg, "package", "", "proto `package` of the API (default spaceone.api.NAME.v1, or the only one that --proto has)")
	set.StringVar(&f.framework, "framework", "", "`where` the framework comes from: vendored, own, a folder as in ../core, or MODULE@VERSION (default vendored)")
	set.StringVar(&f.description, "description", "", "one `sentence` on what the service does")
	set.StringSliceVar(&f.servers, "servers", nil, "`list` of grpc, rest, scheduler, worker (default grpc)")
	set.StringVar(&f.database, "database", "", "`engine`: postgresql, sqlite or none (default postgresql)")
	set.StringVar(&f.cache, "cache", "", "`kind` of cache: redis, local or none (default none)")
	set.StringArrayVar(&f.resources, "resource", nil, "`resource` as in 'Region:name!,region_code!:unique,tags:struct' (may be repeated)")
	set.StringArrayVar(&f.schedulers, "scheduler", nil, "`scheduler` as in 'sync:hourly:1:15', 'tick:interval:30', 'nightly:cron:0 3 * * *' (may be repeated)")
	set.StringVar(&f.registry, "registry", "", "container image `registry` (default that of the module's host)")
	set.StringVar(&f.image, "image", "", "container image `name` (default NAME)")
	set.StringVar(&f.ci, "ci", "", "CI `system`: github or none (default github)")
	set.BoolVar(&f.chart, "chart", true, "emit a Helm chart")
	set.StringSliceVar(&f.members, "services", nil, "`list` of a platform's members: NAME, or NAME:KIND for a plugin, supervisor or frontend")
	set.StringVar(&f.postgresql, "postgresql", "", "a platform's PostgreSQL: `bundled` or external (default bundled)")
	set.StringVar(&f.redis, "redis", "", "a platform's Redis: `bundled` or external (default bundled)")
	set.StringVar(&f.chartRepository, "chart-repository", "", "`URL` that a platform's charts are published at")
}

// Kind is the kind that was asked for.
func (f *Flags) Kind() Kind {
	if f.kind == "" {
		return KindService
	}
	return Kind(f.kind)
}

// HasKind reports whether a kind was asked for.
func (f *Flags) HasKind() bool { return f.set.Changed("kind") }

// SetPackage is --package.
func (f *Flags) SetPackage(pkg string) error { return f.set.Set("package", pkg) }

// Given reports whether any of the flags was set.
func (f *Flags) Given() bool {
	given := false
	own := map[string]bool{"kind": true, "module": true, "package": true, "framework": true, "description": true, "servers": true, "database": true,
		"cache": true, "resource": true, "scheduler": true, "registry": true, "image": true, "ci": true, "chart": true,
		"services": true, "postgresql": true, "redis": true, "chart-repository": true}
	f.set.Visit(func(flag *pflag.Flag) { given = given || own[flag.Name] })
	return given
}

// Over gives what the flags say over a Spec, which holds where no flag says otherwise,
// with defaults filled in and validated. Resources and schedulers are added to those it
// has. The error is of type Problems.
func (f *Flags) Over(base *Spec) (*Spec, error) {
	s := new(Spec)
	*s = *base
	problems := f.apply(s)
	s = Defaults(s)
	v := &validator{}
	v.spec(s)
	for _, p := range v.problems {
		p.Path = flagOf(p.Path)
		problems = append(problems, p)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return s, nil
}

// Partial gives what the flags say, neither complete nor validated as a
// whole: what the prompts then ask about. The error is of type Problems.
func (f *Flags) Partial(name string) (*Spec, error) {
	s := New(name)
	if problems := f.apply(s); len(problems) > 0 {
		return nil, problems
	}
	return s, nil
}

func (f *Flags) apply(s *Spec) Problems {
	for flag, of := range map[string]struct {
		to    *string
		value string
	}{
		"kind": {(*string)(&s.Kind), f.kind}, "module": {&s.Module, f.module}, "package": {&s.Package, f.pkg},
		"framework":   {(*string)(&s.Framework), f.framework},
		"description": {&s.Description, f.description}, "database": {(*string)(&s.Database), f.database},
		"cache": {(*string)(&s.Cache), f.cache}, "ci": {(*string)(&s.CI), f.ci},
		"registry": {&s.Image.Registry, f.registry}, "image": {&s.Image.Name, f.image},
		"postgresql": {(*string)(&s.Platform.PostgreSQL), f.postgresql}, "redis": {(*string)(&s.Platform.Redis), f.redis},
		"chart-repository": {&s.Platform.ChartRepository, f.chartRepository},
	} {
		if f.set.Changed(flag) {
			*of.to = of.value
		}
	}
	if f.set.Changed("servers") {
		s.Servers = []Server{} // none is not the same as not said
	}
	for _, server := range f.servers {
		s.Servers = append(s.Servers, Server(strings.TrimSpace(server)))
	}
	if f.set.Changed("chart") {
		s.Chart = f.chart
	} else if s.Kind == KindPlugin {
		s.Chart = false // the supervisor deploys it
	}
	s.Resources, s.Schedulers = slices.Clone(s.Resources), slices.Clone(s.Schedulers)
	s.Platform.Members = slices.Clone(s.Platform.Members)
	for _, form := range f.members {
		s.Platform.Members = append(s.Platform.Members, ParseMember(form))
	}
	var problems Problems
	note := func(flag string, err error) {
		list, _ := err.(Problems) //nolint:errorlint // the parsers return nothing else
		for _, p := range list {
			p.Path = flag + " " + p.Path
			problems = append(problems, p)
		}
	}
	for _, form := range f.resources {
		r, err := ParseResource(form)
		note("--resource", err)
		if err == nil {
			s.Resources = append(s.Resources, r)
		}
	}
	for _, form := range f.schedulers {
		scheduler, err := ParseScheduler(form)
		note("--scheduler", err)
		if err == nil {
			s.Schedulers = append(s.Schedulers, scheduler)
		}
	}
	return problems
}

// flagOf gives the flag by which the value at a path of the Spec is set.
func flagOf(path string) string {
	key, _, _ := strings.Cut(path, "[")
	switch key {
	case "name":
		return "NAME"
	case "image.registry":
		return "--registry"
	case "image.name":
		return "--image"
	case "resources":
		return "--resource"
	case "schedulers":
		return "--scheduler"
	case "platform", "platform.members":
		return "--services"
	}
	if rest, ok := strings.CutPrefix(key, "platform."); ok {
		return "--" + strings.ReplaceAll(rest, "_", "-")
	}
	return "--" + key
}

// CommandLine gives the command that makes the same Spec, quoted for a POSIX
// shell. exact is false if s has something that flags cannot say: the
// description of a resource, field or scheduler, or a component.
func CommandLine(s *Spec) (line string, exact bool) {
	s = Defaults(s)
	bare := New(s.Name)
	bare.Kind = s.Kind
	bare.Module, bare.Servers, bare.Resources = s.Module, s.Servers, s.Resources
	implied := Defaults(bare)
	words := []string{"spacegen", "new", s.Name}
	add := func(flag, value, usual string) {
		if value != usual {
			words = append(words, "--"+flag, value)
		}
	}
	add("kind", string(s.Kind), string(KindService))
	add("module", s.Module, "")
	add("package", s.Package, implied.Package)
	add("description", s.Description, implied.Description)
	add("framework", string(s.Framework), string(implied.Framework))
	add("servers", strings.Join(texts(s.Servers), ","), "")
	add("database", string(s.Database), "")
	add("cache", string(s.Cache), "")
	exact = true
	for _, layer := range Layers() {
		exact = exact && len(*layer.List(s)) == 0
	}
	for _, r := range s.Resources {
		add("resource", r.Form(), "")
		exact = exact && r.Description == ""
		for _, f := range r.Fields {
			exact = exact && f.Description == ""
		}
	}
	for _, scheduler := range s.Schedulers {
		add("scheduler", scheduler.Form(), "")
		exact = exact && scheduler.Description == ""
	}
	if s.Kind == KindPlatform {
		for _, m := range s.Platform.Members {
			add("services", m.Form(), "")
			exact = exact && m == defaultMembers([]Member{ParseMember(m.Form())})[0]
		}
		add("postgresql", string(s.Platform.PostgreSQL), string(Bundled))
		add("redis", string(s.Platform.Redis), string(Bundled))
		add("chart-repository", s.Platform.ChartRepository, implied.Platform.ChartRepository)
	}
	add("registry", s.Image.Registry, implied.Image.Registry)
	add("image", s.Image.Name, implied.Image.Name)
	add("ci", string(s.CI), "")
	if s.Kind.Deployed() {
		words = append(words, fmt.Sprintf("--chart=%t", s.Chart))
	}
	words = append(words, "--yes")
	for i, w := range words {
		words[i] = ShellQuote(w)
	}
	return strings.Join(words, " "), exact
}

var shellSafe = regexp.MustCompile(`^[A-Za-z0-9_./,:=@%+-]+$`)

// ShellQuote gives a word as a POSIX shell reads it back, unchanged.
func ShellQuote(s string) string {
	if shellSafe.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
