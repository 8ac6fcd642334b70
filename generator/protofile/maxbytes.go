package protofile

import (
	"fmt"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// MaxBytes is how many bytes a column of a resource may have, as the comment of its
// field says it, in the resource's message or in the request for a new one; 0 if none does.
func (api *API) MaxBytes(r *Resource, column protoreflect.FieldDescriptor) (int, error) {
	most := 0
	for _, m := range api.speakers(r) {
		f := m.Fields().ByName(column.Name())
		if f == nil {
			continue
		}
		n, err := maxBytes(f)
		switch {
		case err != nil:
			return 0, err
		case n == 0:
		case boundless(column) != "":
			return 0, fmt.Errorf("%s: the field %s of %s has no length to limit: it is %s; take %s%d out of its comment",
				Position(f), f.Name(), m.Name(), boundless(column), maxBytesMark, n)
		case most != 0 && most != n:
			return 0, fmt.Errorf("%s: the comment of %s says %s%d, and that of the same field of %s says %d; write one number",
				Position(f), f.FullName(), maxBytesMark, n, r.Message.Name(), most)
		default:
			most = n
		}
	}
	return most, nil
}

func maxBytes(f protoreflect.FieldDescriptor) (int, error) {
	most, said := 0, ""
	for _, word := range marksOf(f) {
		text, ok := strings.CutPrefix(word, maxBytesMark)
		if !ok {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > spec.MaxBytes {
			return 0, fmt.Errorf("%s: the comment of %s says %s; write a number from 1 to %d",
				Position(f), f.FullName(), word, spec.MaxBytes)
		}
		if said != "" && said != word {
			return 0, fmt.Errorf("%s: the comment of %s says %s and %s; write one number", Position(f), f.FullName(), said, word)
		}
		most, said = n, word
	}
	return most, nil
}

// boundless says what a field is whose values cannot be too long; empty if they can.
func boundless(f protoreflect.FieldDescriptor) string {
	switch {
	case f.IsList() || f.IsMap():
		return ""
	case f.Enum() != nil:
		return "an enum"
	case f.Message() != nil && f.Message().FullName() == "google.protobuf.Timestamp":
		return "a time"
	case f.Message() != nil || f.Kind() == protoreflect.StringKind || f.Kind() == protoreflect.BytesKind:
		return ""
	case f.Kind() == protoreflect.BoolKind:
		return "a truth value"
	default:
		return "a number"
	}
}
