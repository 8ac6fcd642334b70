package naming

// ProtoGoField gives the Go struct field that protoc-gen-go makes of a proto
// field, by its rules and not Go's: "region_id" is RegionId, and a name that
// would hide a method of every message gets an underscore ("string" is
// String_). Fields of one message that clash with each other's getters are
// beyond it; see ProtoGoFields.
func ProtoGoField(field string) string { return ProtoGoFields(field)[0] }

// ProtoGoFields gives the Go struct fields of one message's fields, in the
// order of the message: "name" followed by "get_name" are Name and GetName_.
func ProtoGoFields(fields ...string) []string {
	members := make([]ProtoMember, len(fields))
	for i, field := range fields {
		members[i].Name = field
	}
	return ProtoGoMembers(members...)
}

// A ProtoMember is a field of a message, or one of its oneofs, which has its place
// right after its first field.
type ProtoMember struct {
	Name  string
	Oneof bool
}

// ProtoGoMembers is ProtoGoFields for messages with oneofs.
func ProtoGoMembers(members ...ProtoMember) []string {
	used := map[string]bool{
		"Reset": true, "String": true, "ProtoMessage": true, "Marshal": true, "Unmarshal": true,
		"ExtensionRangeArray": true, "ExtensionMap": true, "Descriptor": true,
	}
	names := make([]string, len(members))
	for i, m := range members {
		name := ProtoGoType(m.Name)
		for used[name] || !m.Oneof && used["Get"+name] {
			name += "_"
		}
		used[name], used["Get"+name] = true, !m.Oneof
		names[i] = name
	}
	return names
}

// ProtoGoType gives the Go name that protoc-gen-go makes of the name of a
// message, enum or service.
func ProtoGoType(s string) string {
	var b []byte
	for i := 0; i < len(s); i++ {
		c := s[i]
		nextLower := i+1 < len(s) && lowerCase(s[i+1])
		switch {
		case (c == '.' || c == '_' && i > 0 && s[i-1] != '.') && nextLower:
			// The letter that follows becomes a capital instead.
		case c == '.':
			b = append(b, '_')
		case c == '_' && (i == 0 || s[i-1] == '.'):
			b = append(b, 'X')
		case digit(c):
			b = append(b, c)
		default:
			if lowerCase(c) {
				c -= 'a' - 'A'
			}
			b = append(b, c)
			for ; i+1 < len(s) && lowerCase(s[i+1]); i++ {
				b = append(b, s[i+1])
			}
		}
	}
	return string(b)
}
