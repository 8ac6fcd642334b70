package apirecord

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apivalue"
)

// New puts what a message sets into a new item, but for the fields that are
// excepted and those that only answers have.
func New(m proto.Message, item any, except ...protoreflect.Name) error {
	_, err := read(m, item, func(f protoreflect.FieldDescriptor) bool { return !slices.Contains(except, f.Name()) }, false, false)
	return err
}

// Change puts what a message sets into an item, but for the fields that are
// excepted, and names the columns. What only answers have stays as it is. What an item
// is known by, whose it is, when it was made and what says that it is immutable may
// only have the value that it has.
func Change(m proto.Message, item any, id string, except ...protoreflect.Name) (columns []string, err error) {
	usual := changeable(id)
	if err := hold(m, item, func(f protoreflect.FieldDescriptor) bool {
		return !usual(f) && m.ProtoReflect().Has(f) && !slices.Contains(except, f.Name())
	}); err != nil {
		return nil, err
	}
	return read(m, item, func(f protoreflect.FieldDescriptor) bool { return usual(f) && !slices.Contains(except, f.Name()) }, false, true)
}

func changeable(id string) func(protoreflect.FieldDescriptor) bool {
	fixed := []string{key(id), "domainid", "workspaceid", "createdat", "updatedat"}
	return func(f protoreflect.FieldDescriptor) bool { return !slices.Contains(fixed, fieldKey(f)) }
}

// hold refuses a message that has other values than an item in fields that nobody
// changes.
func hold(m proto.Message, item any, fixed func(protoreflect.FieldDescriptor) bool) error {
	message, columns := m.ProtoReflect(), columnsOf(item)
	for i := range message.Descriptor().Fields().Len() {
		f := message.Descriptor().Fields().Get(i)
		c, known := columns[fieldKey(f)]
		if !known || !fixed(f) || behaves(f, annotations.FieldBehavior_OUTPUT_ONLY) {
			continue
		}
		said := reflect.New(c.value.Type()).Elem()
		if message.Has(f) {
			if err := readField(message, f, said); err != nil {
				return err
			}
		}
		if !same(said, c.value) {
			return apierror.Invalid(string(f.Name()), "it cannot be changed")
		}
	}
	return nil
}

func same(a, b reflect.Value) bool {
	if t, ok := a.Interface().(time.Time); ok {
		return t.Equal(b.Interface().(time.Time))
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

// read copies the fields of a message that are wanted; those that are not set
// as well if unset says so. Of an item that was there before, fixed, immutable
// fields are held.
func read(m proto.Message, item any, wanted func(protoreflect.FieldDescriptor) bool, unset, fixed bool) (names []string, err error) {
	message, columns := m.ProtoReflect(), columnsOf(item)
	for i := range message.Descriptor().Fields().Len() {
		f := message.Descriptor().Fields().Get(i)
		c, known := columns[fieldKey(f)]
		if !known || !wanted(f) || !unset && !message.Has(f) || behaves(f, annotations.FieldBehavior_OUTPUT_ONLY) {
			continue
		}
		before := c.value.Interface()
		if !message.Has(f) {
			if behaves(f, annotations.FieldBehavior_REQUIRED) {
				return nil, apierror.Required(string(f.Name()))
			}
			c.value.SetZero()
		} else if err := readField(message, f, c.value); err != nil {
			return nil, err
		}
		if behaves(f, annotations.FieldBehavior_IMMUTABLE) && fixed && !reflect.DeepEqual(before, c.value.Interface()) {
			return nil, apierror.Invalid(string(f.Name()), "it cannot be changed")
		}
		names = append(names, c.name)
		if message.Has(f) {
			names = append(names, empty(f, columns, names)...)
		}
	}
	return names, nil
}

// empty clears the columns of the others of a oneof, one of which was set, and names
// those that held something.
func empty(f protoreflect.FieldDescriptor, columns map[string]column, done []string) (names []string) {
	one := f.ContainingOneof()
	if one == nil || one.IsSynthetic() {
		return nil
	}
	for i := range one.Fields().Len() {
		other := one.Fields().Get(i)
		c, known := columns[fieldKey(other)]
		if other == f || !known || c.value.IsZero() {
			continue
		}
		c.value.SetZero()
		if !slices.Contains(done, c.name) {
			names = append(names, c.name)
		}
	}
	return names
}

func readField(message protoreflect.Message, f protoreflect.FieldDescriptor, to reflect.Value) error {
	value, err := plain(message, f)
	if err != nil {
		return err
	}
	if to.Type() == reflect.TypeFor[time.Time]() {
		return readTime(f, value, to)
	}
	switch into := to.Addr().Interface().(type) {
	case *decimal.Decimal:
		text, ok := value.(string)
		if !ok {
			return apierror.InvalidType(string(f.Name()), "decimal")
		}
		*into, err = apivalue.Decimal(string(f.Name()), text)
		return err
	case *time.Duration:
		if d, ok := message.Get(f).Interface().(protoreflect.Message); ok && d.Descriptor().FullName() == durationMessage {
			text, _ := value.(string)
			if *into, err = time.ParseDuration(text); err != nil {
				return apierror.Invalid(string(f.Name()), "a duration of more than 292 years")
			}
			return nil
		}
	}
	if to.Kind() == reflect.Interface {
		to.Set(reflect.ValueOf(value))
		return nil
	}
	if _, text := value.(string); to.Kind() == reflect.String && !text && reflect.TypeOf(value).Comparable() {
		to.SetString(fmt.Sprint(value)) // a request may say as a number what is kept as text
		return nil
	}
	// By way of JSON: models hold plain values, lists of them and maps.
	text, err := json.Marshal(value)
	if err == nil {
		to.SetZero() // a map would keep what it has
		err = json.Unmarshal(text, to.Addr().Interface())
	}
	if err != nil {
		return apierror.Invalid(string(f.Name()), err.Error())
	}
	return nil
}

func readTime(f protoreflect.FieldDescriptor, value any, to reflect.Value) error {
	text, ok := value.(string)
	if !ok {
		return apierror.InvalidType(string(f.Name()), "time")
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return apierror.Invalid(string(f.Name()), "not a time in ISO 8601, such as 2006-01-02T15:04:05Z")
	}
	to.Set(reflect.ValueOf(t.UTC().Truncate(time.Microsecond)))
	return nil
}

// plain gives the value of a field as a model has it.
func plain(message protoreflect.Message, f protoreflect.FieldDescriptor) (any, error) {
	value := message.Get(f)
	switch {
	case f.IsMap():
		return viaJSON(message, f)
	case f.IsList():
		if f.Message() != nil {
			return viaJSON(message, f)
		}
		list := make([]any, 0, value.List().Len())
		for i := range value.List().Len() {
			one, err := scalar(f, value.List().Get(i))
			if err != nil {
				return nil, err
			}
			list = append(list, one)
		}
		return list, nil
	case f.Message() != nil:
		if t, ok := value.Message().Interface().(*timestamppb.Timestamp); ok {
			return t.AsTime().Format(time.RFC3339Nano), nil
		}
		return viaJSON(message, f)
	default:
		return scalar(f, value)
	}
}

func scalar(f protoreflect.FieldDescriptor, value protoreflect.Value) (any, error) {
	switch v := value.Interface().(type) {
	case int32:
		return int64(v), nil
	case uint32:
		return int64(v), nil
	case uint64:
		if v > math.MaxInt64 {
			return nil, apierror.Invalid(string(f.Name()), "more than 2^63-1")
		}
		return int64(v), nil
	case []byte:
		return base64.StdEncoding.EncodeToString(v), nil
	case protoreflect.EnumNumber:
		if known := f.Enum().Values().ByNumber(v); known != nil {
			return string(known.Name()), nil
		}
		return nil, apierror.Invalid(string(f.Name()), "no such value")
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, apierror.Invalid(string(f.Name()), "not a number")
		}
		return v, nil
	case float32:
		if wide := float64(v); math.IsNaN(wide) || math.IsInf(wide, 0) {
			return nil, apierror.Invalid(string(f.Name()), "not a number")
		}
		// As people write it, 1.1, which is stored and looked for alike; the next
		// double is 1.10000002384185791.
		return strconv.ParseFloat(strconv.FormatFloat(float64(v), 'g', -1, 32), 64)
	default:
		return v, nil
	}
}

// viaJSON gives a field's value in JSON's form: of a message that holds only it.
func viaJSON(message protoreflect.Message, f protoreflect.FieldDescriptor) (any, error) {
	alone := message.New()
	alone.Set(f, message.Get(f))
	text, err := protojson.MarshalOptions{UseProtoNames: true, AllowPartial: true}.Marshal(alone.Interface())
	if err != nil {
		return nil, apierror.Invalid(string(f.Name()), "it has no form in JSON")
	}
	all := map[string]any{}
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, apierror.Invalid(string(f.Name()), err.Error())
	}
	return all[string(f.Name())], nil
}
