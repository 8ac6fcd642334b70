package schema

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// maxPath bounds what of a path is shown, in bytes: callers choose the names in it.
const maxPath = 256

// A fault is one thing that a schema does not allow.
type fault struct {
	path   []string
	reason string
}

// first gives the fault that stands first in the document, whatever the order
// in which they were found.
func first(err *jsonschema.ValidationError) ([]string, string) {
	one := slices.MinFunc(faults(err), func(a, b fault) int {
		return cmp.Or(slices.Compare(a.path, b.path), cmp.Compare(a.reason, b.reason))
	})
	return one.path, one.reason
}

// faults are the errors that have no other for their cause. Of alternatives
// none is better than the others: they are one fault.
func faults(err *jsonschema.ValidationError) []fault {
	switch err.ErrorKind.(type) {
	case *kind.AnyOf, *kind.OneOf, *kind.Not:
		return []fault{{err.InstanceLocation, "it has none of the forms that the schema allows"}}
	}
	var all []fault
	for _, cause := range err.Causes {
		all = append(all, faults(cause)...)
	}
	if len(all) > 0 {
		return all
	}
	switch k := err.ErrorKind.(type) {
	case *kind.Required:
		return []fault{{below(err.InstanceLocation, k.Missing), "it is missing"}}
	case *kind.AdditionalProperties:
		return []fault{{below(err.InstanceLocation, k.Properties), "it is not known"}}
	}
	return []fault{{err.InstanceLocation, reason(err.ErrorKind)}}
}

// below is the path of the first, by name, of some properties of an object.
func below(path, names []string) []string {
	return append(slices.Clone(path), slices.Min(names))
}

// reason says what the schema wants. The library's own text would show the
// value too.
func reason(found jsonschema.ErrorKind) string {
	switch k := found.(type) {
	case *kind.Type:
		return "it must be of the type " + strings.Join(k.Want, " or ")
	case *kind.Enum:
		return "it must be one of " + texts(k.Want)
	case *kind.Const:
		return "it must be " + texts([]any{k.Want})
	case *kind.Format:
		return "it must be in the format " + k.Want
	case *kind.Pattern:
		return "it must match " + k.Want
	case *kind.MinLength:
		return fmt.Sprintf("it must have at least %d characters", k.Want)
	case *kind.MaxLength:
		return fmt.Sprintf("it must have at most %d characters", k.Want)
	case *kind.MinItems:
		return fmt.Sprintf("it must have at least %d items", k.Want)
	case *kind.MaxItems:
		return fmt.Sprintf("it must have at most %d items", k.Want)
	case *kind.UniqueItems:
		return "no item may stand in it twice"
	case *kind.Minimum:
		return "it must be at least " + number(k.Want)
	case *kind.Maximum:
		return "it must be at most " + number(k.Want)
	case *kind.ExclusiveMinimum:
		return "it must be more than " + number(k.Want)
	case *kind.ExclusiveMaximum:
		return "it must be less than " + number(k.Want)
	default:
		return "the schema does not allow it: " + strings.Join(found.KeywordPath(), ".")
	}
}

func number(n *big.Rat) string {
	short, _ := n.Float64()
	return fmt.Sprint(short)
}

func texts(values []any) string {
	all := make([]string, len(values))
	for i, value := range values {
		all[i] = fmt.Sprint(value)
	}
	return strings.Join(all, ", ")
}

// join is a path as the platform writes it.
func join(name string, path []string) string {
	whole := strings.Join(append([]string{name}, path...), ".")
	if len(whole) > maxPath {
		return strings.ToValidUTF8(whole[:maxPath], "") + "…"
	}
	return whole
}
