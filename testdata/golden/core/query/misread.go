package query

import (
	"cmp"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// misread says to a caller what is wrong with JSON: which key, what was expected, and what
// stands there instead.
func misread(err error, what string) error {
	var typ *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &typ):
		// Go's path also names the structs that others embed.
		path := slices.DeleteFunc(strings.Split(typ.Field, "."), func(name string) bool { return name == "Sort" || name == "named" })
		key := cmp.Or(strings.Join(path, "."), "The "+what)
		return apierror.Query("%s has to be %s, not %s.", key, expected(typ.Type), given(typ.Value))
	case errors.As(err, &syntax):
		return apierror.Query("The %s is not valid JSON, from byte %d on.", what, syntax.Offset)
	}
	if name, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
		return apierror.Query("The %s has an unknown key, %s.", what, name)
	}
	return apierror.Query("The %s is not valid JSON: it ends too early.", what)
}

// expected is what values of a type are in JSON.
func expected(t reflect.Type) string {
	switch t.Kind() { //nolint:exhaustive // all else are objects
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Float64:
		return "a number of at most 64 bits"
	case reflect.Slice:
		return "a list"
	default:
		return "an object"
	}
}

// given is what stands there.
func given(value string) string {
	kind, number, _ := strings.Cut(value, " ")
	switch kind {
	case "string":
		return "text"
	case "bool":
		return "true or false"
	case "array":
		return "a list"
	case "number":
		if number != "" {
			return number
		}
		return "a number"
	default:
		return "an " + kind
	}
}
