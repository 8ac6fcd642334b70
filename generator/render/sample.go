package render

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// SampleFields are those that a sample of the resource has: what refers to others is made
// by the test.
func (r *Resource) SampleFields() []*Field {
	return r.selected(func(f *Field) bool { return f.Ref == "" && !f.OutputOnly })
}

// ImmutableFields are those that no update changes, and of which a test can say whether it
// did.
func (r *Resource) ImmutableFields() []*Field {
	return r.selected(func(f *Field) bool { return f.Immutable && f.Differs("") != "" })
}

// Sample is a Go expression for a value of the field in a create request, for
// tests; it differs from one n to the next where values must.
func (f *Field) Sample() string {
	value := f.sample()
	switch {
	case f.Repeated:
		typ := layerTypes[f.Type].model
		switch f.Type { //nolint:exhaustive // all others are the same in messages
		case spec.Timestamp, spec.Date, spec.Decimal:
			typ = "string"
		case spec.Enum:
			typ = "api." + f.EnumGo()
		case spec.Struct, spec.Duration, spec.Money, spec.Message:
			typ = "*" + map[spec.FieldType]string{spec.Struct: "structpb.Struct", spec.Duration: "durationpb.Duration", spec.Money: "api.Money", spec.Message: "api." + f.messageGo()}[f.Type]
			value = strings.TrimPrefix(value, "&"+strings.TrimPrefix(typ, "*"))
		}
		return "[]" + typ + "{" + value + "}"
	case f.of == nil && f.presentInCreate():
		pointer := map[spec.FieldType]string{spec.Int: "proto.Int64", spec.Int32: "proto.Int32", spec.Double: "proto.Float64", spec.Bool: "proto.Bool"}[f.Type]
		if pointer == "" {
			pointer = "proto.String"
		}
		return pointer + "(" + value + ")"
	default:
		return value
	}
}

// sample is one value, which keeps to the field's rules.
func (f *Field) sample() string {
	switch f.Type { //nolint:exhaustive // all others are texts
	case spec.Int, spec.Int32:
		return f.goNumber(layerTypes[f.Type].model, "n + 1")
	case spec.Double:
		return f.goNumber("float64", "n") + " + 0.5"
	case spec.Decimal:
		return fmt.Sprintf("fmt.Sprint(%s, \".5\")", f.goNumber("", "n + 1"))
	case spec.Money:
		return `&api.Money{Amount: fmt.Sprint(n+1, ".50"), Currency: "EUR"}`
	case spec.Message:
		members := make([]string, len(f.members))
		for i, m := range f.members {
			members[i] = m.ProtoGo() + ": " + m.Sample()
		}
		return "&api." + f.messageGo() + "{" + strings.Join(members, ", ") + "}"
	case spec.Bool:
		return "true"
	case spec.Enum:
		value := f.Values[0]
		if f.Snake() == "resource_group" && slices.Contains(f.Values, "WORKSPACE") {
			value = "WORKSPACE" // or it would be of all workspaces
		}
		if f.Default != "" {
			value = string(f.Default)
		}
		return "api." + strings.TrimSuffix(f.EnumGo(), "_"+f.EnumName()) + "_" + value
	case spec.Struct:
		return `&structpb.Struct{Fields: map[string]*structpb.Value{"key": structpb.NewStringValue("value")}}`
	case spec.Timestamp:
		return `"2026-01-02T03:04:05.678Z"`
	case spec.Date:
		if f.Min != "" || f.Max != "" {
			return strconv.Quote(string(cmp.Or(f.Min, f.Max)))
		}
		return `"2026-01-02"`
	case spec.Duration:
		if f.Min != "" || f.Max != "" {
			return "&durationpb.Duration{" + goDuration(string(cmp.Or(f.Min, f.Max))) + "}"
		}
		return "&durationpb.Duration{Seconds: int64(n + 1)}"
	case spec.Bytes:
		return `[]byte{byte(n), 1, 2}`
	default:
		return f.sampleText()
	}
}

// messageGo is MessageGo of a field that has a message.
func (f *Field) messageGo() string {
	if f.Type != spec.Message {
		return ""
	}
	return f.MessageGo()
}

// goNumber is a number that depends on n within the field's bounds: an expression of a type.
func (f *Field) goNumber(typ, otherwise string) string {
	whole := func(bound spec.Literal) string {
		text, _, fraction := strings.Cut(string(bound), ".")
		n, _ := strconv.Atoi(text)
		if fraction && bound == f.Min {
			n++
		}
		return strconv.Itoa(n)
	}
	expression := otherwise
	switch {
	case f.Min != "":
		expression = "n + " + whole(f.Min)
	case f.Max != "":
		expression = whole(f.Max) + " - n"
	}
	if typ == "" {
		return expression
	}
	return typ + "(" + expression + ")"
}

// sampleText is a text of the field's form.
func (f *Field) sampleText() string {
	switch f.Format {
	case spec.Email:
		return `fmt.Sprint("user", n, "@example.com")`
	case spec.URI:
		return `fmt.Sprint("https://example.com/", n)`
	case spec.UUID:
		return `fmt.Sprintf("00000000-0000-4000-8000-%012d", n)`
	case spec.IP:
		return `fmt.Sprint("192.0.2.", n+1)`
	}
	if f.Pattern != "" {
		texts := f.Samples(5)
		quoted := make([]string, len(texts))
		for i, text := range texts {
			quoted[i] = strconv.Quote(text)
		}
		return fmt.Sprintf("[]string{%s}[n%%%d]", strings.Join(quoted, ", "), len(texts))
	}
	text := f.Title() + " "
	if f.MaxLength > 0 && len(text)+1 > f.MaxLength {
		text = text[:f.MaxLength-1]
	}
	return fmt.Sprintf(`fmt.Sprint(%q, n)`, text)
}

// SampleImports are the packages of others that samples of the resource need, sorted.
func (r *Resource) SampleImports() []string {
	found := map[string]bool{}
	for _, f := range r.SampleFields() {
		value := f.Sample()
		for use, pkg := range map[string]string{
			"fmt.": "fmt", "structpb.": "google.golang.org/protobuf/types/known/structpb",
			"durationpb.": "google.golang.org/protobuf/types/known/durationpb",
		} {
			if strings.Contains(value, use) {
				found[pkg] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// SampleNeedsN reports whether samples of the resource differ.
func (r *Resource) SampleNeedsN() bool {
	return slices.ContainsFunc(r.SampleFields(), func(f *Field) bool { return usesN.MatchString(f.Sample()) })
}

// usesN is the parameter of samples.
var usesN = regexp.MustCompile(`\bn\b`)
