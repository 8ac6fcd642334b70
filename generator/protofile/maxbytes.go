package protofile

import (
	"fmt"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// maxBytesMark is what the comment of a field says of how large it may be.
const maxBytesMark = "+max_bytes="

// MaxBytes is how many bytes a field may have, as its comment says it; 0 if it doesn't.
func MaxBytes(f protoreflect.FieldDescriptor) (int, error) {
	for _, word := range strings.Fields(docOf(f)) {
		text, ok := strings.CutPrefix(word, maxBytesMark)
		if !ok {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > spec.MaxBytes {
			return 0, fmt.Errorf("%s: the comment of %s says %s; write a number from 1 to %d",
				Position(f), f.FullName(), word, spec.MaxBytes)
		}
		return n, nil
	}
	return 0, nil
}
