package spec

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// LayeredKinds are the kinds with the layers of a service.
func LayeredKinds() []Kind {
	return slices.DeleteFunc(Kinds(), func(k Kind) bool { return !k.Layered() })
}

// The titles of the groups.
const (
	repositoryTitle = "Any repository"
	layersTitle     = "Services, plugins and supervisors"
	platformTitle   = "Platforms"
	imageTitle      = "Image and chart"
)

// deployedKinds are the kinds that become an image or a chart.
func deployedKinds() []Kind {
	return slices.DeleteFunc(Kinds(), func(k Kind) bool { return !k.Deployed() })
}

// repositoryFlags are those of every kind.
func repositoryFlags(kind *string) FlagGroup {
	set := newFlagSet(repositoryTitle)
	var module, description, ci string
	set.StringVar(kind, "kind", "", "`what` is made: service, plugin, supervisor, frontend, platform or framework (default service)")
	set.StringVar(&module, "module", "", "Go module `path` (default github.com/cloudforet-io/NAME)")
	set.StringVar(&description, "description", "", "one `sentence` on what it does")
	set.StringVar(&ci, "ci", "", "CI `system`: github or none (default github)")
	return FlagGroup{Title: repositoryTitle, Set: set, apply: func(s *Spec) Problems {
		given(set, "module", &s.Module, module)
		given(set, "description", &s.Description, description)
		given(set, "ci", &s.CI, CI(ci))
		return nil
	}}
}

// imageFlags are those of the kinds that are deployed.
func imageFlags() FlagGroup {
	set := newFlagSet(imageTitle)
	var registry, image string
	var chart bool
	set.StringVar(&registry, "registry", "", "container image `registry` (default that of the module's host)")
	set.StringVar(&image, "image", "", "container image `name` (default NAME)")
	set.BoolVar(&chart, "chart", true, "emit a Helm chart")
	return FlagGroup{Title: imageTitle, Kinds: deployedKinds(), Set: set, apply: func(s *Spec) Problems {
		given(set, "registry", &s.Image.Registry, registry)
		given(set, "image", &s.Image.Name, image)
		if set.Changed("chart") {
			s.Chart = chart
		} else if s.Kind == KindPlugin {
			s.Chart = false // the supervisor deploys it
		}
		return nil
	}}
}

// layerFlags are those of the kinds with servers.
func layerFlags() FlagGroup {
	set := newFlagSet(layersTitle)
	var pkg, framework, database, cache string
	var servers, resources, schedulers []string
	set.StringVar(&pkg, "package", "", "proto `package` of the API (default spaceone.api.NAME.v1, or the only one that --proto has)")
	set.StringVar(&framework, "framework", "", "`where` the framework comes from: vendored, own, a folder as in ../core, or MODULE@VERSION (default vendored; ../core with --all)")
	set.StringSliceVar(&servers, "servers", nil, "`list` of grpc, rest, scheduler, worker (default grpc)")
	set.StringVar(&database, "database", "", "`engine`: postgresql, sqlite or none (default postgresql)")
	set.StringVar(&cache, "cache", "", "`kind` of cache: redis, local or none (default none)")
	set.StringArrayVar(&resources, "resource", nil, "`resource` as in 'Region:name!,region_code!:unique,tags:struct' (may be repeated)")
	set.StringArrayVar(&schedulers, "scheduler", nil, "`scheduler` as in 'sync:hourly:1:15', 'tick:interval:30', 'nightly:cron:0 3 * * *' (may be repeated)")
	return FlagGroup{Title: layersTitle, Kinds: LayeredKinds(), Set: set, apply: func(s *Spec) Problems {
		given(set, "package", &s.Package, pkg)
		given(set, "framework", &s.Framework, Framework(framework))
		given(set, "database", &s.Database, Database(database))
		given(set, "cache", &s.Cache, Cache(cache))
		if set.Changed("servers") {
			s.Servers = []Server{} // none is not the same as not said
		}
		for _, server := range servers {
			s.Servers = append(s.Servers, Server(strings.TrimSpace(server)))
		}
		var problems Problems
		s.Resources = parsed(s.Resources, resources, "--resource", ParseResource, &problems)
		s.Schedulers = parsed(s.Schedulers, schedulers, "--scheduler", ParseScheduler, &problems)
		return problems
	}}
}

// platformFlags are those of the repository above others.
func platformFlags() FlagGroup {
	set := newFlagSet(platformTitle)
	var postgresql, redis, chartRepository string
	var members []string
	set.StringSliceVar(&members, "services", nil, "`list` of the members: NAME, or NAME:KIND for a plugin, supervisor or frontend")
	set.StringVar(&postgresql, "postgresql", "", "where PostgreSQL comes `from`: bundled or external (default bundled)")
	set.StringVar(&redis, "redis", "", "where Redis comes `from`: bundled or external (default bundled)")
	set.StringVar(&chartRepository, "chart-repository", "", "`URL` that the charts are published at")
	return FlagGroup{Title: platformTitle, Kinds: []Kind{KindPlatform}, Set: set, apply: func(s *Spec) Problems {
		given(set, "postgresql", &s.Platform.PostgreSQL, Backing(postgresql))
		given(set, "redis", &s.Platform.Redis, Backing(redis))
		given(set, "chart-repository", &s.Platform.ChartRepository, chartRepository)
		s.Platform.Members = slices.Clone(s.Platform.Members)
		for _, form := range members {
			s.Platform.Members = append(s.Platform.Members, ParseMember(form))
		}
		return nil
	}}
}

// newFlagSet gives a set whose flags are listed as they are registered.
func newFlagSet(title string) *pflag.FlagSet {
	set := pflag.NewFlagSet(title, pflag.ContinueOnError)
	set.SortFlags = false
	return set
}

// given sets what a flag is about, if it was given.
func given[T ~string](set *pflag.FlagSet, flag string, to *T, value T) {
	if set.Changed(flag) {
		*to = value
	}
}

// parsed appends what the forms of a flag say to a copy of list.
func parsed[T any](list []T, forms []string, flag string, parse func(string) (T, error), problems *Problems) []T {
	list = slices.Clone(list)
	for _, form := range forms {
		one, err := parse(form)
		if err == nil {
			list = append(list, one)
			continue
		}
		of, _ := err.(Problems) //nolint:errorlint // the parsers return nothing else
		for _, p := range of {
			p.Path = flag + " " + p.Path
			*problems = append(*problems, p)
		}
	}
	return list
}
