package spec

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// A Literal is a single value as the file has it, whatever its type.
type Literal string

// Format is a well-known form of texts.
type Format string

// The formats.
const (
	Email Format = "email"
	URI   Format = "uri"
	UUID  Format = "uuid"
	IP    Format = "ip" // of version 4 or 6
)

// Formats lists all formats.
func Formats() []Format { return []Format{Email, URI, UUID, IP} }

// OnDelete says what happens to a resource when the one that it refers to is deleted.
type OnDelete string

// What may happen then.
const (
	Restrict OnDelete = "restrict" // nothing is deleted that is referred to
	Cascade  OnDelete = "cascade"  // it is deleted, too
	Keep     OnDelete = "keep"     // it stays as it is
)

// OnDeletes lists what may happen.
func OnDeletes() []OnDelete { return []OnDelete{Restrict, Cascade, Keep} }

// Ruled reports whether requests are checked by rules of the field.
func (f Field) Ruled() bool {
	return f.MaxLength > 0 || f.Min != "" || f.Max != "" || f.Pattern != "" || f.Format != ""
}

// Text reports whether the field holds words.
func (f Field) Text() bool { return f.Type == String || f.Type == "" }

// Indexed reports whether the field's column has an index that is not unique.
func (f Field) Indexed() bool { return !f.Unique && (f.Index || f.Ref != "") }

// Needed reports whether create refuses a call without the field: it is required, or an
// enum, whose value nobody could tell from none.
func (f Field) Needed() bool {
	return f.Required || f.Type == Enum && !f.Repeated && f.Default == "" && !f.OutputOnly
}

// Numeric reports whether the field holds numbers.
func (f Field) Numeric() bool {
	return f.Type == Int || f.Type == Int32 || f.Type == Double || f.Type == Decimal
}

// properties checks what is said of a field beyond its type.
func (v *validator) properties(path string, f Field) {
	v.contradictions(path, f)
	v.defaultValue(path+".default", f)
	v.bounds(path, f)
	switch {
	case f.Index && (f.Repeated || f.Type == Struct || f.Type == Bytes || f.Type == Money || f.Type == Message):
		v.add(path+".index", fmt.Sprintf("a field of the type %s has no order to index it by", f.describe()), "remove index")
	case f.Index && f.Unique:
		v.add(path+".index", fmt.Sprintf("%s is unique, and so has an index already", f.Name), "remove index")
	}
	if f.MaxLength != 0 && !f.Text() {
		v.add(path+".max_length", fmt.Sprintf("a field of the type %s has no characters to count", f.describe()), "remove max_length")
	} else if f.MaxLength < 0 || f.MaxLength > MaxBytes {
		v.add(path+".max_length", fmt.Sprintf("no text has room for %d characters", f.MaxLength), fmt.Sprintf("write 1 to %d", MaxBytes))
	}
	if f.Pattern != "" && !f.Text() {
		v.add(path+".pattern", fmt.Sprintf("a field of the type %s has no text to match", f.describe()), "remove pattern")
	} else if _, err := regexp.Compile(f.Pattern); err != nil {
		v.add(path+".pattern", fmt.Sprintf("the pattern of %s cannot be read: %s", f.Name, strings.TrimPrefix(err.Error(), "error parsing regexp: ")), "write it in the syntax of RE2, which has no lookaround and no backreferences")
	} else if f.Pattern != "" && len(f.Samples(1)) == 0 {
		v.add(path+".pattern", fmt.Sprintf("no text could be made up that the pattern of %s matches, and the tests need one", f.Name), "write it in a plainer way, or check it in the rules of the resource (internal/service/…_rules.go)")
	}
	if f.Format != "" && choice(v, path+".format", "format", f.Format, Formats()) && !f.Text() {
		v.add(path+".format", fmt.Sprintf("a field of the type %s has no text of a format", f.describe()), "remove format")
	}
	v.reference(path, f)
	v.transitions(path+".transitions", f)
}

// contradictions are properties that no field has together.
func (v *validator) contradictions(path string, f Field) {
	for _, pair := range []struct {
		both        bool
		key         string
		why, remedy string
	}{
		{f.OutputOnly && f.Required, "required", "callers cannot give %s, which is output only, so it cannot be required of them", "remove required or output_only"},
		{f.OutputOnly && f.Immutable, "immutable", "callers never set %s, which is output only, so nothing is said by immutable", "remove immutable"},
		{f.Required && f.Default != "", "default", "%s is required, so its default would never be used", "remove default or required"},
		{f.OutputOnly && f.Type == Enum && !f.Repeated && f.Default == "", "output_only", "nothing says which value %s has before the service sets it", "name one of its values under default"},
		{f.OutputOnly && f.Ruled(), "output_only", "%s is output only, so there is no request to check by its rules", "remove min, max, max_length, pattern and format, or output_only"},
	} {
		if pair.both {
			v.add(path+"."+pair.key, fmt.Sprintf(pair.why, f.Name), pair.remedy)
		}
	}
}

// defaultValue checks that the default is a value of the field's type.
func (v *validator) defaultValue(path string, f Field) {
	if f.Default == "" {
		return
	}
	value := string(f.Default)
	switch {
	case f.Repeated || slices.Contains([]FieldType{Struct, Bytes, Money, Message, Timestamp, Date}, f.Type) || f.Ref != "":
		what := f.describe()
		if f.Ref != "" {
			what = "reference to " + f.Ref
		}
		v.add(path, fmt.Sprintf("a field of the type %s has no default", what), "remove default, and set the field in the rules of the resource")
	case f.Unique:
		v.add(path, fmt.Sprintf("%s is unique, so only one could have the default", f.Name), "remove default or unique")
	case f.Type == Enum && !slices.Contains(f.Values, value):
		v.add(path, fmt.Sprintf("%s is no value of the enum %s", shorten(value), f.Name), "write one of "+strings.Join(f.Values, ", "))
	case f.Type != Enum && !f.holds(f.Default):
		v.add(path, fmt.Sprintf("%q is no value of the type %s", shorten(value), f.describe()), "write one, as in "+f.example())
	case f.outside(f.Default):
		v.add(path, fmt.Sprintf("the default of %s is not within its min and max", f.Name), "change one of them")
	case f.MaxLength > 0 && len([]rune(value)) > f.MaxLength:
		v.add(path, fmt.Sprintf("the default of %s is longer than its max_length", f.Name), "change one of the two")
	}
}

// bounds checks min and max.
func (v *validator) bounds(path string, f Field) {
	for _, bound := range []struct {
		key   string
		value Literal
	}{{"min", f.Min}, {"max", f.Max}} {
		switch {
		case bound.value == "":
		case !f.Numeric() && f.Type != Date && f.Type != Duration:
			v.add(path+"."+bound.key, fmt.Sprintf("a field of the type %s has no %s", f.describe(), bound.key), "remove "+bound.key)
			return
		case !f.holds(bound.value):
			v.add(path+"."+bound.key, fmt.Sprintf("%q is no value of the type %s", shorten(string(bound.value)), f.Type), "write one, as in "+f.example())
			return
		}
	}
	if f.Min != "" && f.Max != "" && f.less(f.Max, f.Min) {
		v.add(path+".max", fmt.Sprintf("max of %s is less than its min", f.Name), "change one of the two")
	}
}

// holds reports whether a field can have a value.
func (f Field) holds(value Literal) bool {
	var err error
	switch s := string(value); f.Type {
	case Int:
		_, err = strconv.ParseInt(s, 10, 64)
	case Int32:
		_, err = strconv.ParseInt(s, 10, 32)
	case Double:
		_, err = strconv.ParseFloat(s, 64)
		if decimal.MatchString(s) {
			return err == nil
		}
		return false
	case Decimal:
		return decimal.MatchString(s)
	case Bool:
		return s == "true" || s == "false"
	case Date:
		_, err = time.Parse(time.DateOnly, s)
	case Duration:
		_, err = time.ParseDuration(s)
	case String, "", Enum, Struct, JSON, Timestamp, Bytes, Money, Message:
	}
	return err == nil
}

// decimal is a number in digits, of which there are not too many.
var decimal = regexp.MustCompile(`^-?[0-9]{1,100}(\.[0-9]{1,100})?$`)

// example is a value that a field can have.
func (f Field) example() string {
	switch f.Type { //nolint:exhaustive // all others hold any text
	case Int, Int32:
		return "10"
	case Double, Decimal:
		return "9.99"
	case Bool:
		return "true"
	case Date:
		return `"2026-01-02"`
	case Duration:
		return "1h30m"
	default:
		return "abc"
	}
}

func (f Field) outside(value Literal) bool {
	return f.Min != "" && f.holds(f.Min) && f.less(value, f.Min) || f.Max != "" && f.holds(f.Max) && f.less(f.Max, value)
}

// less compares two values that the field can have.
func (f Field) less(a, b Literal) bool {
	switch f.Type { //nolint:exhaustive // all others are numbers
	case Date:
		return a < b
	case Duration:
		x, _ := time.ParseDuration(string(a))
		y, _ := time.ParseDuration(string(b))
		return x < y
	default:
		x, ok := new(big.Rat).SetString(string(a))
		y, also := new(big.Rat).SetString(string(b))
		return ok && also && x.Cmp(y) < 0
	}
}

// reference checks what one field alone says of a reference; whether there is such a
// resource is looked at with all of them.
func (v *validator) reference(path string, f Field) {
	if f.Ref == "" {
		if f.OnDelete != "" {
			v.add(path+".on_delete", fmt.Sprintf("%s refers to nothing that could be deleted", f.Name), "name a resource, as in ref: Customer, or remove on_delete")
		}
		if f.Expand {
			v.add(path+".expand", fmt.Sprintf("%s refers to nothing that could be shown", f.Name), "name a resource, as in ref: Customer, or remove expand")
		}
		return
	}
	choice(v, path+".on_delete", "choice for on_delete", f.OnDelete, OnDeletes())
	switch {
	case !f.Text() || f.Repeated:
		v.add(path+".ref", fmt.Sprintf("a reference is one string, and %s is of the type %s", f.Name, f.describe()), "leave out type and repeated, or ref")
	case f.Ruled():
		v.add(path+".ref", fmt.Sprintf("the reference %s holds an identifier, which has no rules of its own", f.Name), "remove max_length, pattern and format")
	}
}

// references checks that every reference leads to a resource.
func (v *validator) references(resources []Resource) {
	v.rings(resources)
	names := names(resources, func(r Resource) string { return r.Name })
	for i, r := range resources {
		for j, f := range r.Fields {
			if f.Ref == "" || slices.ContainsFunc(resources, func(r Resource) bool { return r.Name == f.Ref }) {
				continue
			}
			fix := "known: " + strings.Join(names, ", ")
			if near := Closest(f.Ref, names); near != "" {
				fix = fmt.Sprintf("did you mean %q?", near)
			}
			v.add(fmt.Sprintf("resources[%d].fields[%d].ref", i, j), fmt.Sprintf("there is no resource %s that %s could refer to", shorten(f.Ref), f.Name), fix)
		}
	}
}

// Refers gives the resource that a reference leads to.
func (f Field) Refers() naming.Name { return naming.New(f.Ref) }
