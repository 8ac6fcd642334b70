package query

import (
	"math"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"
)

// A reader reads messages of queries as they are. Whatever is rare, or wrong, it leaves to
// Parse, which reads their JSON form, and says what is wrong: that takes several times as
// long as reading does.
type reader struct{ odd bool }

// read gives the query of a message; ok is false if Parse has to read it.
func read(m proto.Message) (q Query, ok bool) {
	r := &reader{}
	q = r.query(m.ProtoReflect())
	return q, !r.odd
}

func (r *reader) query(m protoreflect.Message) (q Query) {
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch name := f.Name(); {
		case name == "filter" && messages(f):
			q.Filter = r.conditions(v.List())
		case name == "filter_or" && messages(f):
			q.FilterOr = r.conditions(v.List())
		case name == "sort" && messages(f):
			q.Sort = r.sort(v.List())
		case name == "page" && f.Kind() == protoreflect.MessageKind && !f.IsList():
			q.Page = r.page(v.Message())
		case name == "only" && f.Kind() == protoreflect.StringKind && f.IsList():
			for i := range v.List().Len() {
				q.Only = append(q.Only, r.text(v.List().Get(i).Interface()))
			}
		case name == "keyword":
			q.Keyword = r.text(v.Interface())
		case name == "minimal":
			q.Minimal = r.truth(v.Interface())
		case name == "count_only":
			q.CountOnly = r.truth(v.Interface())
		default:
			r.odd = true
		}
		return !r.odd
	})
	return q
}

func messages(f protoreflect.FieldDescriptor) bool {
	return f.Kind() == protoreflect.MessageKind && f.IsList()
}

func (r *reader) conditions(list protoreflect.List) []Condition {
	read := make([]Condition, list.Len())
	for i := range read {
		read[i] = r.condition(list.Get(i).Message())
	}
	return read
}

func (r *reader) condition(m protoreflect.Message) (c Condition) {
	parts := 0
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch f.Name() {
		case "key", "k":
			parts++
			c.Key = r.text(v.Interface())
		case "operator", "o":
			parts++
			c.Operator = Operator(r.text(v.Interface()))
		case "value", "v":
			parts++
			c.Value = r.value(v.Interface())
		default:
			r.odd = true
		}
		return !r.odd
	})
	// One that says a part twice, or leaves one out, is for Parse to judge.
	r.odd = r.odd || parts != 3 || c.Key == "" || c.Operator == ""
	return c
}

func (r *reader) sort(list protoreflect.List) []Sort {
	keys := make([]Sort, list.Len())
	for i := range keys {
		list.Get(i).Message().Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
			switch f.Name() {
			case "key":
				keys[i].Key = r.text(v.Interface())
			case "desc":
				keys[i].Desc = r.truth(v.Interface())
			default:
				r.odd = true
			}
			return !r.odd
		})
	}
	return keys
}

func (r *reader) page(m protoreflect.Message) (p Page) {
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch f.Name() {
		case "start":
			p.Start = r.number(v.Interface())
		case "limit":
			p.Limit = r.number(v.Interface())
		default:
			r.odd = true
		}
		return !r.odd
	})
	return p
}

// text is a string that JSON can express.
func (r *reader) text(v any) string {
	text, ok := v.(string)
	r.odd = r.odd || !ok || !utf8.ValidString(text)
	return text
}

func (r *reader) truth(v any) bool {
	truth, ok := v.(bool)
	r.odd = r.odd || !ok
	return truth
}

func (r *reader) number(v any) int {
	switch n := v.(type) {
	case uint32:
		return int(n)
	case int32:
		return int(n)
	default:
		r.odd = true
		return 0
	}
}

// value is a google.protobuf.Value as JSON has it.
func (r *reader) value(v any) any {
	m, ok := v.(protoreflect.Message)
	if !ok {
		r.odd = true
		return nil
	}
	value, ok := m.Interface().(*structpb.Value)
	if !ok {
		r.odd = true
		return nil
	}
	return r.plain(value)
}

func (r *reader) plain(value *structpb.Value) any {
	switch kind := value.GetKind().(type) {
	case *structpb.Value_NullValue:
		return nil
	case *structpb.Value_BoolValue:
		return kind.BoolValue
	case *structpb.Value_StringValue:
		return r.text(kind.StringValue)
	case *structpb.Value_NumberValue:
		r.odd = r.odd || math.IsNaN(kind.NumberValue) || math.IsInf(kind.NumberValue, 0)
		return kind.NumberValue
	case *structpb.Value_ListValue:
		list := make([]any, len(kind.ListValue.GetValues()))
		for i, one := range kind.ListValue.GetValues() {
			list[i] = r.plain(one)
		}
		return list
	case *structpb.Value_StructValue:
		fields := make(map[string]any, len(kind.StructValue.GetFields()))
		for key, one := range kind.StructValue.GetFields() {
			fields[r.text(key)] = r.plain(one)
		}
		return fields
	default: // it says nothing
		r.odd = true
		return nil
	}
}
