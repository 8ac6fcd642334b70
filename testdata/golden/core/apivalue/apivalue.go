// Package apivalue converts values of API messages to values of models, and back. A
// conversion there and back gives the same value; on both sides the empty value means
// "not set".
package apivalue

import (
	"encoding/json"
	"time"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// timeFormat is ISO 8601 in UTC with milliseconds, as all APIs of the platform
// write times.
const timeFormat = "2006-01-02T15:04:05.000Z"

// Struct gives the map that a Struct holds; nil for nil.
func Struct(s *structpb.Struct) map[string]any {
	if s == nil {
		return nil
	}
	return s.AsMap()
}

// FromStruct makes a Struct of a map. A value that JSON cannot hold is an error.
func FromStruct(m map[string]any) (*structpb.Struct, error) {
	if m == nil {
		return nil, nil //nolint:nilnil // nil in, nil out: an unset field
	}
	if s, err := structpb.NewStruct(m); err == nil {
		return s, nil
	}
	// Values with types of their own, such as time.Time: by way of JSON.
	text, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	s := new(structpb.Struct)
	return s, s.UnmarshalJSON(text)
}

// Structs is Struct for a list.
func Structs(list []*structpb.Struct) []map[string]any {
	maps := make([]map[string]any, 0, len(list))
	for _, s := range list {
		maps = append(maps, Struct(s))
	}
	return maps
}

// FromStructs is FromStruct for a list.
func FromStructs(maps []map[string]any) ([]*structpb.Struct, error) {
	list := make([]*structpb.Struct, 0, len(maps))
	for _, m := range maps {
		s, err := FromStruct(m)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// Time reads the time of the parameter key; the zero time for an empty text.
func Time(key, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, apierror.Invalid(key, "not a time in ISO 8601, such as 2006-01-02T15:04:05Z")
	}
	return t.UTC().Truncate(time.Millisecond), nil
}

// FromTime writes a time; the empty text for the zero time.
func FromTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(timeFormat)
}

// Times is Time for a list.
func Times(key string, texts []string) ([]time.Time, error) {
	times := make([]time.Time, 0, len(texts))
	for _, text := range texts {
		t, err := Time(key, text)
		if err != nil {
			return nil, err
		}
		times = append(times, t)
	}
	return times, nil
}

// FromTimes is FromTime for a list.
func FromTimes(times []time.Time) []string {
	texts := make([]string, 0, len(times))
	for _, t := range times {
		texts = append(texts, FromTime(t))
	}
	return texts
}

// Or gives what a request says, or a default if it says nothing.
func Or[T any](given *T, otherwise T) T {
	if given == nil {
		return otherwise
	}
	return *given
}

// An Enum is a generated enum type.
type Enum interface {
	~int32
	String() string
}

// EnumName is the name of an enum's value; empty for the value 0, which means
// that none was chosen. A number that the API does not know is an error.
func EnumName[E Enum](key string, names map[int32]string, value E) (string, error) {
	if value == 0 {
		return "", nil
	}
	name, known := names[int32(value)]
	if !known {
		return "", apierror.Invalid(key, "no such value")
	}
	return name, nil
}

// EnumValue is the value with this name; 0 for a name the API does not know.
func EnumValue[E Enum](values map[string]int32, name string) E {
	return E(values[name])
}

// EnumNames is EnumName for a list.
func EnumNames[E Enum](key string, names map[int32]string, list []E) ([]string, error) {
	texts := make([]string, 0, len(list))
	for _, value := range list {
		name, err := EnumName(key, names, value)
		if err != nil {
			return nil, err
		}
		texts = append(texts, name)
	}
	return texts, nil
}

// EnumValues is EnumValue for a list.
func EnumValues[E Enum](values map[string]int32, texts []string) []E {
	list := make([]E, 0, len(texts))
	for _, text := range texts {
		list = append(list, EnumValue[E](values, text))
	}
	return list
}
