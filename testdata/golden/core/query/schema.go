package query

import (
	"slices"
	"strings"
)

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
	Decimal  // an exact number; in a document its text
	Date     // a day; in a document a text that begins with it
	Duration // nanoseconds
	Bytes    // of which queries ask only whether there are any
	Money    // a document with an amount, which is a Decimal, and a currency, which is a String
)

// Field is one field of a resource. Its column has the same name.
type Field struct {
	Name     string
	Type     Type
	Repeated bool // a list of Type
	MaxBytes int  // of bytes or a text, or of a list or document as JSON; 0 is the default of Limit

	Members []Field // of a Struct whose members are known; it has no others then
}

// JSON reports whether the field is stored as a JSON document.
func (f Field) JSON() bool { return f.Repeated || f.Type == Struct || f.Type == Money }

// Below is what a path below the field leads to, Repeated if that may be several values;
// ok is false if there can be nothing. What lies in a document without Members may be
// anything, which is a repeated Struct.
func (f Field) Below(path []string) (below Field, ok bool) {
	several := false
	for _, part := range path {
		switch {
		case f.Repeated && strings.Trim(part, "0123456789") == "":
			f.Repeated = false
			continue
		case f.Type == Struct && len(f.Members) == 0:
			return Field{Type: Struct, Repeated: true}, true
		}
		several = several || f.Repeated
		if f, ok = f.member(part); !ok {
			return Field{}, false
		}
	}
	f.Repeated = f.Repeated || several
	return f, true
}

func (f Field) member(name string) (Field, bool) {
	members := f.Members
	if f.Type == Money {
		members = []Field{{Name: "amount", Type: Decimal}, {Name: "currency", Type: String}}
	}
	i := slices.IndexFunc(members, func(m Field) bool { return m.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return members[i], true
}

// What a field has at most where it doesn't say: fifty records, each with one text and
// one document as large as that, fit into a message of 16 MiB.
const (
	maxText     = 64 << 10
	maxDocument = 256 << 10
)

// Limit is how many bytes a value of the field has at most; 0 is any number.
func (f Field) Limit() int {
	switch {
	case f.MaxBytes > 0:
		return f.MaxBytes
	case f.JSON() || f.Type == Bytes:
		return maxDocument
	case f.Type == String || f.Type == Enum:
		return maxText
	default:
		return 0
	}
}

// Schema says what queries may ask of a resource.
type Schema struct {
	Table   string
	ID      string // the field that identifies it
	Fields  []Field
	Minimal []string          // fields of a minimal result
	Keyword []string          // keys that a keyword is looked for in
	Order   []Sort            // of a list that doesn't say
	Date    string            // the time by which an analysis has periods, or the text of one; default created_at
	Aliases map[string]string // other names of keys
}

// Find gives the field that a key leads to and, for a key that goes into a
// document (tags.continent) or a list (aliases.0), the path below it. Of fields whose
// names begin one another, as the results of a statistic may have them, it is the longest.
func (s Schema) Find(key string) (field Field, path []string, ok bool) {
	key, rest := s.real(key), ""
	for _, f := range s.Fields {
		below, found := strings.CutPrefix(key, f.Name)
		if found && (below == "" || below[0] == '.') && (!ok || len(f.Name) > len(field.Name)) {
			field, rest, ok = f, below, true
		}
	}
	if !ok || rest == "" {
		return field, nil, ok
	}
	path = strings.Split(rest[1:], ".")
	if !field.JSON() || slices.Contains(path, "") {
		return Field{}, nil, false
	}
	if _, ok := field.Below(path); !ok {
		return Field{}, nil, false
	}
	return field, path, true
}

// real is the key that an alias stands for, in front of a path as well.
func (s Schema) real(key string) string {
	for alias, name := range s.Aliases {
		if rest, found := strings.CutPrefix(key, alias); found && (rest == "" || rest[0] == '.') {
			return name + rest
		}
	}
	return key
}
