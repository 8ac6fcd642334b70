// Package apirecord moves values between the messages of an API and the models that a
// service stores, for messages that spacegen did not design. It matches by name: the
// message field region_code, or regionCode, goes with the model's column region_code. A
// field that only one of the two has is left alone.
package apirecord

import (
	"reflect"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// times are the columns that Google's APIs call otherwise (AIP-148).
func times() map[string]string {
	return map[string]string{"createtime": "createdat", "updatetime": "updatedat"}
}

// key is a name without what differs between styles.
func key(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// A column is one field of a model.
type column struct {
	name  string
	value reflect.Value
}

// columnsOf gives the columns of the model that item points to, by key.
func columnsOf(item any) map[string]column {
	value := reflect.ValueOf(item).Elem()
	columns := map[string]column{}
	for i := range value.NumField() {
		name, _, _ := strings.Cut(value.Type().Field(i).Tag.Get("bun"), ",")
		if name == "" || strings.Contains(name, ":") || strings.HasPrefix(name, "_") {
			continue // the table's own tag, or a column of the store's own
		}
		columns[key(name)] = column{name, value.Field(i)}
	}
	return columns
}

// fieldKey is the key of the column that a message's field goes to.
func fieldKey(f protoreflect.FieldDescriptor) string {
	k := key(string(f.Name()))
	if f.Message() != nil && f.Message().FullName() == "google.protobuf.Timestamp" {
		if usual, ok := times()[k]; ok {
			return usual
		}
	}
	return k
}
