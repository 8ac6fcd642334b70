package apirecord

import (
	"reflect"
	"slices"
	"strings"
)

// Copy gives a copy of a model that shares nothing with it which can be changed: what is
// done to a list or a map in one is not seen in the other.
func Copy[T any](item *T) *T {
	to := new(T)
	reflect.ValueOf(to).Elem().Set(detached(reflect.ValueOf(item).Elem()))
	return to
}

// detached copies a value and what it leads to, but for what a struct keeps in unexported
// fields: nobody but its package changes that.
func detached(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || guarded(v.Elem().Type()) {
			return v
		}
		to := reflect.New(v.Elem().Type())
		to.Elem().Set(detached(v.Elem()))
		return to
	case reflect.Interface:
		if v.IsNil() {
			return v
		}
		return detached(v.Elem())
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		to := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			to.Index(i).Set(detached(v.Index(i)))
		}
		return to
	case reflect.Map:
		if v.IsNil() {
			return v
		}
		to := reflect.MakeMapWithSize(v.Type(), v.Len())
		for key, value := range v.Seq2() {
			to.SetMapIndex(key, detached(value))
		}
		return to
	case reflect.Struct:
		to := reflect.New(v.Type()).Elem()
		to.Set(v)
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				to.Field(i).Set(detached(v.Field(i)))
			}
		}
		return to
	default:
		return v
	}
}

// guarded reports whether a type is a struct with fields that only its package changes.
func guarded(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && slices.ContainsFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool { return !f.IsExported() })
}

// Changed names the columns in which item differs from what it was, and those that are
// named already, each once.
func Changed[T any](was, item *T, named ...string) []string {
	columns := slices.Clone(named)
	before, after := reflect.ValueOf(was).Elem(), reflect.ValueOf(item).Elem()
	for i := range after.NumField() {
		name, options, _ := strings.Cut(after.Type().Field(i).Tag.Get("bun"), ",")
		if name == "" || strings.Contains(name, ":") || strings.HasPrefix(name, "_") || slices.Contains(strings.Split(options, ","), "pk") {
			continue // the table, a column of the store's own, or the identifier, which stays
		}
		if !slices.Contains(columns, name) && !same(before.Field(i), after.Field(i)) {
			columns = append(columns, name)
		}
	}
	return columns
}
