package generator_test

import (
	"fmt"
	"go/format"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A hand is an edit that people make in what was rendered: one text for another, and
// what of it has to stand in the file after any merge.
type hand struct {
	file, old, with string
	stays           string
	of              string // the field that it is about, which a variant may take away
}

const (
	convertFile = "internal/service/cloud_service_convert.go"
	modelFile   = "internal/model/cloud_service.go"
	sampleFile  = "internal/service/cloud_service_test.go"
	protoFile   = "proto/spaceone/api/inventory/v1/cloud_service.proto"
)

// hands are edits as people make them, each of an element that no variant changes.
func hands() map[string]hand {
	return map[string]hand{
		"a check before the literal": {convertFile, "\treturn &model.CloudService{\n",
			"\tif len(req.GetName()) > 64 {\n\t\treturn nil, apierror.Invalid(\"name\", \"is too long\")\n\t}\n\treturn &model.CloudService{\n", `apierror.Invalid("name", "is too long")`, ""},
		"a check at the start": {convertFile, "\tif req.GetName() == \"\" {\n\t\treturn nil, apierror.Required(\"name\")\n\t}\n\tstateValue",
			"\tif strings.TrimSpace(req.GetName()) == \"\" {\n\t\treturn nil, apierror.Required(\"name\")\n\t}\n\tstateValue", "strings.TrimSpace(req.GetName()) ==", ""},
		"a value of a literal":        {convertFile, "Name:        req.GetName(),", "Name:        trim(req.GetName()),", "trim(req.GetName()),", ""},
		"a remark beside an element":  {convertFile, "Name:        req.GetName(),", "Name:        req.GetName(), // as typed", "// as typed", ""},
		"a remark above an element":   {convertFile, "\t\tState:       cmp.Or(stateValue, \"ACTIVE\"),", "\t\t// Nobody sets it.\n\t\tState:       cmp.Or(stateValue, \"ACTIVE\"),", "// Nobody sets it.", ""},
		"an element in the middle":    {convertFile, "\t\tState:       cmp.Or(stateValue, \"ACTIVE\"),", "\t\tState:       cmp.Or(stateValue, \"ACTIVE\"),\n\t\tSource:      \"api\",", `"api",`, ""},
		"an element at the end":       {convertFile, "\t\tProjectID:   req.GetProjectId(),\n", "\t\tProjectID:   req.GetProjectId(),\n\t\tSourceOfTheWholeTruth: \"api\",\n", `"api",`, ""},
		"the last element":            {convertFile, "Data:        apivalue.Struct(req.GetData()),", "Data:        cleaned(apivalue.Struct(req.GetData())),", "cleaned(", ""},
		"a line in an if":             {convertFile, "\t\titem.Name = req.GetName()\n", "\t\titem.Name = trim(req.GetName())\n", "trim(req.GetName())", ""},
		"a statement in an if":        {convertFile, "\t\tcolumns = append(columns, \"data\")\n", "\t\tcolumns = append(columns, \"data\")\n\t\titem.State = \"DIRTY\"\n", `item.State = "DIRTY"`, ""},
		"a statement before a return": {convertFile, "\treturn columns, nil\n", "\tif len(columns) == 0 {\n\t\treturn nil, nil\n\t}\n\treturn columns, nil\n", "len(columns) == 0", ""},
		"a statement between ifs":     {convertFile, "\tif req.State != nil {\n", "\tif item.DomainID == \"\" {\n\t\treturn nil, nil\n\t}\n\tif req.State != nil {\n", "item.DomainID ==", ""},
		"a value of what is shown":    {convertFile, "Name:           item.Name,", "Name:           \"x-\" + item.Name,", `"x-" + item.Name`, ""},
		"more that is shown":          {convertFile, "\t\tUpdatedAt:      apivalue.FromTime(item.UpdatedAt),\n", "\t\tUpdatedAt:      apivalue.FromTime(item.UpdatedAt),\n\t\tDisplay: item.Name,\n", "item.Name,\n\t}, nil", ""},
		"a function of one's own":     {convertFile, "\n// cloudServiceInfo is", "\nfunc trim(s string) string { return s }\n\n// cloudServiceInfo is", "func trim(", ""},
		"a function's comment":        {convertFile, "// newCloudService makes a cloud service of a request", "// newCloudService makes a fine cloud service of a request", "a fine cloud", ""},

		"a field of the struct":     {modelFile, "\tState          string         `bun:\"state\"`\n", "\tState          string         `bun:\"state\"`\n\tNobodyElsesBusinessAtAll string `bun:\"-\"`\n", "NobodyElsesBusinessAtAll", ""},
		"a field at the end":        {modelFile, "\tRowVersion int64 `bun:\"_version\"`\n", "\tRowVersion int64 `bun:\"_version\"`\n\tDirty bool `bun:\"-\"`\n", "Dirty", ""},
		"a tag":                     {modelFile, "`bun:\"name\"`", "`bun:\"name\" json:\"name\"`", `json:"name"`, ""},
		"a type":                    {modelFile, "State          string ", "State          CloudState ", "CloudState", ""},
		"a remark in the struct":    {modelFile, "\tDomainID       string ", "\t// Whose it is.\n\tDomainID       string ", "// Whose it is.", ""},
		"an element of a list":      {modelFile, "{Name: \"state\", Type: query.Enum},", "{Name: \"state\", Type: query.String},", `"state", Type: query.String`, ""},
		"another element of a list": {modelFile, "\t\t\t{Name: \"domain_id\", Type: query.String},\n", "\t\t\t{Name: \"owned_by\", Type: query.String},\n\t\t\t{Name: \"domain_id\", Type: query.String},\n", "owned_by", ""},
		"another at the end":        {modelFile, "\t\t\t{Name: \"updated_at\", Type: query.Timestamp},\n", "\t\t\t{Name: \"updated_at\", Type: query.Timestamp},\n\t\t\t{Name: \"touched_at\", Type: query.Timestamp},\n", "touched_at", ""},
		"words of one line":         {modelFile, "Minimal: []string{\"cloud_service_id\", \"name\"}", "Minimal: []string{\"cloud_service_id\", \"name\", \"state\"}", `"name", "state"}`, ""},
		"a constant":                {modelFile, "\n// CloudServiceSchema says", "\nconst Limit = 3\n\n// CloudServiceSchema says", "const Limit = 3", ""},

		"a sample":           {sampleFile, "Name:        fmt.Sprint(\"name \", n),", "Name:        fmt.Sprint(\"cloud \", n),", `"cloud "`, ""},
		"a sample's remark":  {sampleFile, "\t\tData:        &structpb", "\t\t// Whatever.\n\t\tData:        &structpb", "// Whatever.", ""},
		"a sample's element": {sampleFile, "\t\tMonitored:   true,\n", "\t\tMonitored:   true,\n\t\tX: 1,\n", "1,\n", ""},

		"a comment in the API":     {protoFile, "message CreateCloudServiceRequest {\n  string name = 2 ", "message CreateCloudServiceRequest {\n  // As people call it.\n  string name = 2 ", "// As people call it.", ""},
		"a field's comment":        {protoFile, "  string cloud_service_id = 1;\n  string name = 2;\n  State state = 3;", "  string cloud_service_id = 1;\n  // As people call it.\n  string name = 2;\n  State state = 3;", "// As people call it.", ""},
		"an rpc of one's own":      {protoFile, "  // Deletes a cloud service.\n", "  rpc stop(CloudServiceRequest) returns (CloudServiceInfo){}\n\n  // Deletes a cloud service.\n", "rpc stop(", ""},
		"a field of one's own":     {protoFile, "  string updated_at = 32;\n", "  string updated_at = 24;\n  string color = 99;\n", "string color = 99;", ""},
		"a message of one's own":   {protoFile, "\nmessage CloudServiceRequest {", "\nmessage Own {\n  string name = 1;\n}\n\nmessage CloudServiceRequest {", "message Own {", ""},
		"a request's own field":    {protoFile, "  string name = 2 [(google.api.field_behavior) = REQUIRED];\n", "  string name = 2 [(google.api.field_behavior) = REQUIRED];\n  string color = 99;\n", "string color = 99;", ""},
		"an update's own comment":  {protoFile, "  // An empty list is the same as none: it changes nothing.\n", "  // Nothing comes of nothing.\n", "// Nothing comes of nothing.", "ip_addresses"},
		"a request's last, by you": {protoFile, "  // +optional\n  string project_id = 10;\n}\n\nmessage Update", "  // +optional\n  string project_id = 10;\n  string color = 99;\n}\n\nmessage Update", "string color = 99;", ""},
	}
}

// variants are what the fields of a resource become.
func variants() map[string]func([]spec.Field) []spec.Field {
	without := func(fields []spec.Field, names ...string) []spec.Field {
		return slices.DeleteFunc(fields, func(f spec.Field) bool { return slices.Contains(names, f.Name) })
	}
	at := func(i int, more ...spec.Field) func([]spec.Field) []spec.Field {
		return func(fields []spec.Field) []spec.Field { return slices.Insert(fields, min(i, len(fields)), more...) }
	}
	return map[string]func([]spec.Field) []spec.Field{
		"a long name at the end":    at(99, spec.Field{Name: "datacenter_availability_zone"}),
		"a short name at the end":   at(99, spec.Field{Name: "os"}),
		"a long name in the middle": at(4, spec.Field{Name: "datacenter_availability_zone", Type: "int"}),
		"a time at the start":       at(1, spec.Field{Name: "first_seen_anywhere_at", Type: "timestamp"}),
		"a struct and a list":       at(99, spec.Field{Name: "labels_of_provider", Type: "struct"}, spec.Field{Name: "zones", Repeated: true}),
		"an enum at the end":        at(99, spec.Field{Name: "life_cycle_of_service", Type: "enum", Values: []string{"NEW", "OLD"}}),
		"a field removed":           func(f []spec.Field) []spec.Field { return without(f, "cost") },
		"two fields removed":        func(f []spec.Field) []spec.Field { return without(f, "size", "ip_addresses") },
		"a field renamed": func(f []spec.Field) []spec.Field {
			return at(99, spec.Field{Name: "project_identifier"})(without(f, "project_id"))
		},
		"a field renamed, in place": func(f []spec.Field) []spec.Field {
			return at(3, spec.Field{Name: "cost_per_month_in_dollars", Type: "double"})(without(f, "cost"))
		},
		"the longest field removed": func(f []spec.Field) []spec.Field { return without(f, "ip_addresses") },
		"a required field, first":   at(0, spec.Field{Name: "reference_of_customer", Required: true}),
	}
}

// withFields is the golden inventory with other fields of cloud services.
func withFields(t *testing.T, change func([]spec.Field) []spec.Field) render.Tree {
	t.Helper()
	s := apart(goldens(t)["inventory"])
	s.Resources = slices.Clone(s.Resources)
	r := &s.Resources[1]
	require.Equal(t, "CloudService", r.Name)
	r.Fields = change(slices.Clone(r.Fields))
	created, err := newGenerator(t).Preview(t.Context(), spec.Defaults(s), render.Input{}, path.Join(t.TempDir(), "inventory"))
	require.NoError(t, err)
	return created.Tree
}

// TestPairs merges edits of people with fields that come, go and change their names:
// where both changed different elements nothing conflicts, and nothing gets lost.
func TestPairs(t *testing.T) {
	base := withFields(t, func(f []spec.Field) []spec.Field { return f })
	records := map[string]merge.Record{}
	for p, f := range base {
		records[p] = merge.Record{Owner: f.Owner, Mode: f.Mode, Hash: merge.Hash(f.Body), Base: f.Body}
	}
	pairs, conflicts := 0, 0
	for variant, fields := range variants() {
		theirs := withFields(t, fields)
		for name, by := range hands() {
			was := string(base[by.file].Body)
			if !assert.Equal(t, 1, strings.Count(was, by.old), "%s: %s", name, by.old) {
				continue
			}
			edited := []byte(strings.Replace(was, by.old, by.with, 1))
			if path.Ext(by.file) == ".go" {
				var err error
				edited, err = format.Source(edited)
				require.NoError(t, err, name)
			}
			require.Contains(t, string(edited), by.stays, name)
			plan, err := merge.Run(t.Context(), merge.Input{
				Records: map[string]merge.Record{by.file: records[by.file]},
				Ours:    map[string]merge.File{by.file: {Body: edited, Mode: 0o644}},
				Theirs:  render.Tree{by.file: theirs[by.file]},
			})
			require.NoError(t, err)
			pairs++
			got := edited
			for _, c := range plan.Changes {
				got = c.Body
			}
			if conflict := plan.Conflicts() > 0; by.of != "" && !strings.Contains(string(theirs[by.file].Body), " "+by.of+" ") {
				assert.True(t, conflict, "%s, and %s: one edited what the other took away", name, variant)
				continue
			} else if conflict {
				conflicts++
				t.Errorf("%s, and %s: conflict\n%s", name, variant, marked(got))
				continue
			}
			held(t, fmt.Sprintf("%s, and %s", name, variant), was, string(edited), string(theirs[by.file].Body), string(got), by.stays)
		}
	}
	t.Logf("%d pairs, %d conflicts", pairs, conflicts)
	assert.GreaterOrEqual(t, pairs, 200)
}

// TestPairsCompile: where an edit compiles, and what is rendered now does, what they merge
// to compiles, too.
func TestPairsCompile(t *testing.T) {
	if testing.Short() {
		t.Skip("makes the code of protos")
	}
	w, s := newWorkshop(t), spec.Defaults(apart(goldens(t)["inventory"]))
	base := withFields(t, func(f []spec.Field) []spec.Field { return f })
	compiles := func(tree render.Tree, at string, body []byte) []string {
		with := maps.Clone(tree)
		with[at] = render.File{Body: body}
		faults, err := w.faults(t, s, render.Input{}, with)
		require.NoError(t, err)
		return faults
	}
	pairs := 0
	for variant, fields := range variants() {
		if !slices.Contains([]string{"a long name in the middle", "a struct and a list", "a field renamed, in place", "two fields removed"}, variant) {
			continue
		}
		theirs := withFields(t, fields)
		for name, by := range hands() {
			edited := []byte(strings.Replace(string(base[by.file].Body), by.old, by.with, 1))
			if path.Ext(by.file) != ".go" || len(compiles(base, by.file, edited)) > 0 {
				continue // it needs a function that stands elsewhere
			}
			merged, conflict, err := merge.Texts(t.Context(), by.file, base[by.file].Body, edited, theirs[by.file].Body)
			require.NoError(t, err)
			require.False(t, conflict, "%s, and %s", name, variant)
			pairs++
			assert.Empty(t, compiles(theirs, by.file, merged), "%s, and %s", name, variant)
		}
	}
	t.Logf("%d pairs compile", pairs)
	assert.GreaterOrEqual(t, pairs, 40)
}

// held: a merged file has each word that either side brought, none that one took away,
// and is formatted if it is Go.
func held(t *testing.T, what, base, ours, theirs, got, stays string) {
	t.Helper()
	was, have, want, is := counted(base), counted(ours), counted(theirs), counted(got)
	for word := range is {
		expected := have[word] + want[word] - was[word]
		assert.Equal(t, expected, is[word], "%s: %q", what, word)
	}
	for _, side := range []map[string]int{have, want} {
		for word := range side {
			if have[word]+want[word] > was[word] {
				assert.Positive(t, is[word], "%s: %q is lost", what, word)
			}
		}
	}
	assert.Contains(t, strings.Join(strings.Fields(got), " "), strings.Join(strings.Fields(stays), " "), what)
	if strings.HasPrefix(got, "package") {
		formatted, err := format.Source([]byte(got))
		require.NoError(t, err, what)
		assert.Equal(t, string(formatted), got, what)
	}
}

// counted counts the words of a text.
func counted(text string) map[string]int {
	n := map[string]int{}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",(){}[]", r) }) {
		n[word]++
	}
	return n
}

// marked gives the lines of a text's conflicts.
func marked(text []byte) string {
	var out strings.Builder
	within := false
	for line := range strings.Lines(string(text)) {
		within = within || strings.HasPrefix(line, "<<<<<<< ")
		if within {
			out.WriteString(line)
		}
		within = within && !strings.HasPrefix(line, ">>>>>>> ")
	}
	return out.String()
}
