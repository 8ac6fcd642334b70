package spec

import (
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// DefaultRegistry is the image registry of a service that names none and
// whose module lies on no host that has one.
const DefaultRegistry = "cloudforet"

// reservedFrom and reservedTo bound the proto field numbers that the fields
// common to all resources have or may get.
const (
	reservedFrom = 21
	reservedTo   = 40
)

// Defaults gives a copy of s with everything filled in that was left empty.
// It is pure and does not validate; filling in twice is the same as once.
func Defaults(s *Spec) *Spec {
	d := *s
	if d.Version == 0 {
		d.Version = Version
	}
	if d.Kind == "" {
		d.Kind = KindService
	}
	name := d.ServiceName()
	named := naming.CheckService(d.Name) == nil
	if d.Module == "" && d.Kind == KindFramework {
		d.Module = CoreModule
	}
	if d.Module == "" && named {
		d.Module = "github.com/cloudforet-io/" + name.Kebab()
	}
	if d.Package == "" && named && d.Kind != KindFramework {
		d.Package = "spaceone.api." + name.Snake() + ".v1"
	}
	if d.Description == "" && named {
		d.Description = "The " + name.Kebab() + " " + string(d.Kind) + "."
	}
	d.Description = oneLine(d.Description)
	d.Templates = slices.Clone(d.Templates)
	for i := range d.Templates {
		if o := &d.Templates[i]; o.Name == "" {
			if r, err := o.From.Parse(); err == nil {
				o.Name = r.Name()
			}
		}
	}
	d.Values = cloneValues(d.Values)
	d.Servers = slices.Clone(d.Servers)
	d.Resources = cloned(d.Resources)
	for i := range d.Resources {
		r := &d.Resources[i]
		r.Description = oneLine(r.Description)
		r.Aliases = slices.Clone(r.Aliases)
		r.Reserved = defaultReserved(r.Reserved)
		r.Fields = defaultFields(r.Fields, r.Reserved)
	}
	if d.Kind.Layered() {
		defaultLayers(&d)
	}
	if d.Kind == KindPlatform {
		defaultPlatform(&d)
	}
	d.Schedulers = defaultSchedulers(d.Schedulers, d.Has(SchedulerServer))
	for _, layer := range Layers() {
		list := layer.List(&d)
		*list = defaultComponents(*list, layer.Kinds)
	}
	if !d.Kind.Deployed() {
		d.Chart = false
	}
	if d.Image.Registry == "" && d.Kind.Deployed() {
		d.Image.Registry = defaultRegistry(d.Module)
	}
	if d.Image.Name == "" && named && d.Kind.Deployed() {
		d.Image.Name = name.Kebab()
	}
	if d.CI == "" {
		d.CI = GitHub
	}
	return &d
}

// defaultLayers fills in what a kind with servers is made of.
func defaultLayers(d *Spec) {
	if d.Servers == nil {
		d.Servers = []Server{GRPCServer}
		if d.Kind == KindSupervisor {
			d.Servers = []Server{SchedulerServer, WorkerServer}
		}
	}
	if d.Framework == "" {
		d.Framework = Vendored
	}
	if d.Database == "" {
		d.Database = PostgreSQL // of the first resource, if there is none as yet
		if d.Kind != KindService {
			d.Database = NoDatabase
		}
	}
	if d.Cache == "" {
		d.Cache = NoCache
	}
}

// cloned gives a copy, and nil for an empty slice.
func cloned[T any](in []T) []T {
	return append([]T(nil), in...)
}

// oneLine folds every run of white space into one space: descriptions become
// comments, and must not leave them.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// defaultFields numbers a field one higher than the highest before it, from 2
// (1 is the id), leaving out what is reserved or taken. A field that is
// appended thus never moves another, nor takes the number of one that was
// removed.
func defaultFields(fields []Field, reserved []Reserved) []Field {
	fields = cloned(fields)
	gone := make([]int, len(reserved))
	for i, r := range reserved {
		gone[i] = r.Number
	}
	numbers := make([]*int, len(fields))
	for i := range fields {
		f := &fields[i]
		f.Values = cloned(f.Values)
		f.Description = oneLine(f.Description)
		if f.Type == "" {
			f.Type = String
		}
		if f.Ref != "" && f.OnDelete == "" {
			f.OnDelete = Restrict
		}
		f.Aliases = cloned(f.Aliases)
		f.Reserved = defaultSubReserved(f.Reserved)
		f.Fields = defaultSubFields(f.Fields, f.Reserved)
		if f.Type == Message && f.Message == "" {
			f.Message = f.messageName()
		}
		f.Transitions = slices.Clone(f.Transitions)
		numbers[i] = &f.Number
	}
	giveNumbers(numbers, gone, 2, afterReserved)
	return fields
}

// giveNumbers gives each field that has none a number one higher than the highest before it,
// from first on. What others have, or had, is passed over; free gives a number, or the next
// one that fields may have.
func giveNumbers(numbers []*int, gone []int, first int, free func(int) int) {
	used := map[int]bool{}
	for _, n := range gone {
		used[n] = true
	}
	for _, n := range numbers {
		used[*n] = true
	}
	next := first
	for _, n := range numbers {
		if *n == 0 {
			for next = free(next); used[next]; {
				next = free(next + 1)
			}
			*n = next
		}
		next = max(next, *n+1)
	}
}

// afterReserved gives n, or the first number behind those that every resource has.
func afterReserved(n int) int {
	if n >= reservedFrom && n <= reservedTo {
		return reservedTo + 1
	}
	return n
}

func defaultReserved(reserved []Reserved) []Reserved {
	reserved = cloned(reserved)
	for i := range reserved {
		if reserved[i].Type == "" {
			reserved[i].Type = String
		}
	}
	return reserved
}

func defaultSchedulers(schedulers []Scheduler, on bool) []Scheduler {
	schedulers = cloned(schedulers)
	if len(schedulers) == 0 {
		if !on {
			return nil
		}
		schedulers = []Scheduler{{Name: "hourly_scheduler"}}
	}
	for i := range schedulers {
		s := &schedulers[i]
		s.Description = oneLine(s.Description)
		if s.Kind == "" {
			switch {
			case s.Rule != "":
				s.Kind = Cron
			case s.Minute == "" && s.Interval >= 60:
				s.Kind = Interval
			default:
				s.Kind = Hourly
			}
		}
		switch s.Kind {
		case Hourly:
			if s.Interval == 0 {
				s.Interval = 1
			}
			if s.Minute == "" {
				s.Minute = ":00"
			}
		case Interval:
			if s.Interval == 0 {
				s.Interval = 60
			}
		case Cron:
			if s.Rule == "" {
				s.Rule = "0 * * * *"
			}
		}
	}
	return schedulers
}

// defaultRegistry gives the container registry that belongs to the host of
// the module: GitHub's own for a module that lies there.
func defaultRegistry(module string) string {
	parts := strings.Split(module, "/")
	if len(parts) < 2 || parts[0] != "github.com" {
		return DefaultRegistry
	}
	if registry := "ghcr.io/" + strings.ToLower(parts[1]); registryPattern.MatchString(registry) {
		return registry
	}
	return DefaultRegistry
}
