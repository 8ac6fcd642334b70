package apirecord

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// ChangeMask is Change for the fields that a mask names, set or not, and for parts of
// them such as price.units (AIP-134); without a mask, or with the mask *, for those that
// are set.
func ChangeMask(m proto.Message, item any, id string, mask *fieldmaskpb.FieldMask) (columns []string, err error) {
	paths := mask.GetPaths()
	if len(paths) == 0 || slices.Equal(paths, []string{"*"}) {
		return Change(m, item, id)
	}
	whole, parts, err := masked(m.ProtoReflect().Descriptor(), columnsOf(item), paths)
	if err != nil {
		return nil, err
	}
	usual := changeable(id)
	named := func(f protoreflect.FieldDescriptor) bool { return slices.Contains(whole, f.Name()) }
	if err := hold(m, item, func(f protoreflect.FieldDescriptor) bool { return named(f) && !usual(f) }); err != nil {
		return nil, err
	}
	if columns, err = read(m, item, func(f protoreflect.FieldDescriptor) bool { return named(f) && usual(f) }, true, true); err != nil {
		return nil, err
	}
	for _, path := range parts {
		name, err := changePart(m.ProtoReflect(), item, path)
		if err != nil {
			return nil, err
		}
		if name != "" && !slices.Contains(columns, name) {
			columns = append(columns, name)
		}
	}
	return columns, nil
}

// masked tells the fields that paths name as a whole from those of which they name a
// part.
func masked(d protoreflect.MessageDescriptor, columns map[string]column, paths []string) (whole []protoreflect.Name, parts [][]string, err error) {
	for _, path := range paths {
		steps := strings.Split(path, ".")
		f := d.Fields().ByName(protoreflect.Name(steps[0]))
		if f == nil {
			return nil, nil, apierror.Invalid("update_mask", "no field "+path)
		}
		if _, known := columns[fieldKey(f)]; !known {
			return nil, nil, apierror.Invalid("update_mask", "nothing keeps "+path)
		}
		if len(steps) == 1 {
			whole = append(whole, f.Name())
		} else {
			parts = append(parts, steps)
		}
	}
	return whole, parts, nil
}

// changePart puts one part of a field, such as price.units, into the document that an
// item keeps the field as, and names the column.
func changePart(message protoreflect.Message, item any, path []string) (name string, err error) {
	f := message.Descriptor().Fields().ByName(protoreflect.Name(path[0]))
	c := columnsOf(item)[fieldKey(f)]
	if behaves(f, annotations.FieldBehavior_OUTPUT_ONLY) {
		return "", nil
	}
	if c.value.Kind() != reflect.Map || f.IsList() {
		return "", apierror.Invalid("update_mask", strings.Join(path, ".")+": "+path[0]+" has no parts that can be named")
	}
	if behaves(f, annotations.FieldBehavior_IMMUTABLE) {
		return "", apierror.Invalid(path[0], "it cannot be changed")
	}
	said, err := plain(message, f)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(c.value.Interface())
	if err != nil {
		return "", apierror.Invalid(path[0], err.Error())
	}
	kept := map[string]any{}
	if err := json.Unmarshal(text, &kept); err != nil {
		return "", apierror.Invalid(path[0], err.Error())
	}
	if kept == nil { // it was null
		kept = map[string]any{}
	}
	values, _ := said.(map[string]any)
	if !graft(kept, values, path[1:]) {
		return "", apierror.Invalid("update_mask", strings.Join(path, ".")+" leads through what has no parts")
	}
	if text, err = json.Marshal(kept); err == nil {
		c.value.SetZero()
		err = json.Unmarshal(text, c.value.Addr().Interface())
	}
	if err != nil {
		return "", apierror.Invalid(path[0], err.Error())
	}
	return c.name, nil
}

// graft puts what values have at a path into a document, or takes it out where they have
// nothing.
func graft(kept, values map[string]any, path []string) bool {
	if len(path) == 1 {
		if value, said := values[path[0]]; said {
			kept[path[0]] = value
		} else {
			delete(kept, path[0])
		}
		return true
	}
	below, ok := values[path[0]].(map[string]any)
	if !ok && values[path[0]] != nil {
		return false
	}
	inner, ok := kept[path[0]].(map[string]any)
	if !ok {
		if kept[path[0]] != nil {
			return false
		}
		inner = map[string]any{}
		kept[path[0]] = inner
	}
	return graft(inner, below, path[1:])
}
