package database

import (
	"reflect"
	"time"
)

// size is about how many bytes a value has as JSON.
func size(value any) int {
	switch v := value.(type) {
	case nil:
		return 4
	case string:
		return len(v) + 2
	case []byte:
		return len(v)
	case []any:
		n := 2
		for _, one := range v {
			n += size(one) + 1
		}
		return n
	case map[string]any:
		n := 2
		for name, one := range v {
			n += len(name) + size(one) + 4
		}
		return n
	case bool, int64, float64, time.Time:
		return 8
	default:
		return reflectedSize(reflect.ValueOf(value))
	}
}

func reflectedSize(v reflect.Value) int {
	switch v.Kind() {
	case reflect.String:
		return v.Len() + 2
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return 4
		}
		return size(v.Elem().Interface())
	case reflect.Slice, reflect.Array:
		n := 2
		for i := range v.Len() {
			n += size(v.Index(i).Interface()) + 1
		}
		return n
	case reflect.Map:
		n := 2
		for name, one := range v.Seq2() {
			n += size(name.Interface()) + size(one.Interface()) + 4
		}
		return n
	default:
		return 8
	}
}
