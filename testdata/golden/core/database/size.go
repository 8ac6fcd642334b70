package database

import (
	"fmt"
	"reflect"
	"time"

	"github.com/shopspring/decimal"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// fits refuses a value that is larger than its field may be.
func (s *Store[T]) fits(column string, value reflect.Value) error {
	field, _, ok := s.compiler.schema.Find(column)
	if !ok || field.Limit() == 0 {
		return nil
	}
	if n := size(value.Interface()); n > field.Limit()+quotes {
		return apierror.Invalid(column, fmt.Sprintf("it has %d bytes, of %d at most", n-quotes, field.Limit()))
	}
	return nil
}

// quotes are what size counts of a text, a list or a document beside its content.
const quotes = 2

// size is about how many bytes a value has as JSON.
func size(value any) int {
	switch v := value.(type) {
	case nil:
		return 4
	case string:
		return len(v) + quotes
	case []byte:
		return len(v) + quotes
	case decimal.Decimal:
		return v.NumDigits() + quotes
	case []any:
		n := quotes
		for _, one := range v {
			n += size(one) + 1
		}
		return n
	case map[string]any:
		n := quotes
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
		return v.Len() + quotes
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return 4
		}
		return size(v.Elem().Interface())
	case reflect.Slice, reflect.Array:
		n := quotes
		for i := range v.Len() {
			n += size(v.Index(i).Interface()) + 1
		}
		return n
	case reflect.Map:
		n := quotes
		for name, one := range v.Seq2() {
			n += size(name.Interface()) + size(one.Interface()) + 4
		}
		return n
	case reflect.Struct:
		n := 0
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() {
				n += len(field.Name) + size(v.Field(i).Interface()) + 4
			}
		}
		return max(n+quotes, 8)
	default:
		return 8
	}
}
