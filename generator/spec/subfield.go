package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// SubField is one field of a message that a resource keeps, such as the price of a line item.
type SubField struct {
	Name        string    `yaml:"name"`
	Type        FieldType `yaml:"type"`
	Repeated    bool      `yaml:"repeated"`
	Required    bool      `yaml:"required"`
	MaxLength   int       `yaml:"max_length"`
	Min         Literal   `yaml:"min"`
	Max         Literal   `yaml:"max"`
	Pattern     string    `yaml:"pattern"`
	Format      Format    `yaml:"format"`
	Number      int       `yaml:"number"` // of the proto field in the message
	Description string    `yaml:"description"`
}

// SubReserved is what a removed field of a message leaves behind, as Reserved is of one of a
// resource. Rows that are stored have its values still.
type SubReserved struct {
	Name     string    `yaml:"name"` // empty: only the number is reserved
	Number   int       `yaml:"number"`
	Type     FieldType `yaml:"type"`
	Repeated bool      `yaml:"repeated"`
}

// SubFieldTypes lists the types that fields of messages may have.
func SubFieldTypes() []FieldType {
	return []FieldType{String, Int, Int32, Double, Decimal, Money, Bool, Timestamp, Date, Duration}
}

// Field gives it as a field of its message.
func (m SubField) Field() Field {
	var f Field
	alike(reflect.ValueOf(&f), reflect.ValueOf(&m))
	return f
}

// HasMoney reports whether the field, or one of its message, is an amount of money.
func (f Field) HasMoney() bool {
	return f.Type == Money || slices.ContainsFunc(f.Fields, func(m SubField) bool { return m.Type == Money })
}

// subField gives a field as one of a message; what only fields of resources have is left out.
func (f Field) subField() SubField {
	var m SubField
	alike(reflect.ValueOf(&m), reflect.ValueOf(&f))
	return m
}

// alike copies to one struct what it has in common with another: the fields of SubField.
func alike(to, from reflect.Value) {
	for i := range reflect.TypeFor[SubField]().NumField() {
		name := reflect.TypeFor[SubField]().Field(i).Name
		to.Elem().FieldByName(name).Set(from.Elem().FieldByName(name))
	}
}

// beyondMessages says why a property of fields of resources is none of fields of messages,
// and what to do instead; empty for what fields of messages have, or nobody.
func beyondMessages(key string) (why, fix string) {
	field, known := reflect.TypeFor[Field](), false
	for i := range field.NumField() {
		known = known || field.Field(i).Tag.Get("yaml") == key
	}
	switch {
	case !known || keyIndex(reflect.TypeFor[SubField](), key) >= 0:
		return "", ""
	case key == "ref" || key == "on_delete":
		return "a field of a message refers to nothing that spacegen looks for",
			"keep it as a string, and look for it in BeforeCreate and BeforeUpdate of the resource's rules (internal/service/…_rules.go), or make the message a resource of its own, whose fields refer"
	case key == "default":
		return "a field of a message has no default", "set it in the rules of the resource (internal/service/…_rules.go)"
	case key == "values" || key == "transitions" || key == "fields" || key == "message":
		return "a field of a message is no enum and no message", "leave it at one of its types, or make the message a resource of its own"
	default:
		return "only fields of resources have " + key + ", and those of a message have no column", "remove " + key + ", or make the message a resource of its own"
	}
}

// messageName is what the message of a field is called by default: Item for items.
func (f Field) messageName() string {
	name := f.Naming().Snake()
	if f.Repeated {
		switch {
		case strings.HasSuffix(name, "ies"):
			name = strings.TrimSuffix(name, "ies") + "y"
		case strings.HasSuffix(name, "sses"), strings.HasSuffix(name, "xes"), strings.HasSuffix(name, "ches"):
			name = strings.TrimSuffix(name, "es")
		case !strings.HasSuffix(name, "ss"):
			name = strings.TrimSuffix(name, "s")
		}
	}
	return naming.New(name).Pascal()
}

// defaultSubFields fills in what fields leave out. Numbers go on from the highest before.
func defaultSubFields(fields []SubField, reserved []SubReserved) []SubField {
	fields = slices.Clone(fields)
	gone := make([]int, len(reserved))
	for i, r := range reserved {
		gone[i] = r.Number
	}
	numbers := make([]*int, len(fields))
	for i := range fields {
		m := &fields[i]
		m.Description = oneLine(m.Description)
		if m.Type == "" {
			m.Type = String
		}
		numbers[i] = &m.Number
	}
	giveNumbers(numbers, gone, 1, func(n int) int { return n })
	return fields
}

// message checks the message of a field, and its fields.
func (v *validator) message(path string, f Field) {
	if f.Type != Message {
		if len(f.Fields) > 0 || f.Message != "" {
			v.add(path+".fields", fmt.Sprintf("only a message has fields, and %s is of the type %s", f.Name, f.Type), "write type: message, or remove fields and message")
		}
		if len(f.Reserved) > 0 {
			v.add(path+".reserved", fmt.Sprintf("only a message reserves what its fields had, and %s is of the type %s", f.Name, f.Type), "remove reserved")
		}
		return
	}
	if f.Message != "" && f.Message != naming.New(f.Message).Pascal() {
		v.add(path+".message", fmt.Sprintf("%s is no name of a message", shorten(f.Message)), fmt.Sprintf("write %s", naming.New(f.Message).Pascal()))
	}
	if len(f.Fields) == 0 {
		v.add(path, fmt.Sprintf("the message %s has no fields", f.Name), "list them under fields, as in [{name: quantity, type: int32}]")
	}
	if len(f.Fields) > maxFields {
		v.add(path+".fields", fmt.Sprintf("%d fields are too many for one message", len(f.Fields)), fmt.Sprintf("at most %d are possible", maxFields))
		return
	}
	v.subReserved(path, f)
	names, numbers := map[string]string{}, map[int]string{}
	for i, m := range f.Fields {
		at := fmt.Sprintf("%s.fields[%d]", path, i)
		v.description(at+".description", m.Description)
		if choice(v, at+".type", "type for a field of a message", m.Type, SubFieldTypes()) {
			v.properties(at, m.Field())
		}
		switch other, taken := numbers[m.Number]; {
		case taken:
			v.add(at+".number", fmt.Sprintf("the field %s has the number of %s: %d", m.Name, other, m.Number), "change one of the two")
		case m.Number < 1 || m.Number > maxNumber || m.Number >= protobufReserved && m.Number < protobufFree:
			v.add(at+".number", fmt.Sprintf("%d is no number that a field can have", m.Number), "write 1 or more")
		}
		numbers[m.Number] = m.Name
		if !v.name(at+".name", "field name", naming.CheckField(m.Name)) {
			continue
		}
		if other, taken := names[jsonName(m.Name)]; taken {
			v.add(at+".name", fmt.Sprintf("%s and %s are one name in JSON", m.Name, other), "call one of the two otherwise")
		}
		names[jsonName(m.Name)] = m.Name
	}
}

// form gives one as a flag has it.
func (m SubField) form() string { return m.Field().form(0) }

// parseSubFields reads the fields of a message: product_id!;quantity:int32:min=1.
func parseSubFields(text string) ([]SubField, error) {
	var fields []SubField
	for _, part := range outsideQuotes(text, ';') {
		f, err := parseField(part)
		if err != nil {
			return nil, err
		}
		for _, s := range f.switches() {
			if why, fix := beyondMessages(s.word); *s.set {
				return nil, fmt.Errorf("the field %s has %s: %s; %s", shorten(f.Name), s.word, why, fix)
			}
		}
		for _, s := range f.settings() {
			if why, fix := beyondMessages(s.key); why != "" && s.get() != "" {
				return nil, fmt.Errorf("the field %s has %s: %s; %s", shorten(f.Name), s.key, why, fix)
			}
		}
		fields = append(fields, f.subField())
	}
	return fields, nil
}

// subFieldItem gives one on one line.
func subFieldItem(m SubField) string {
	return strings.TrimPrefix(strings.TrimSuffix(fieldItem(m.Field(), true), "\n"), "- ")
}
