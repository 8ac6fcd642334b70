package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

const header = `# yaml-language-server: $schema=` + SchemaPath + `
# What this %s is made of. After a change by hand run ` + "`spacegen update`" + `;
# ` + "`spacegen add` and `spacegen remove`" + ` change %s, and keep your comments.
`

// changed is the file in which add and remove write what they are told.
func (k Kind) changed() string {
	if k == KindFrontend {
		return "the services in config/config.yaml"
	}
	return "this file themselves"
}

// Emit writes a Spec as a commented spacegen.yaml. What Parse gives for it is
// equal to Defaults(s), if that is valid.
func Emit(s *Spec) []byte { return emit(s, false) }

// EmitNumbered is Emit with the number of every field written down: a number that
// its place implies would move where git merges two branches line by line.
func EmitNumbered(s *Spec) []byte { return emit(s, true) }

func emit(s *Spec, numbered bool) []byte {
	s = Defaults(s)
	e := &emitter{numbered: numbered}
	e.raw(fmt.Sprintf(header, s.Kind.noun(), s.Kind.changed()))
	e.line(0, "version: %d", s.Version)
	e.line(0, "kind: %s", text(string(s.Kind)))
	e.line(0, "name: %s", text(s.Name))
	e.line(0, "description: %s", text(s.Description))
	if s.Kind.Layered() {
		e.comment("The Go module, and the package of the API's proto files.")
	} else {
		e.comment("The Go module.")
	}
	e.line(0, "module: %s", text(s.Module))
	if len(s.Templates) > 0 {
		e.comment("Templates of your own, laid over those of spacegen in this order.")
		e.line(0, "templates:")
		for _, o := range s.Templates {
			e.raw(indent(overlayItem(o), 1))
		}
	}
	if len(s.Values) > 0 {
		e.comment("What these templates ask for.")
		e.values(s.Values)
	}
	if s.Kind.Layered() {
		e.layers(s)
	}
	if s.Kind == KindPlatform {
		e.platform(s.Platform)
	}
	if !s.Kind.Deployed() {
		e.comment("The CI workflows: " + oneOf([]CI{GitHub, NoCI}) + ".")
		e.line(0, "ci: %s", text(string(s.CI)))
		return e.Bytes()
	}
	e.comment("The container image, the CI workflows (" + oneOf([]CI{GitHub, NoCI}) + "), the Helm chart.")
	e.line(0, "image:")
	e.line(1, "registry: %s", text(s.Image.Registry))
	e.line(1, "name: %s", text(s.Image.Name))
	e.line(0, "ci: %s", text(string(s.CI)))
	e.line(0, "chart: %t", s.Chart)
	return e.Bytes()
}

// layers writes what a kind with servers is made of.
func (e *emitter) layers(s *Spec) {
	e.line(0, "package: %s", text(s.Package))
	e.comment("The framework: vendored (in core/, spacegen's alone), own (in core/, yours to edit),",
		"a folder that repositories share (\"../core\"), or a module (\"example.com/core@v1.2.0\").")
	e.line(0, "framework: %s", text(string(s.Framework)))
	if len(s.ProtoPaths) > 0 {
		e.comment("Folders of the API's proto files, beside proto/, as seen from here.")
		e.line(0, "proto_paths: %s", flow(s.ProtoPaths))
	}
	e.comment("Server types: " + strings.Join(texts(Servers()), ", ") + ".")
	e.line(0, "servers: %s", flow(texts(s.Servers)))
	e.comment("Database: " + oneOf(Databases()) + ". Cache: " + oneOf(Caches()) + ".")
	e.line(0, "database: %s", text(string(s.Database)))
	e.line(0, "cache: %s", text(string(s.Cache)))
	e.comment("What the service keeps. Each resource also has an id, domain_id, workspace_id,",
		"created_at and updated_at.", "Types: "+strings.Join(texts(FieldTypes()), ", ")+".")
	e.resources(s.Resources)
	if len(s.Queries) > 0 {
		e.comment("How the resources of the API's protos are asked for.")
		e.line(0, "queries:")
		for _, q := range s.Queries {
			e.raw(indent(queryItem(q), 1))
		}
	}
	if len(s.Methods) > 0 {
		e.comment("Who may call single methods, where it is not as for all.", "Roles: "+strings.Join(Roles(), ", ")+".")
		e.methods(s.Methods)
	}
	e.comment("What makes tasks: hourly (interval in hours, minute), interval (in seconds), cron (rule).")
	e.schedulers(s.Schedulers)
	e.comment("Parts that belong to no resource: services, managers, connectors ("+oneOf(ConnectorKinds())+"),",
		"handlers ("+oneOf(HandlerKinds())+"), workers.")
	for _, layer := range Layers() {
		e.components(layer.Key, *layer.List(s))
	}
}

// emitter writes YAML, two spaces a level.
type emitter struct {
	bytes.Buffer

	numbered bool // also the fields whose place implies their number
}

func (e *emitter) raw(s string) { e.WriteString(s) }

func (e *emitter) line(level int, format string, args ...any) {
	e.WriteString(strings.Repeat("  ", level))
	fmt.Fprintf(e, format+"\n", args...)
}

func (e *emitter) comment(lines ...string) {
	e.WriteString("\n")
	for _, line := range lines {
		e.line(0, "# %s", line)
	}
}

func (e *emitter) resources(resources []Resource) {
	if len(resources) == 0 {
		e.line(0, "resources: []")
		return
	}
	e.line(0, "resources:")
	for i, r := range resources {
		if i > 0 {
			e.raw("\n")
		}
		e.raw(indent(resourceItem(r, e.numbered), 1))
	}
}

func (e *emitter) schedulers(schedulers []Scheduler) {
	if len(schedulers) == 0 {
		e.line(0, "schedulers: []")
		return
	}
	e.line(0, "schedulers:")
	for _, s := range schedulers {
		e.raw(indent(schedulerItem(s), 1))
	}
}

// resourceItem gives a resource as an item of a list that is not indented. Fields
// have their numbers where numbered, or where their place implies another.
func resourceItem(r Resource, numbered bool) string {
	e := &emitter{}
	e.line(0, "- name: %s", text(r.Name))
	if r.Description != "" {
		e.line(1, "description: %s", text(r.Description))
	}
	if len(r.Fields) == 0 {
		e.line(1, "fields: []")
	} else {
		e.line(1, "fields:")
	}
	for i, f := range r.Fields {
		e.raw(indent(fieldItem(f, numbered || f.Number != impliedNumber(r, i)), 2))
	}
	if len(r.Order) > 0 {
		e.line(1, "order: %s", flow(r.Order))
	}
	if len(r.Aliases) > 0 {
		e.line(1, "aliases: %s", flow(r.Aliases))
	}
	return e.String() + reservedItems(r.Reserved)
}

// queryItem gives a query as an item of a list that is not indented.
func queryItem(q Query) string {
	e := &emitter{}
	e.line(0, "- resource: %s", text(q.Resource))
	for _, keys := range []struct {
		name string
		list []string
	}{{"keyword", q.Keyword}, {"minimal", q.Minimal}, {"order", q.Order}} {
		if len(keys.list) > 0 {
			e.line(1, "%s: %s", keys.name, flow(keys.list))
		}
	}
	if q.Date != "" {
		e.line(1, "date: %s", text(q.Date))
	}
	if len(q.Aliases) > 0 {
		e.line(1, "aliases:")
		for _, a := range q.Aliases {
			e.line(2, "- {name: %s, of: %s}", flowText(a.Name), flowText(a.Of))
		}
	}
	return e.String()
}

func reservedItems(reserved []Reserved) string {
	if len(reserved) == 0 {
		return ""
	}
	e := &emitter{}
	e.line(1, "reserved:")
	for _, r := range reserved {
		e.raw(indent(reservedItem(r), 2))
	}
	return e.String()
}

// reservedItem gives what a removed field left behind on one line.
func reservedItem(r Reserved) string {
	var parts []string
	add := func(given bool, format string, args ...any) {
		if given {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(r.Name != "", "name: %s", flowText(r.Name))
	add(true, "number: %d", r.Number)
	add(r.Type != String, "type: %s", flowText(string(r.Type)))
	add(r.Repeated, "repeated: true")
	add(r.Expand, "expand: true")
	return "- {" + strings.Join(parts, ", ") + "}\n"
}

// fieldItem gives a field on one line, with its number where numbered.
func fieldItem(f Field, numbered bool) string {
	parts := []string{"name: " + flowText(f.Name)}
	add := func(given bool, format string, args ...any) {
		if given {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(f.Type != String, "type: %s", flowText(string(f.Type)))
	add(len(f.Values) > 0, "values: %s", flow(f.Values))
	add(f.Repeated, "repeated: true")
	add(f.Type == Message && f.Message != f.messageName(), "message: %s", flowText(f.Message))
	if len(f.Fields) > 0 {
		members := make([]string, len(f.Fields))
		for i, m := range f.Fields {
			members[i] = subFieldItem(m)
		}
		add(true, "fields: [%s]", strings.Join(members, ", "))
	}
	if len(f.Reserved) > 0 {
		items := make([]string, len(f.Reserved))
		for i, gone := range f.Reserved {
			items[i] = inBrackets(gone.item())
		}
		add(true, "reserved: [%s]", strings.Join(items, ", "))
	}
	add(f.Required, "required: true")
	add(f.Unique, "unique: true")
	add(f.Keyword, "keyword: true")
	add(f.Minimal, "minimal: true")
	add(len(f.Aliases) > 0, "aliases: %s", flow(f.Aliases))
	add(f.Index, "index: true")
	add(f.Ref != "", "ref: %s", flowText(f.Ref))
	add(f.Ref != "" && f.OnDelete != Restrict, "on_delete: %s", flowText(string(f.OnDelete)))
	add(f.Expand, "expand: true")
	add(f.Default != "", "default: %s", f.literal(f.Default))
	add(len(f.Transitions) > 0, "transitions: %s", f.Transitions.flow())
	add(f.Immutable, "immutable: true")
	add(f.OutputOnly, "output_only: true")
	add(f.MaxLength != 0, "max_length: %d", f.MaxLength)
	add(f.Min != "", "min: %s", f.literal(f.Min))
	add(f.Max != "", "max: %s", f.literal(f.Max))
	add(f.Pattern != "", "pattern: %s", quote(f.Pattern))
	add(f.Format != "", "format: %s", flowText(string(f.Format)))
	add(f.MaxBytes != 0, "max_bytes: %d", f.MaxBytes)
	add(numbered, "number: %d", f.Number)
	add(f.Description != "", "description: %s", flowText(f.Description))
	return "- {" + strings.Join(parts, ", ") + "}\n"
}

// literal gives a value of the field as YAML.
func (f Field) literal(value Literal) string {
	if (f.Numeric() || f.Type == Bool) && f.holds(value) {
		return string(value)
	}
	return flowText(string(value))
}

// impliedNumber gives the number that a field has if none of the fields from
// it on says one, which is what a reader of the file has to be able to count.
func impliedNumber(r Resource, i int) int {
	before := cloned(r.Fields[:i+1])
	before[i].Number = 0
	return defaultFields(before, r.Reserved)[i].Number
}

func schedulerItem(s Scheduler) string {
	e := &emitter{}
	e.line(0, "- name: %s", text(s.Name))
	if s.Description != "" {
		e.line(1, "description: %s", text(s.Description))
	}
	e.line(1, "kind: %s", text(string(s.Kind)))
	if s.Interval != 0 {
		e.line(1, "interval: %d", s.Interval)
	}
	if s.Minute != "" {
		e.line(1, "minute: %s", quote(s.Minute))
	}
	if s.Rule != "" {
		e.line(1, "rule: %s", quote(s.Rule))
	}
	if s.Task != "" {
		e.line(1, "task: %s", text(s.Task))
	}
	return e.String()
}

// indent puts levels of two spaces before each line.
func indent(s string, levels int) string {
	return indentBy(s, strings.Repeat("  ", levels))
}

func indentBy(s, prefix string) string {
	lines := strings.SplitAfter(strings.TrimSuffix(s, "\n"), "\n")
	return prefix + strings.Join(lines, prefix) + "\n"
}

func flow(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = flowText(v)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

var (
	plainText = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./,()'~-]*(:[A-Za-z0-9_./()'~-]+)*( [A-Za-z0-9_./,()'~-]+)*$`)
	// Words that YAML, of this or an older version, takes for something else.
	notText = regexp.MustCompile(`(?i)^(true|false|yes|no|on|off|y|n|null)$`)
)

// text gives a value as YAML text, quoted only where that is needed.
func text(s string) string {
	if plainText.MatchString(s) && !notText.MatchString(s) {
		return s
	}
	return quote(s)
}

// flowText is text within brackets, where a comma ends a value.
func flowText(s string) string {
	if strings.Contains(s, ",") {
		return quote(s)
	}
	return text(s)
}

// quote gives a value in double quotes. JSON's escapes are YAML's.
func quote(s string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		return strconv.Quote(s) // cannot be: every string is valid JSON
	}
	return strings.TrimSuffix(b.String(), "\n")
}
