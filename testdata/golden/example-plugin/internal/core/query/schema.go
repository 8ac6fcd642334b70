package query

import "strings"

// Type is the type of a field's values.
type Type int

// The types.
const (
	String Type = iota
	Int
	Double
	Bool
	Enum
	Struct
	Timestamp
)

// Field is one field of a resource. Its column has the same name.
type Field struct {
	Name     string
	Type     Type
	Repeated bool // a list of Type
}

// JSON reports whether the field is stored as a JSON document.
func (f Field) JSON() bool { return f.Repeated || f.Type == Struct }

// Schema says what queries may ask of a resource.
type Schema struct {
	Table   string
	ID      string // the field that identifies it
	Fields  []Field
	Minimal []string // fields of a minimal result
	Keyword []string // fields that a keyword is looked for in
}

// Find gives the field that a key leads to and, for a key that goes into a
// document (tags.continent), the path below it.
func (s Schema) Find(key string) (field Field, path []string, ok bool) {
	name, rest, deep := strings.Cut(key, ".")
	for _, f := range s.Fields {
		if f.Name != name {
			continue
		}
		if !deep {
			return f, nil, true
		}
		path = strings.Split(rest, ".")
		for _, part := range path {
			if part == "" {
				return Field{}, nil, false
			}
		}
		return f, path, f.Type == Struct
	}
	return Field{}, nil, false
}
