package trial

import (
	"fmt"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Case is one Spec that an overlay is tried with.
type Case struct {
	Name  string // what tells it from the others
	Spec  *spec.Spec
	Input render.Input
	Wide  bool // it has much of what a Spec can have
	Types bool // its Go is held against Go's types, too
}

// A choice is one of several values that a Spec has, with its name.
type choice struct {
	name string
	set  func(*spec.Spec)
}

// choices are what services differ in.
func choices() [][]choice {
	var servers, databases, caches, charts, cis, frameworks []choice
	for _, of := range [][]spec.Server{{spec.GRPCServer}, {spec.GRPCServer, spec.RESTServer}, spec.Servers(), {spec.RESTServer, spec.WorkerServer}, {spec.SchedulerServer}, {spec.WorkerServer}} {
		var names []string
		for _, server := range of {
			names = append(names, string(server))
		}
		servers = append(servers, choice{strings.Join(names, "+"), func(s *spec.Spec) { s.Servers = of }})
	}
	for _, of := range []spec.Database{spec.PostgreSQL, spec.SQLite, spec.NoDatabase} {
		databases = append(databases, choice{"database " + string(of), func(s *spec.Spec) { s.Database = of }})
	}
	for _, of := range []spec.Cache{spec.Redis, spec.LocalCache, spec.NoCache} {
		caches = append(caches, choice{"cache " + string(of), func(s *spec.Spec) { s.Cache = of }})
	}
	for _, of := range []bool{true, false} {
		charts = append(charts, choice{map[bool]string{true: "chart", false: "no chart"}[of], func(s *spec.Spec) { s.Chart = of }})
	}
	for _, of := range []spec.CI{spec.GitHub, spec.NoCI} {
		cis = append(cis, choice{"ci " + string(of), func(s *spec.Spec) { s.CI = of }})
	}
	for _, of := range []spec.Framework{spec.Vendored, spec.Own} {
		frameworks = append(frameworks, choice{"framework " + string(of), func(s *spec.Spec) { s.Framework = of }})
	}
	resources := []choice{
		{"no resources", func(*spec.Spec) {}},
		{"one resource", func(s *spec.Spec) { s.Resources = many()[:1] }},
		{"many resources", func(s *spec.Spec) { s.Resources = many(); parts(s) }},
	}
	return [][]choice{servers, resources, databases, caches, charts, cis, frameworks}
}

// Matrix are the Specs that every overlay is tried with: services in which any three
// choices occur together, and the other kinds of repositories.
func Matrix() []Case {
	all := choices()
	var cases []Case
	for i, row := range covering(all) {
		s := spec.New("demo")
		var names []string
		for dimension, value := range row {
			of := all[dimension][value]
			of.set(s)
			names = append(names, of.name)
		}
		cases = append(cases, made("service: "+strings.Join(names, ", "), s, i == 0))
	}
	wide := &cases[0] // the first row has the first value of each
	s := spec.New("demo")
	s.Servers, s.Database, s.Cache, s.Resources, s.Schedulers = spec.Servers(), spec.PostgreSQL, spec.Redis, many(), schedulers()
	parts(s)
	*wide, cases = made("service: all servers, many resources", s, true), append(cases, *wide)
	wide = &cases[0]
	wide.Types = true
	cases[len(cases)-1].Wide, cases[len(cases)-1].Types = false, true
	return append(cases, others()...)
}

// made is a case of a Spec that needs only defaults.
func made(name string, s *spec.Spec, wide bool) Case {
	s.Module = "example.com/team/" + s.Name
	return Case{Name: name, Spec: spec.Defaults(s), Wide: wide}
}

// others are the kinds of repositories that are no services.
func others() []Case {
	var cases []Case
	for _, kind := range spec.Kinds() {
		if kind == spec.KindService {
			continue
		}
		for i, ci := range []spec.CI{spec.GitHub, spec.NoCI} {
			for j, chart := range []bool{true, false} {
				if !chart && !kind.Deployed() {
					continue
				}
				s := spec.New("demo")
				s.Kind, s.CI, s.Chart = kind, ci, chart
				if kind == spec.KindPlatform && i == j {
					s.Platform = platform()
				}
				c := made(fmt.Sprintf("%s: ci %s, %s", kind, ci, map[bool]string{true: "chart", false: "no chart"}[chart]), s, i+j == 0)
				c.Types = i+j == 0 && !kind.Layered() && kind != spec.KindPlatform
				cases = append(cases, c)
			}
		}
	}
	return cases
}

// platform has members of each kind.
func platform() spec.Platform {
	p := spec.Platform{ChartRepository: "https://charts.example.com", PostgreSQL: spec.Bundled, Redis: spec.External}
	for _, kind := range spec.MemberKinds() {
		m := spec.Member{Name: "a-" + string(kind), Kind: kind, Repository: "oci://registry.example.com/charts", Version: "~1.2.0"}
		if kind == spec.KindPlugin {
			m.Repository, m.Version, m.Image, m.ResourceType = "", "1.2.0", "registry.example.com/a-plugin", "inventory.Collector"
		}
		p.Members = append(p.Members, m)
	}
	return p
}

// many are resources with fields of every type.
func many() []spec.Resource {
	thing := spec.Resource{Name: "Thing", Description: "A thing."}
	for _, typ := range spec.FieldTypes() {
		for _, repeated := range []bool{false, true} {
			f := spec.Field{Name: fmt.Sprintf("%s_%t", typ, repeated), Type: typ, Repeated: repeated, Required: !repeated}
			switch typ { //nolint:exhaustive // all others need nothing more
			case spec.Enum:
				prefix := strings.ToUpper(f.Name)
				f.Values = []string{prefix + "_ONE", prefix + "_TWO"}
			case spec.Message:
				for _, typ := range spec.SubFieldTypes() {
					f.Fields = append(f.Fields,
						spec.SubField{Name: "one_" + string(typ), Type: typ, Required: !repeated}, spec.SubField{Name: "many_" + string(typ), Type: typ, Repeated: true})
				}
			}
			thing.Fields = append(thing.Fields, f)
		}
	}
	return []spec.Resource{
		{Name: "Region", Fields: []spec.Field{{Name: "name", Required: true, Keyword: true}, {Name: "region_code", Unique: true}}},
		thing,
		Ruled("Region"),
		{Name: "AccessPolicy", Description: "Who may do what.", Fields: []spec.Field{{Name: "name", MaxBytes: 100}, {Name: "project_id"}}},
	}
}

// Ruled is a resource that has fields with properties of every kind, and refers to another
// and to itself.
func Ruled(to string) spec.Resource {
	return spec.Resource{Name: "Order", Fields: []spec.Field{
		{Name: "home_id", Ref: to, Required: true, Immutable: true, Expand: true},
		{Name: "parent_id", Ref: "Order", OnDelete: spec.Cascade, Expand: true},
		{Name: "thing_id", Ref: to, OnDelete: spec.Keep, OutputOnly: true, Expand: true},
		{Name: "state", Type: spec.Enum, Values: []string{"PENDING", "PAID"}, Default: "PENDING", Transitions: spec.Transitions{{From: "PENDING", To: []string{"PAID"}}}},
		{Name: "stage", Type: spec.Enum, Values: []string{"EARLY", "LATE"}, Default: "EARLY", OutputOnly: true},
		{Name: "email", Format: spec.Email, MaxLength: 100, Unique: true},
		{Name: "links", Repeated: true, Format: spec.URI},
		{Name: "address", Format: spec.IP, Default: "127.0.0.1"},
		{Name: "key", Format: spec.UUID, Immutable: true},
		{Name: "code", Pattern: "^[A-Z]{2,4}-[0-9]+$", Required: true, Unique: true},
		{Name: "count", Type: spec.Int32, Default: "1", Min: "1", Max: "9", Index: true},
		{Name: "weight", Type: spec.Double, Min: "0.5"},
		{Name: "price", Type: spec.Decimal, Default: "0.00", Min: "0", Max: "1000000"},
		{Name: "paid", Type: spec.Decimal, Default: "0.00", OutputOnly: true},
		{Name: "fixed", Type: spec.Decimal, Immutable: true},
		{Name: "born", Type: spec.Date, Min: "1900-01-01", Immutable: true},
		{Name: "patience", Type: spec.Duration, Default: "90m", Min: "1ms", Max: "720h"},
		{Name: "waited", Type: spec.Duration, Default: "1s", OutputOnly: true},
		{Name: "urgent", Type: spec.Bool, Default: "true"},
		{Name: "seal", Type: spec.Bytes, Immutable: true, MaxBytes: 64},
		{Name: "seen_at", Type: spec.Timestamp, Immutable: true},
		{Name: "items", Type: spec.Message, Repeated: true, Fields: []spec.SubField{{Name: "name", Required: true, MaxLength: 5}, {Name: "count", Type: spec.Int32, Min: "1"}, {Name: "price", Type: spec.Decimal, Max: "10"}}},
		{Name: "note", OutputOnly: true},
	}}
}

func schedulers() []spec.Scheduler {
	return []spec.Scheduler{
		{Name: "clean_up", Kind: spec.Hourly, Interval: 2, Minute: ":30"},
		{Name: "poll", Kind: spec.Interval, Interval: 30},
		{Name: "report", Kind: spec.Cron, Rule: "0 6 * * 1"},
	}
}

// parts adds parts of every kind to each layer of a service.
func parts(s *spec.Spec) {
	for _, layer := range spec.Layers() {
		if layer.Key == "workers" && !s.Has(spec.WorkerServer) {
			continue
		}
		kinds := layer.Kinds
		if kinds == nil {
			kinds = []spec.ComponentKind{""}
		}
		for _, kind := range kinds {
			if kind == spec.QueueConnector && !s.HasQueue() {
				continue
			}
			name := "extra_" + layer.Name
			if kind != "" {
				name = "extra_" + string(kind)
			}
			*layer.List(s) = append(*layer.List(s), spec.Component{Name: name, Kind: kind, Description: "Does one thing."})
		}
	}
}
