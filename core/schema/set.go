package schema

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"
)

// A Set is the schemas of all that a plugin is told, by the names of the fields
// in which requests tell it.
type Set map[string]*Schema

// ParseSet reads the schemas of a folder: options.json is about the field
// options.
func ParseSet(fsys fs.FS, folder string) (Set, error) {
	files, err := fs.Glob(fsys, path.Join(folder, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("read the schemas: %w", err)
	}
	set := Set{}
	for _, file := range files {
		text, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("read the schemas: %w", err)
		}
		if set[strings.TrimSuffix(path.Base(file), ".json")], err = Parse(text); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return set, nil
}

// MustParseSet is ParseSet for schemas that are compiled into the program.
func MustParseSet(fsys fs.FS, folder string) Set {
	set, err := ParseSet(fsys, folder)
	if err != nil {
		panic(err)
	}
	return set
}

// Metadata is what init publishes of the schemas: each as NAME_schema, and that
// of secret_data as secret_schema, as the platform calls it.
func (s Set) Metadata() *structpb.Struct {
	metadata := &structpb.Struct{Fields: map[string]*structpb.Value{}}
	for name, schema := range s {
		if name == "secret_data" {
			name = "secret"
		}
		metadata.Fields[name+"_schema"] = structpb.NewStructValue(schema.Document())
	}
	return metadata
}

// Read reads a value by the schema of its name, as Schema.Read does.
func (s Set) Read(name string, value *structpb.Struct, into any) error {
	return s[name].Read(name, value, into)
}

// Check holds a request to the schemas: every field that one is about. What is
// wrong is said as by the schema itself; of several faults that of the first
// field by name.
func (s Set) Check(req proto.Message) error {
	message := req.ProtoReflect()
	for _, name := range slices.Sorted(maps.Keys(s)) {
		field := message.Descriptor().Fields().ByName(protoreflect.Name(name))
		if field == nil || field.IsList() || field.Message() == nil {
			continue
		}
		value, ok := message.Get(field).Message().Interface().(*structpb.Struct)
		if !ok {
			continue
		}
		if err := s[name].Check(name, value); err != nil {
			return err
		}
	}
	return nil
}
