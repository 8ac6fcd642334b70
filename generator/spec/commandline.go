package spec

import (
	"fmt"
	"regexp"
	"strings"
)

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
