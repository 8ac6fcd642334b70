package query

import (
	"encoding/json"
	"slices"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// The operators of a projection.
var (
	listOperators       = []string{"size", "sum", "array_to_object", "object_to_array"} //nolint:gochecknoglobals // a table
	arithmeticOperators = []string{"add", "subtract", "multiply", "divide"}             //nolint:gochecknoglobals // a table
)

// maxNesting is how deep computations lie in one another at most.
const maxNesting = 20

type projectField struct {
	named
	Operator string            `json:"operator"`
	O        string            `json:"o"`
	Fields   []json.RawMessage `json:"fields"`
	F        []json.RawMessage `json:"f"`
}

func (f projectField) read() (ProjectField, error) {
	name := either(f.Name, f.N)
	if name == "" {
		name = either(f.Key, f.K)
	}
	if name == "" {
		return ProjectField{}, apierror.Query("A field of aggregate.project has no name.")
	}
	operand, err := f.operand(name, 0)
	return ProjectField{Name: name, Operand: operand}, err
}

func (f projectField) operand(name string, depth int) (Operand, error) {
	out := Operand{Key: either(f.Key, f.K), Operator: either(f.Operator, f.O)}
	fields := f.Fields
	if fields == nil {
		fields = f.F
	}
	switch {
	case depth > maxNesting:
		return Operand{}, apierror.Query("The computation of %s lies more than %d deep.", name, maxNesting)
	case out.Operator == "" && out.Key == "":
		return Operand{}, apierror.Query("%s has neither a key nor an operator.", name)
	case out.Operator == "":
		return out, nil
	case slices.Contains(listOperators, out.Operator):
		if out.Key == "" {
			return Operand{}, apierror.Query("The operator %s needs a key. (name = %s)", out.Operator, name)
		}
		return out, nil
	case !slices.Contains(arithmeticOperators, out.Operator):
		return Operand{}, apierror.Query("The operator %q is not supported; there are %v and %v. (name = %s)", out.Operator, listOperators, arithmeticOperators, name)
	case len(fields) == 0 || len(fields) != 2 && (out.Operator == "subtract" || out.Operator == "divide"):
		return Operand{}, apierror.Query("The operator %s needs fields, and subtract and divide two of them. (name = %s)", out.Operator, name)
	}
	out.Key = ""
	for _, text := range fields {
		one, err := operand(text, name, depth)
		if err != nil {
			return Operand{}, err
		}
		out.Operands = append(out.Operands, one)
	}
	return out, nil
}

// operand reads one: the text of a key, a number, or a computation of its own.
func operand(text json.RawMessage, name string, depth int) (Operand, error) {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return Operand{}, misread(err, "operand of "+name)
	}
	switch v := value.(type) {
	case string:
		if v != "" {
			return Operand{Key: v}, nil
		}
	case float64:
		return Operand{Number: v}, nil
	case map[string]any:
		var f projectField
		if err := decode(text, &f); err != nil {
			return Operand{}, err
		}
		return f.operand(name, depth+1)
	}
	return Operand{}, apierror.Query("An operand is a key, a number or a computation. (name = %s)", name)
}
