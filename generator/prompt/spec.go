package prompt

import (
	"context"
	"errors"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Spec asks for everything that a new service needs. What known says already
// is not asked again; its defaults, and those of the preset, stand behind every other
// question.
func Spec(ctx context.Context, asker Asker, known *spec.Spec, preset spec.Preset) (*spec.Spec, error) {
	s := *known
	dialogue := &dialogue{ctx: ctx, asker: asker, preset: preset}
	dialogue.identity(&s)
	dialogue.shape(&s)
	dialogue.resources(&s)
	dialogue.extras(&s)
	if dialogue.err != nil {
		return nil, dialogue.err
	}
	full := spec.Defaults(preset.Filled(&s))
	return full, full.Validate()
}

// A dialogue asks until something goes wrong; then it asks no more.
type dialogue struct {
	ctx   context.Context
	asker Asker
	err   error

	preset spec.Preset
}

func (d *dialogue) ask(q Question, into any) {
	if d.err == nil {
		if d.err = d.ctx.Err(); d.err == nil {
			d.err = d.asker.Ask(d.ctx, q, into)
		}
	}
}

func (d *dialogue) identity(s *spec.Spec) {
	if s.Name == "" {
		d.ask(Question{
			Message: "Name of the service:", Default: "inventory", Check: naming.CheckService,
			Help: "Lower case with dashes, such as inventory or cost-analysis. It names the folder, the binary, the image and the chart.",
		}, &s.Name)
	}
	implied := spec.Defaults(d.preset.Filled(s))
	if s.Module == "" {
		d.ask(Question{
			Message: "Go module path:", Default: implied.Module, Check: spec.CheckModule,
			Help: "Where the repository will live, such as github.com/acme/inventory.",
		}, &s.Module)
	}
	if s.Description == "" {
		d.ask(Question{Message: "What does it do?", Default: implied.Description, Help: "One sentence, for README, chart and API."}, &s.Description)
	}
}

func (d *dialogue) shape(s *spec.Spec) {
	implied := spec.Defaults(d.preset.Filled(s))
	if len(s.Servers) == 0 {
		var servers []string
		d.ask(Question{
			Kind: Many, Message: "Servers:", Choices: texts(spec.Servers()), Default: texts(implied.Servers),
			Help: "How calls arrive: gRPC, REST (HTTP and JSON), schedulers that make tasks, workers that run them.",
			Check: func(first string) error {
				if first == "" {
					return errors.New("choose at least one, with the space bar")
				}
				return nil
			},
		}, &servers)
		for _, server := range servers {
			s.Servers = append(s.Servers, spec.Server(server))
		}
	}
	if s.Database == "" {
		d.choose("Database:", "PostgreSQL in production and SQLite where nothing is configured; SQLite only; or nothing that outlives the process.",
			texts(spec.Databases()), string(implied.Database), (*string)(&s.Database))
	}
	if s.Cache == "" {
		d.choose("Cache:", "Before every read of one resource: in Redis, shared by all replicas, or in each process.",
			texts(spec.Caches()), string(implied.Cache), (*string)(&s.Cache))
	}
}

func (d *dialogue) choose(message, help string, choices []string, usual string, into *string) {
	d.ask(Question{Kind: One, Message: message, Help: help, Choices: choices, Default: usual}, into)
}

// resources asks for resources and their fields, until an empty answer.
func (d *dialogue) resources(s *spec.Spec) {
	if len(s.Resources) > 0 {
		return
	}
	for d.err == nil {
		name := ""
		d.ask(Question{
			Message: "Resource (empty to go on):",
			Help:    "What the service keeps, in the singular, such as Region. Each becomes an API, a table and the layers between.",
			Check: func(answer string) error {
				if answer == "" {
					return nil
				}
				if err := naming.CheckResource(answer); err != nil {
					return err
				}
				return spec.CheckResources(append(s.Resources, spec.Resource{Name: answer})...)
			},
		}, &name)
		if d.err != nil || name == "" {
			return
		}
		s.Resources = append(s.Resources, spec.Resource{Name: name, Fields: d.fields(s.Resources, name)})
	}
}

func (d *dialogue) fields(others []spec.Resource, name string) []spec.Field {
	var fields []spec.Field
	for d.err == nil {
		form := ""
		d.ask(Question{
			Message: "Field of " + name + " (empty to go on):",
			Help: "name!, say, or name[!][:type][:unique][:keyword], ! for required. Types: " + strings.Join(texts(spec.FieldTypes()), ", ") +
				"; a list is []string; an enum is enum(ACTIVE|DELETED). A single dash ends the list, too.",
			Check: func(answer string) error {
				if answer == "" || answer == "-" {
					return nil
				}
				field, err := spec.ParseField(answer)
				if err != nil {
					return err
				}
				resource := spec.Resource{Name: name, Fields: append(append([]spec.Field{}, fields...), field)}
				return spec.CheckResources(append(append([]spec.Resource{}, others...), resource)...)
			},
		}, &form)
		if d.err != nil || form == "" || form == "-" {
			return fields
		}
		field, err := spec.ParseField(form)
		if err != nil {
			d.err = err
			return nil
		}
		fields = append(fields, field)
	}
	return fields
}

// extras asks for schedulers, if any may run, and for what stands around the
// code.
func (d *dialogue) extras(s *spec.Spec) {
	implied := spec.Defaults(d.preset.Filled(s))
	if s.Has(spec.SchedulerServer) && len(s.Schedulers) == 0 {
		form := ""
		d.ask(Question{
			Message: "Scheduler:", Default: implied.Schedulers[0].Form(),
			Help:  "name:hourly:HOURS:MINUTE, name:interval:SECONDS or name:cron:RULE.",
			Check: func(answer string) error { _, err := spec.ParseScheduler(answer); return err },
		}, &form)
		if d.err == nil {
			scheduler, err := spec.ParseScheduler(form)
			s.Schedulers, d.err = []spec.Scheduler{scheduler}, err
		}
	}
	if s.CI == "" {
		workflows := true
		d.ask(Question{Kind: Confirm, Message: "GitHub workflows?", Default: implied.CI == spec.GitHub, Help: "Build, test, lint, release and chart workflows."}, &workflows)
		s.CI = spec.NoCI
		if workflows {
			s.CI = spec.GitHub
		}
	}
	d.ask(Question{Kind: Confirm, Message: "Helm chart?", Default: s.Chart, Help: "A chart of the platform's form, in deploy/helm."}, &s.Chart)
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, value := range list {
		out[i] = string(value)
	}
	return out
}
