package spec

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/module"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

var (
	registryPattern = regexp.MustCompile(`^[a-z0-9]+([._-]+[a-z0-9]+)*(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$`)
	imagePattern    = regexp.MustCompile(`^[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$`)
	packagePattern  = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]*(\.[a-zA-Z][a-zA-Z0-9_]*)*$`)
	minutePattern   = regexp.MustCompile(`^:[0-5][0-9]$`)
)

// Bounds that nobody meets who writes by hand.
const (
	maxDescription = 500 // characters
	maxPackage     = 200 // characters
	maxResources   = 10_000
	maxFields      = 395 // of one resource: with what each has, as many as a row can hold values of
)

// validator notes everything that is wrong with a Spec.
type validator struct {
	file     string
	where    positions
	problems Problems
}

// add notes a problem with the value at path.
func (v *validator) add(path, message, fix string) {
	p := Problem{File: v.file, Path: path, Message: message, Fix: fix}
	if v.where != nil {
		at := v.where.at(path)
		p.Line, p.Column = at.line, at.column
	}
	v.problems = append(v.problems, p)
}

// name notes what naming has against a name.
func (v *validator) name(path, what string, err error) bool {
	if err == nil {
		return true
	}
	var refused *naming.Error
	if !errors.As(err, &refused) {
		v.add(path, err.Error(), "")
		return false
	}
	v.add(path, fmt.Sprintf("%s %q: %s", what, refused.Name, refused.Reason), refused.Fix)
	return false
}

// choice notes a value that is none of choices.
func choice[T ~string](v *validator, path, what string, value T, choices []T) bool {
	if slices.Contains(choices, value) {
		return true
	}
	fix := "write " + oneOf(choices)
	if near := Closest(string(value), texts(choices)); near != "" {
		fix = fmt.Sprintf("did you mean %q?", near)
	}
	v.add(path, fmt.Sprintf("there is no %s %q", what, shorten(string(value))), fix)
	return false
}

func (v *validator) spec(s *Spec) {
	if s.Version != Version {
		v.add("version", fmt.Sprintf("version %d of this file's format is not known to this spacegen", s.Version),
			fmt.Sprintf("write %d, or install a newer spacegen", Version))
	}
	choice(v, "kind", "kind", s.Kind, Kinds())
	named := v.name("name", "service name", naming.CheckService(s.Name))
	// What would have come from the name is not worth a problem of its own.
	if named || s.Module != "" {
		v.module(s.Module)
	}
	if s.Kind.Layered() && (named || s.Package != "") {
		v.protoPackage(s.Package)
	}
	v.overlays(s.Templates)
	for i, folder := range s.ProtoPaths {
		if at := path.Clean(folder); folder == "" || path.IsAbs(folder) || strings.Contains(folder, `\`) || at == "proto" || at == "." {
			v.add(fmt.Sprintf("proto_paths[%d]", i), fmt.Sprintf("%q is no folder beside this one", shorten(folder)), `write it as seen from here, as in "../api/proto"`)
		}
	}
	if (named || s.Image.Name != "") && s.Kind.Deployed() {
		v.imageName(s.Image.Name)
	}
	v.description("description", s.Description)
	if s.Kind.Layered() {
		v.layers(s)
	} else {
		v.noLayers(s)
	}
	if s.Kind == KindPlatform {
		v.platform(s)
	} else if s.Platform.given() {
		v.add("platform", fmt.Sprintf("a %s has no members", s.Kind), "remove it, or write kind: platform")
	}
	choice(v, "ci", "CI system", s.CI, []CI{GitHub, NoCI})
	if !s.Kind.Deployed() && s.Image != (Image{}) {
		v.add("image", fmt.Sprintf("a %s becomes no image", s.Kind), "remove it, or choose another kind")
	} else if s.Kind.Deployed() && !registryPattern.MatchString(s.Image.Registry) {
		v.add("image.registry", fmt.Sprintf("%q is no image registry", shorten(s.Image.Registry)), `write it as in "ghcr.io/cloudforet-io"`)
	}
}

// layers checks what a kind with servers is made of.
func (v *validator) layers(s *Spec) {
	v.servers(s.Servers)
	v.framework(s.Framework)
	choice(v, "database", "database", s.Database, Databases())
	choice(v, "cache", "cache", s.Cache, Caches())
	v.schedulers(s)
	v.resources(s.Resources)
	v.references(s.Resources)
	v.queries(s)
	v.methods(s)
	v.components(s)
}

// noLayers refuses what only a kind with servers has.
func (v *validator) noLayers(s *Spec) {
	given := map[string]bool{
		"servers": len(s.Servers) > 0, "framework": s.Framework != "", "database": s.Database != "", "cache": s.Cache != "",
		"resources": len(s.Resources) > 0, "schedulers": len(s.Schedulers) > 0, "proto_paths": len(s.ProtoPaths) > 0, "queries": len(s.Queries) > 0,
		"methods": len(s.Methods) > 0,
	}
	for _, layer := range Layers() {
		given[layer.Key] = len(*layer.List(s)) > 0
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if given[key] {
			v.add(key, fmt.Sprintf("a %s has no %s", s.Kind, key), "remove it, or choose another kind")
		}
	}
}

func (v *validator) module(path string) {
	if err := module.CheckPath(path); err != nil {
		reason := err.Error()
		var invalid *module.InvalidPathError
		if errors.As(err, &invalid) {
			reason = invalid.Err.Error()
		}
		v.add("module", fmt.Sprintf("%q is no Go module path: %s", shorten(path), reason), `write it as in "github.com/cloudforet-io/inventory"`)
	}
}

func (v *validator) imageName(name string) {
	if !imagePattern.MatchString(name) {
		v.add("image.name", fmt.Sprintf("%q is no image name", shorten(name)),
			`write small letters and digits, as in "inventory"; the registry goes to image.registry`)
	}
}

func (v *validator) protoPackage(p string) {
	const fix = `write it as in "spaceone.api.inventory.v1"`
	parts := strings.Split(p, ".")
	switch {
	case !packagePattern.MatchString(p):
		v.add("package", fmt.Sprintf("%q is no proto package", shorten(p)), fix)
	case len(p) > maxPackage:
		v.add("package", fmt.Sprintf("the package has %d characters", len(p)), fmt.Sprintf("at most %d are possible", maxPackage))
	case strings.HasPrefix(p, "google.") || strings.HasPrefix(p, "spaceone.api.core."):
		v.add("package", fmt.Sprintf("the package %s belongs to the API that every service shares", p), fix)
	case slices.ContainsFunc(parts[1:], func(s string) bool { return s == "google" || s == "spaceone" }):
		v.add("package", fmt.Sprintf("within the package %s, google.protobuf and spaceone.api would not be found any more", p),
			"name the package otherwise")
	}
}

func (v *validator) description(path, s string) {
	if n := utf8.RuneCountInString(s); n > maxDescription {
		v.add(path, fmt.Sprintf("the description has %d characters", n), fmt.Sprintf("keep it to %d", maxDescription))
	}
	if !utf8.ValidString(s) {
		v.add(path, "the description is not UTF-8", "save it as UTF-8")
		return
	}
	unprintable := func(r rune) bool { return !unicode.IsPrint(r) && !unicode.Is(unicode.Cf, r) || bidirectional(r) }
	if i := strings.IndexFunc(s, unprintable); i >= 0 {
		r, _ := utf8.DecodeRuneInString(s[i:])
		v.add(path, fmt.Sprintf("the description has the character %U, which cannot be seen", r), "remove it")
	}
}

// bidirectional reports characters that turn the direction of text, and so
// can make code read otherwise than it is.
func bidirectional(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0xFEFF
}

func (v *validator) servers(servers []Server) {
	if len(servers) == 0 {
		v.add("servers", "the service has no server", "name at least one of "+oneOf(Servers()))
	}
	seen := map[Server]bool{}
	for i, server := range servers {
		path := fmt.Sprintf("servers[%d]", i)
		if choice(v, path, "server", server, Servers()) && seen[server] {
			v.add(path, fmt.Sprintf("the server %s is given twice", server), "keep one of the two")
		}
		seen[server] = true
	}
}

func (v *validator) schedulers(s *Spec) {
	if len(s.Schedulers) > 0 && !s.Has(SchedulerServer) {
		v.add("schedulers", "schedulers run in the scheduler server, which this service does not have", "add scheduler to servers, or remove the schedulers")
	}
	seen := map[string]string{}
	for i, scheduler := range s.Schedulers {
		path := fmt.Sprintf("schedulers[%d]", i)
		if v.name(path+".name", "scheduler name", naming.CheckScheduler(scheduler.Name)) {
			key := strings.ToLower(scheduler.Naming().Pascal())
			if other, ok := seen[key]; ok {
				v.add(path+".name", fmt.Sprintf("the scheduler %s is called like %s", scheduler.Name, other), "give each its own name")
			}
			seen[key] = scheduler.Name
		}
		v.description(path+".description", scheduler.Description)
		if choice(v, path+".kind", "kind of scheduler", scheduler.Kind, SchedulerKinds()) {
			v.times(path, scheduler)
		}
		switch {
		case scheduler.Task == "":
		case !methodPattern.MatchString(scheduler.Task):
			v.add(path+".task", fmt.Sprintf("%q is no task", shorten(scheduler.Task)), `write the service and the method, as in "Order.expire"`)
		case !s.Has(WorkerServer):
			v.add(path+".task", "the task "+shorten(scheduler.Task)+" runs in the worker server, which this service does not have", "add worker to servers, or remove the task")
		}
	}
}

func (v *validator) times(path string, s Scheduler) {
	unused := func(key string, given bool) {
		if given {
			v.add(path+"."+key, fmt.Sprintf("a scheduler of the kind %s has no %s", s.Kind, key), "remove it, or choose another kind")
		}
	}
	switch s.Kind {
	case Hourly:
		if s.Interval < 1 || s.Interval > 24 {
			v.add(path+".interval", fmt.Sprintf("an interval of %d hours is not possible", s.Interval), "write 1 to 24")
		}
		if !minutePattern.MatchString(s.Minute) {
			v.add(path+".minute", fmt.Sprintf("%q is no minute of the hour", shorten(s.Minute)), `write it as in ":15"`)
		}
		unused("rule", s.Rule != "")
	case Interval:
		if s.Interval < 1 || s.Interval > 7*24*3600 {
			v.add(path+".interval", fmt.Sprintf("an interval of %d seconds is not possible", s.Interval), "write 1 to 604800")
		}
		unused("minute", s.Minute != "")
		unused("rule", s.Rule != "")
	case Cron:
		if err := checkRule(s.Rule); err != nil {
			v.add(path+".rule", fmt.Sprintf("%q is no cron rule: %s", shorten(s.Rule), err), `write five fields, as in "*/5 * * * *"`)
		}
		unused("interval", s.Interval != 0)
		unused("minute", s.Minute != "")
	}
}

// CheckModule says why a Go module path cannot be used. The error is of type
// Problems.
func CheckModule(path string) error {
	return check(func(v *validator) { v.module(path) })
}

// CheckResources says why resources cannot be used together, after their
// defaults. The error is of type Problems.
func CheckResources(resources ...Resource) error {
	d := Defaults(&Spec{Resources: resources})
	return check(func(v *validator) { v.resources(d.Resources) })
}

func check(f func(*validator)) error {
	v := &validator{}
	f(v)
	if len(v.problems) > 0 {
		return v.problems
	}
	return nil
}
