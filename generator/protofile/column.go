package protofile

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// Columns are the fields of a resource that are stored beside those that every
// resource has: its identifier, scope and times.
func (r *Resource) Columns() []protoreflect.FieldDescriptor {
	var columns []protoreflect.FieldDescriptor
	for i := range r.Message.Fields().Len() {
		f := r.Message.Fields().Get(i)
		if f.Name() == r.ID.Name() || common(f.Name()) || marked(f, transientMark) {
			continue
		}
		columns = append(columns, f)
	}
	return columns
}

// common reports whether every resource has a field; times have one name in
// Cloudforet's APIs and another in Google's (AIP-148).
func common(name protoreflect.Name) bool {
	switch name {
	case "domain_id", "workspace_id", "created_at", "updated_at", "create_time", "update_time":
		return true
	default:
		return false
	}
}

// unfit says why no table and no model can hold a resource; empty if they can.
func (r *Resource) unfit() string {
	if n := r.Message.Fields().Len(); n > maxColumns {
		return fmt.Sprintf("%s has %d fields, more than the %d that a table holds", r.Message.Name(), n, maxColumns)
	}
	if table := naming.New(r.Name).PluralSnake(); len(table) > naming.MaxLength {
		return fmt.Sprintf("its table %s would have %d characters, more than the %d of a name in PostgreSQL", table, len(table), naming.MaxLength)
	}
	taken := map[string]protoreflect.Name{"BaseModel": "the model", "DomainID": "domain_id", "WorkspaceID": "workspace_id", "CreatedAt": "created_at", "UpdatedAt": "updated_at"}
	taken[naming.New(string(r.ID.Name())).Pascal()] = r.ID.Name()
	columns := map[string]bool{}
	for _, f := range append(r.Columns(), r.ID) {
		if !naming.New(string(f.Name())).Identifies() {
			return fmt.Sprintf("the model can have no field that is called as its %s", f.Name())
		}
	}
	for _, f := range r.Columns() {
		name := naming.New(string(f.Name()))
		goName, column := name.Pascal(), strings.ReplaceAll(name.Snake(), "_", "")
		if other, clash := taken[goName]; clash || columns[column] {
			return fmt.Sprintf("its field %s cannot be told from %s", f.Name(), other)
		}
		if len(f.Name()) > naming.MaxLength {
			return fmt.Sprintf("the name of its field %s is too long for a column", f.Name())
		}
		taken[goName], columns[column] = f.Name(), true
	}
	return ""
}

// GoField is the name that protoc-gen-go gives a field.
func GoField(f protoreflect.FieldDescriptor) string {
	return goFields(f.ContainingMessage())[f]
}

// goFields are the names that protoc-gen-go gives the fields of a message, and its
// oneofs.
func goFields(message protoreflect.MessageDescriptor) map[protoreflect.Descriptor]string {
	var members []naming.ProtoMember
	var of []protoreflect.Descriptor
	for i := range message.Fields().Len() {
		f := message.Fields().Get(i)
		members, of = append(members, naming.ProtoMember{Name: string(f.Name())}), append(of, f)
		if oneof := f.ContainingOneof(); oneof != nil && oneof.Fields().Get(0) == f {
			members, of = append(members, naming.ProtoMember{Name: string(oneof.Name()), Oneof: true}), append(of, oneof)
		}
	}
	names := map[protoreflect.Descriptor]string{}
	for i, name := range naming.ProtoGoMembers(members...) {
		names[of[i]] = name
	}
	return names
}

// HasHTTP reports whether any method of a file has a REST form.
func HasHTTP(file protoreflect.FileDescriptor) bool {
	for i := range file.Services().Len() {
		methods, faults := file.Services().Get(i).Methods(), unroutable(file.Services().Get(i))
		for j := range methods.Len() {
			if httpRule(methods.Get(j)) != nil && faults[methods.Get(j).Name()] == nil {
				return true
			}
		}
	}
	return false
}
