package render

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/schema"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Resource is one resource of the Spec, in the forms that files need.
type Resource struct {
	naming.Name
	Description string   // sentences
	Fields      []*Field // beside the id, scope and times that each resource has
	Route       string   // /inventory/v1/region
	IDField     string   // region_id
	IDGo        string   // RegionID: in models
	IDProtoGo   string   // RegionId: in messages

	Former []string // names of its service that clients of before know

	reserved []spec.Reserved
	ruled    bool   // requests of the service are checked by rules
	folder   string // of the API's protos

	Extra    []*Method           // rpcs that people added to its proto
	standing map[string]string   // Input.Standing
	refuses  map[string][]string // by method, the fields that people added to its request

	analyzed   bool       // by a method of the user's protos
	unanalyzed bool       // since the user's own messages of queries have none for it
	asked      spec.Query // what the Spec says of how one of these is asked for
	order      []string   // of a list that doesn't say

	Foreign *protofile.Resource // of the user's protos; nil for one of the Spec
	Message string              // its Go type, then
	table   *schema.Table       // as it stands
	history *schema.History     // and as it becomes
	version string              // the migration that gives the table its column of versions
}

func newResource(v *View, r spec.Resource) *Resource {
	name := r.Naming()
	id := naming.New(r.IDField())
	res := &Resource{
		Name:        name,
		Description: strings.TrimSpace(r.Description),
		Route:       "/" + v.Name.Kebab() + "/" + v.APIVersion + "/" + name.Kebab(),
		IDField:     r.IDField(),
		IDGo:        id.Pascal(),
		IDProtoGo:   id.ProtoGo(),
	}
	res.reserved, res.order = r.Reserved, r.Order
	for _, alias := range r.Aliases {
		res.Former = append(res.Former, naming.New(alias).Pascal())
	}
	res.folder = v.Spec.PackagePath()
	res.ruled = slices.ContainsFunc(v.Spec.Resources, func(r spec.Resource) bool { return slices.ContainsFunc(r.Fields, ruled) })
	for _, f := range r.Fields {
		res.Fields = append(res.Fields, newField(f, res))
	}
	return res
}

// Reserved lists the numbers and the quoted names of fields that are gone, as a
// proto's reserved statements have them.
func (r *Resource) Reserved() []string {
	var all []spec.SubReserved
	for _, gone := range r.reserved {
		all = append(all, spec.SubReserved{Name: gone.Name, Number: gone.Number})
	}
	return reservedStatements(all)
}

// ReservedMembers lists those of the field's message likewise.
func (f *Field) ReservedMembers() []string { return reservedStatements(f.Reserved) }

func reservedStatements(reserved []spec.SubReserved) []string {
	var numbers, names []string
	for _, gone := range reserved {
		numbers = append(numbers, strconv.Itoa(gone.Number))
		if gone.Name != "" {
			names = append(names, strconv.Quote(gone.Name))
		}
	}
	var statements []string
	for _, list := range [][]string{numbers, names} {
		if len(list) > 0 {
			statements = append(statements, strings.Join(list, ", "))
		}
	}
	return statements
}

// File is the stem of the resource's file in a package that may have files of
// its own beside it.
func (r *Resource) File() string {
	switch r.GoFile() {
	case "doc", "migrations", "scope", "list_scope", "stat_result", "census", "server_info", "list_filter", "schemas", "money":
		return r.GoFile() + "_resource"
	default:
		return r.GoFile()
	}
}

// Title is the resource in running text: "cloud service".
func (r *Resource) Title() string { return strings.ReplaceAll(r.Snake(), "_", " ") }

// ATitle is Title with its article: "a cloud service".
func (r *Resource) ATitle() string { return withArticle(r.Title()) }

func withArticle(title string) string {
	for _, start := range []string{"us", "uni", "uti", "url", "uu", "eu"} { // spoken as "you"
		if strings.HasPrefix(title, start) {
			return "a " + title
		}
	}
	if strings.ContainsRune("aeiou", rune(title[0])) {
		return "an " + title
	}
	return "a " + title
}

// ListType is the Go name of the message that lists them: CloudServicesInfo.
func (r *Resource) ListType() string { return naming.ProtoGoType(r.Plural() + "Info") }

// PluralTitle is several of them in running text: "cloud services".
func (r *Resource) PluralTitle() string { return strings.ReplaceAll(r.PluralSnake(), "_", " ") }

// Local is the stem of unexported Go names: it never stands alone, so that it
// cannot be a keyword.
func (r *Resource) Local() string {
	return strings.TrimSuffix(naming.New(r.Snake()+"_x").Camel(), "X")
}

// RequiredFields are those without which nothing is created.
func (r *Resource) RequiredFields() []*Field {
	return r.selected(func(f *Field) bool { return f.Needed() })
}

// UniqueFields are those of which a workspace has every value only once.
func (r *Resource) UniqueFields() []*Field {
	return r.selected(func(f *Field) bool { return f.Unique })
}

// QueryFields are those by which a list call filters without a query.
func (r *Resource) QueryFields() []*Field {
	return r.selected((*Field).Filtered)
}

// Enums are the fields that need an enum of their own.
func (r *Resource) Enums() []*Field {
	return r.selected(func(f *Field) bool { return f.Type == spec.Enum })
}

// FirstFields are those that the table has had from the beginning.
func (r *Resource) FirstFields() []*Field {
	return r.selected(func(f *Field) bool { return f.Since() <= 1 })
}

// Index is the name of an index of the resource's table: the table's name and
// the parts.
func (r *Resource) Index(parts ...string) string {
	return schema.Index(append([]string{r.Snake()}, parts...)...)
}

// FiltersByEnum reports whether a list call filters by an enum.
func (r *Resource) FiltersByEnum() bool {
	return slices.ContainsFunc(r.QueryFields(), func(f *Field) bool { return f.Type == spec.Enum })
}

// ChangeFails reports whether an update request can hold a value that no model
// takes.
func (r *Resource) ChangeFails() bool {
	return slices.ContainsFunc(r.UpdateFields(), (*Field).ChangeFails)
}

// KeptInUpdate are the fields that no update may empty.
func (r *Resource) KeptInUpdate() []*Field {
	return r.selected(func(f *Field) bool { return f.KeptInUpdate() && !f.OutputOnly })
}

// Uses reports whether any field is of a type: "struct", "timestamp", …
func (r *Resource) Uses(typ string) bool {
	return slices.ContainsFunc(r.Fields, func(f *Field) bool { return string(f.Type) == typ })
}

func (r *Resource) selected(keep func(*Field) bool) []*Field {
	var fields []*Field
	for _, f := range r.Fields {
		if keep(f) {
			fields = append(fields, f)
		}
	}
	return fields
}

// Projected reports whether the resource belongs to a project, or is one: whose token
// names projects sees nothing of others.
func (r *Resource) Projected() bool { return r.IDField == "project_id" || r.ProjectField() }

// ProjectField reports whether a field says to which project the resource belongs.
func (r *Resource) ProjectField() bool {
	return slices.ContainsFunc(r.Fields, func(f *Field) bool {
		return f.Snake() == "project_id" && f.Type == spec.String && !f.Repeated
	})
}

// Grouped reports whether a field says to what the resource belongs: to its workspace, or
// to the whole domain, whose workspaces all see it then.
func (r *Resource) Grouped() bool {
	return r.Lies("workspace_id") && slices.ContainsFunc(r.Fields, func(f *Field) bool {
		return f.Snake() == "resource_group" && (f.Type == spec.String || f.Type == spec.Enum) && !f.Repeated
	})
}

// ReadConditions is Conditions for what only reads.
func (r *Resource) ReadConditions() string {
	if r.Grouped() {
		return "model.Shared(" + r.Conditions() + ")"
	}
	return r.Conditions()
}

// Conditions is the Go expression of what a scope means for the resource.
func (r *Resource) Conditions() string {
	if r.Projected() {
		return "scope.ConditionsInProjects()"
	}
	return "scope.Conditions()"
}
