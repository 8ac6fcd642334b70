package protofile

import (
	"bytes"
	"strings"
)

// The files that options of fields come from.
const (
	behaviorFile = "google/api/field_behavior.proto"
	validateFile = "buf/validate/validate.proto"
)

// validates reports whether any of the protos has rules.
func validates(sources Sources) bool {
	for _, text := range sources {
		if bytes.Contains(text, []byte(validateFile)) {
			return true
		}
	}
	return false
}

// options are those of a field, as buf formats them, and the files that they need. That it
// is required is checked where requests are.
func (r RPC) options(f RPCField) (text string, imports []string) {
	all := f.Rules
	if f.Required && r.ruled {
		all = append([]string{"(google.api.field_behavior) = REQUIRED", "(buf.validate.field).required = true"}, all...)
		imports = append(imports, behaviorFile)
	}
	switch len(all) {
	case 0:
		return "", nil
	case 1:
		return " [" + all[0] + "]", append(imports, validateFile)
	default:
		return " [\n    " + strings.Join(all, ",\n    ") + "\n  ]", append(imports, validateFile)
	}
}
