package render

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// The files that options of fields come from.
const (
	behaviorProto = "google/api/field_behavior.proto"
	validateProto = "buf/validate/validate.proto"
	durationProto = "google/protobuf/duration.proto"
)

// validateImport is the code of validateProto.
const validateImport = "buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"

// declaredImports is what the code of the Spec's own protos imports beyond GeneratedImports.
func (v *View) declaredImports() []string {
	var imports []string
	for _, r := range v.Declared() {
		files := r.ProtoImports()
		if slices.Contains(files, validateProto) {
			imports = append(imports, validateImport)
		}
		if slices.Contains(files, durationProto) {
			imports = append(imports, "google.golang.org/protobuf/types/known/durationpb")
		}
	}
	return imports
}

// CreateOptions are the options of the field in the create request.
func (f *Field) CreateOptions() string {
	var all []string
	if f.Needed() {
		all = append(all, behaves("REQUIRED"))
	}
	if f.Immutable {
		all = append(all, behaves("IMMUTABLE"))
	}
	if f.Needed() && f.resource.ruled {
		all = append(all, "(buf.validate.field).required = true")
	}
	return options(append(all, f.rules(!f.Needed() && !f.presentInCreate())...))
}

// UpdateOptions are the options of the field in the update request.
func (f *Field) UpdateOptions() string {
	var all []string
	if f.Immutable {
		all = append(all, behaves("IMMUTABLE"))
	}
	return options(append(all, f.rules(!f.Required && !f.presence())...))
}

// InfoOptions are the options of the field in what is answered.
func (f *Field) InfoOptions() string {
	switch {
	case f.OutputOnly:
		return options([]string{behaves("OUTPUT_ONLY")})
	case f.Immutable:
		return options([]string{behaves("IMMUTABLE")})
	default:
		return ""
	}
}

func behaves(how string) string { return "(google.api.field_behavior) = " + how }

// options writes options as buf formats them: one behind the field, more below it.
func options(all []string) string {
	switch len(all) {
	case 0:
		return ""
	case 1:
		return " [" + all[0] + "]"
	default:
		return " [\n    " + strings.Join(all, ",\n    ") + "\n  ]"
	}
}

// indented moves what stands within a message to the right.
func indented(options string) string { return strings.ReplaceAll(options, "\n", "\n  ") }

// rules are the options of buf.validate that a value of the field is held to. emptiable
// says that the empty value means none, which breaks no rule.
func (f *Field) rules(emptiable bool) []string {
	if !f.Ruled() {
		return nil
	}
	of := "(buf.validate.field)."
	if f.Repeated {
		of += "repeated.items."
	}
	var all []string
	if emptiable && !f.Repeated && !f.message() && (f.Pattern != "" || f.Format != "" || f.Min != "" || f.Max != "") {
		all = append(all, of+"ignore = IGNORE_IF_ZERO_VALUE")
	}
	if f.MaxLength > 0 {
		all = append(all, fmt.Sprintf("%sstring.max_len = %d", of, f.MaxLength))
	}
	if f.Pattern != "" {
		all = append(all, of+"string.pattern = "+protoText(f.Pattern))
	}
	if f.Format != "" {
		all = append(all, of+"string."+string(f.Format)+" = true")
	}
	return append(all, f.bounds(of)...)
}

// RequestRules are the rules of a field of a method's request, which no resource has, and
// whether it may need presence for zero to be told from nothing.
func RequestRules(f spec.Field) (rules []string, present bool) {
	field := newField(f, nil)
	return field.rules(!f.Required && !field.presence()), field.presence()
}

// bounds are the rules of the least and the greatest value.
func (f *Field) bounds(of string) []string {
	var all []string
	for _, bound := range []struct {
		rule, operator, words string
		value                 spec.Literal
	}{{"gte", ">=", "at least", f.Min}, {"lte", "<=", "at most", f.Max}} {
		value := string(bound.value)
		if value == "" {
			continue
		}
		switch f.Type { //nolint:exhaustive // no other type has bounds
		case spec.Duration:
			all = append(all, fmt.Sprintf("%sduration.%s = {%s}", of, bound.rule, protoDuration(value)))
		case spec.Decimal, spec.Date:
			// Texts in the API: what is none is refused where it is read.
			expression := fmt.Sprintf("!this.matches('^-?[0-9]{1,100}([.][0-9]{1,100})?$') || double(this) %s double('%s')", bound.operator, value)
			if f.Type == spec.Date {
				expression = fmt.Sprintf("this %s '%s'", bound.operator, value)
			}
			all = append(all, fmt.Sprintf("%scel = {\n      id: %s\n      message: %s\n      expression: %s\n    }",
				of, protoText(string(f.Type)+"."+bound.rule), protoText("must be "+bound.words+" "+value), protoText(expression)))
		default:
			all = append(all, fmt.Sprintf("%s%s.%s = %s", of, layerTypes[f.Type].proto, bound.rule, value))
		}
	}
	return all
}

// protoText writes a text as protos have it.
func protoText(s string) string { return strconv.Quote(s) }

func protoDuration(text string) string { return durationFields(text, "seconds", "nanos", " ") }

func goDuration(text string) string { return durationFields(text, "Seconds", "Nanos", ", ") }

func durationFields(text, seconds, nanos, separator string) string {
	d, _ := time.ParseDuration(text) // it was validated
	fields := fmt.Sprintf("%s: %d", seconds, int64(d/time.Second))
	if rest := d % time.Second; rest != 0 {
		fields += fmt.Sprintf("%s%s: %d", separator, nanos, int64(rest))
	}
	return fields
}

// ProtoImports are the files that the resource's proto imports, sorted.
func (r *Resource) ProtoImports() []string {
	imports := []string{"google/api/annotations.proto", "google/protobuf/empty.proto", "google/protobuf/struct.proto", queryProto}
	all := r.withMembers()
	if slices.ContainsFunc(all, func(f *Field) bool { return f.Needed() || f.Immutable || f.OutputOnly || f.Expand }) {
		imports = append(imports, behaviorProto)
	}
	if slices.ContainsFunc(all, func(f *Field) bool { return f.Ruled() || f.Needed() && r.ruled }) {
		imports = append(imports, validateProto)
	}
	if r.ModelUses(string(spec.Duration)) {
		imports = append(imports, durationProto)
	}
	if r.ModelUses(string(spec.Money)) {
		imports = append(imports, r.folder+"/money.proto")
	}
	imports = append(imports, r.expandedProtos()...)
	slices.Sort(imports)
	return slices.Compact(imports)
}

// CreateFields are those that a create request has.
func (r *Resource) CreateFields() []*Field {
	return r.selected(func(f *Field) bool { return !f.OutputOnly })
}

// UpdateFields are those that an update request has. What cannot be compared cannot be
// told from a change, so it is not there if it is immutable.
func (r *Resource) UpdateFields() []*Field {
	return r.selected(func(f *Field) bool { return !f.OutputOnly && (!f.Immutable || f.Differs("") != "") })
}

// Rules reports whether requests are checked by rules in their protos.
func (v *View) Rules() bool { return v.Needs(validateProto) }

// Money reports whether any resource of the Spec has an amount of money.
func (v *View) Money() bool {
	return slices.ContainsFunc(v.Declared(), func(r *Resource) bool { return r.ModelUses(string(spec.Money)) })
}

// MoneyAPI reports whether the API has a message for it: for those resources, or since what
// people wrote into the API uses it.
func (v *View) MoneyAPI() bool { return v.Money() || v.moneyUsed }

// usesMoney reports whether a proto that people wrote, or wrote in, imports that message.
func (in *Input) usesMoney(folder string) bool {
	at := folder + "/money.proto"
	if _, own := in.Protos[at]; own {
		return false
	}
	imported := []byte(strconv.Quote(at))
	for _, protos := range []protofile.Sources{in.Edited, in.Protos} {
		for _, text := range protos {
			if bytes.Contains(text, imported) {
				return true
			}
		}
	}
	return false
}

// Moneys reports whether any has a list of them.
func (v *View) Moneys() bool {
	return slices.ContainsFunc(v.Declared(), func(r *Resource) bool {
		return slices.ContainsFunc(r.withMembers(), func(f *Field) bool { return f.Type == spec.Money && f.Repeated })
	})
}

// Machines are the fields with states, of which not all may follow each other.
func (r *Resource) Machines() []*Field {
	return r.selected(func(f *Field) bool { return len(f.Transitions) > 0 })
}

// Title is the field in running text: "ip addresses".
func (f *Field) Title() string { return strings.ReplaceAll(f.Snake(), "_", " ") }

// TransitionsGo is the name of the function in the model that says which they are.
func (f *Field) TransitionsGo() string { return f.resource.Pascal() + f.Go() + "Transitions" }
