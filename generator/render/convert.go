package render

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// MissingInCreate is the Go condition under which a create request lacks it.
func (f *Field) MissingInCreate() string {
	switch {
	case f.Repeated || f.Type == spec.Bytes:
		return fmt.Sprintf("len(req.Get%s()) == 0", f.ProtoGo())
	case f.presence():
		return fmt.Sprintf("req.%s == nil", f.ProtoGo())
	default:
		return fmt.Sprintf("req.Get%s() == %s", f.ProtoGo(), layerTypes[f.Type].unset)
	}
}

// MissingInUpdate is the Go condition under which an update request that names it leaves
// it empty.
func (f *Field) MissingInUpdate() string {
	if f.Type == spec.Bytes {
		return fmt.Sprintf("len(req.Get%s()) == 0", f.ProtoGo())
	}
	return fmt.Sprintf("req.Get%s() == %s", f.ProtoGo(), layerTypes[f.Type].unset)
}

// SetInUpdate is the Go condition under which an update request names it.
func (f *Field) SetInUpdate() string {
	if f.Repeated {
		return fmt.Sprintf("len(req.Get%s()) > 0", f.ProtoGo())
	}
	return fmt.Sprintf("req.%s != nil", f.ProtoGo())
}

// KeptInUpdate reports whether an update request can name it and leave it empty,
// though it is required. An enum that has had a value keeps one.
func (f *Field) KeptInUpdate() bool {
	if f.Type == spec.Enum && !f.Repeated {
		return !f.Immutable
	}
	return f.Required && !f.Repeated && !f.message() && !f.presence() && !f.Immutable
}

// ToModelFails reports whether a request can hold a value that no model takes.
func (f *Field) ToModelFails() bool {
	return slices.Contains([]spec.FieldType{spec.Enum, spec.Timestamp, spec.Decimal, spec.Date, spec.Duration, spec.Money, spec.Message}, f.Type)
}

// FromModelFails reports whether a model can hold a value that no message takes.
func (f *Field) FromModelFails() bool { return f.Type == spec.Struct }

// ChangeFails reports whether an update of the field can be refused.
func (f *Field) ChangeFails() bool { return f.ToModelFails() || f.KeptInUpdate() || f.Immutable }

// EnumGo is the Go name of the field's enum in generated code.
func (f *Field) EnumGo() string {
	return naming.ProtoGoType(f.resource.Pascal()+"Info") + "_" + naming.ProtoGoType(f.EnumName())
}

// Create is the Go expression that turns a create request's value into the model's, or its
// default if there is none.
func (f *Field) Create() string {
	switch {
	case f.Default == "" || f.Type == spec.Enum:
		return f.ToModel()
	case f.Type == spec.Duration:
		return f.toModel(fmt.Sprintf("cmp.Or(req.Get%s(), durationpb.New(%s))", f.ProtoGo(), f.goDefault()))
	default:
		return f.toModel(fmt.Sprintf("apivalue.Or(req.%s, %s)", f.ProtoGo(), f.goDefault()))
	}
}

// Created is the Go expression of what the model gets of a create request, once Local holds
// what may fail.
func (f *Field) Created() string {
	switch {
	case f.Type == spec.Enum && f.Default != "":
		return fmt.Sprintf("cmp.Or(%s, %q)", f.Local(), string(f.Default))
	case f.ToModelFails():
		return f.Local()
	default:
		return f.Create()
	}
}

// Begins is the Go expression of the default in the model, of what no request has.
func (f *Field) Begins() string {
	if f.Type == spec.Decimal {
		return fmt.Sprintf("decimal.RequireFromString(%s)", f.goDefault())
	}
	return f.goDefault()
}

// goDefault is the field's default as a Go expression.
func (f *Field) goDefault() string {
	value := string(f.Default)
	switch f.Type { //nolint:exhaustive // all others have no default, or a text
	case spec.Int, spec.Int32, spec.Double, spec.Bool:
		return value
	case spec.Duration:
		d, _ := time.ParseDuration(value) // it was validated
		for _, unit := range []struct {
			of   time.Duration
			name string
		}{{time.Hour, "Hour"}, {time.Minute, "Minute"}, {time.Second, "Second"}, {time.Millisecond, "Millisecond"}, {1, "Nanosecond"}} {
			if d%unit.of == 0 {
				return fmt.Sprintf("%d*time.%s", d/unit.of, unit.name)
			}
		}
	}
	return strconv.Quote(value)
}

// ToModel is the Go expression that turns a value of a request, or of a message in it, into
// the model's.
func (f *Field) ToModel() string {
	if f.of != nil {
		return f.toModel(fmt.Sprintf("m.Get%s()", f.ProtoGo()))
	}
	return f.toModel(fmt.Sprintf("req.Get%s()", f.ProtoGo()))
}

func (f *Field) toModel(value string) string {
	plural, key := "", strconv.Quote(f.Snake())
	if f.Repeated {
		plural = "s"
	}
	if f.of != nil {
		key = fmt.Sprintf("key+%q", "."+f.Snake())
	}
	switch f.Type { //nolint:exhaustive // all others are the same on both sides
	case spec.Enum:
		return fmt.Sprintf("apivalue.EnumName%s(%s, api.%s_name, %s)", plural, key, f.EnumGo(), value)
	case spec.Timestamp:
		return fmt.Sprintf("apivalue.Time%s(%s, %s)", plural, key, value)
	case spec.Decimal, spec.Date, spec.Duration:
		return fmt.Sprintf("apivalue.%s%s(%s, %s)", naming.New(string(f.Type)).Pascal(), plural, key, value)
	case spec.Money:
		return fmt.Sprintf("toMoney%s(%s, %s)", plural, key, value)
	case spec.Message:
		return fmt.Sprintf("to%s%s(%s, %s)", f.ModelMessage(), plural, key, value)
	case spec.Struct:
		return fmt.Sprintf("apivalue.Struct%s(%s)", plural, value)
	default:
		return value
	}
}

// FromModel is the Go expression that turns the model's value into a message's.
func (f *Field) FromModel() string {
	value := "item." + f.Go()
	plural := ""
	if f.Repeated {
		plural = "s"
	}
	switch f.Type { //nolint:exhaustive // all others are the same on both sides
	case spec.Enum:
		return fmt.Sprintf("apivalue.EnumValue%s[api.%s](api.%s_value, %s)", plural, f.EnumGo(), f.EnumGo(), value)
	case spec.Timestamp:
		return fmt.Sprintf("apivalue.FromTime%s(%s)", plural, value)
	case spec.Decimal, spec.Date, spec.Duration:
		return fmt.Sprintf("apivalue.From%s%s(%s)", naming.New(string(f.Type)).Pascal(), plural, value)
	case spec.Money:
		return fmt.Sprintf("fromMoney%s(%s)", plural, value)
	case spec.Message:
		return fmt.Sprintf("from%s%s(%s)", f.ModelMessage(), plural, value)
	case spec.Struct:
		return fmt.Sprintf("apivalue.FromStruct%s(%s)", plural, value)
	default:
		return value
	}
}

// Differs is the Go condition under which a value, as the model would have it, is not the
// one that the model has; empty if values of the type cannot be compared.
func (f *Field) Differs(value string) string {
	is := "item." + f.Go()
	switch {
	case f.Repeated || f.document():
		return ""
	case f.Type == spec.Bytes:
		return fmt.Sprintf("!bytes.Equal(%s, %s)", value, is)
	case f.Type == spec.Timestamp || f.Type == spec.Date || f.Type == spec.Decimal:
		return fmt.Sprintf("!%s.Equal(%s)", value, is)
	default:
		return fmt.Sprintf("%s != %s", value, is)
	}
}

// ConvertImports are the packages of others that a resource's conversions need, sorted.
func (r *Resource) ConvertImports(core string) []string {
	found := map[string]bool{}
	for _, f := range r.CreateFields() {
		if f.Default != "" && (f.Type == spec.Enum || f.Type == spec.Duration) {
			found["cmp"] = true
		}
		if f.Default != "" && f.Type == spec.Duration {
			found["time"], found["google.golang.org/protobuf/types/known/durationpb"] = true, true
		}
		if f.Immutable && f.Type == spec.Bytes {
			found["bytes"] = true
		}
	}
	r.messageImports(core, found)
	for _, f := range r.Fields {
		switch {
		case !f.OutputOnly || f.Default == "":
		case f.Type == spec.Duration:
			found["time"] = true
		case f.Type == spec.Decimal:
			found["github.com/shopspring/decimal"] = true
		}
	}
	if len(r.RequiredFields()) > 0 || slices.ContainsFunc(r.UpdateFields(), func(f *Field) bool { return f.Immutable || f.KeptInUpdate() || f.Transitions != nil }) {
		found[core+"/apierror"] = true
	}
	return slices.Sorted(maps.Keys(found))
}
