package protofile

import (
	"strings"
	"time"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// A RuledField is a field of a message, and what its options say of it beyond its type.
type RuledField struct {
	Path    string // items.price; empty: the message as a whole
	Type    string // list of string
	Phrases []Phrase
}

// A Phrase says one thing. Where it has %s, a value of the rule stands.
type Phrase struct{ Text, Value string }

// saidDeep is how deep messages in messages are looked at: they may hold themselves.
const saidDeep = 4

// RulesOf gives the fields of a request, and of the messages in it, of which
// google.api.field_behavior or buf.validate say something.
func RulesOf(m protoreflect.MessageDescriptor) []RuledField {
	return rulesBelow(m, "", saidDeep)
}

func rulesBelow(m protoreflect.MessageDescriptor, under string, deep int) []RuledField {
	var all []RuledField
	if phrases := messagePhrases(m); len(phrases) > 0 {
		all = append(all, RuledField{Path: strings.TrimSuffix(under, "."), Type: "message", Phrases: phrases})
	}
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		path := under + string(f.Name())
		phrases := behaviours(f)
		phrases = append(phrases, fieldPhrases(rulesOf(f), f)...)
		if len(phrases) > 0 {
			all = append(all, RuledField{Path: path, Type: typeOf(f), Phrases: phrases})
		}
		if of := f.Message(); of != nil && !f.IsMap() && deep > 1 && !strings.HasPrefix(string(of.FullName()), "google.") {
			all = append(all, rulesBelow(of, path+".", deep-1)...)
		}
	}
	return all
}

func behaviours(f protoreflect.FieldDescriptor) []Phrase {
	var all []Phrase
	rules := rulesOf(f)
	for _, b := range []struct {
		on   bool
		text string
	}{
		{Behaves(f, annotations.FieldBehavior_REQUIRED) || rules.GetRequired(), "required"},
		{Behaves(f, annotations.FieldBehavior_OUTPUT_ONLY), "read-only"},
		{Behaves(f, annotations.FieldBehavior_IMMUTABLE), "never changed once it is set"},
		{Behaves(f, annotations.FieldBehavior_INPUT_ONLY), "never answered"},
	} {
		if b.on {
			all = append(all, Phrase{Text: b.text})
		}
	}
	return all
}

// typeOf is the type of a field in words.
func typeOf(f protoreflect.FieldDescriptor) string {
	switch typ := singularType(f); {
	case f.IsMap():
		return "map of " + singularType(f.MapValue())
	case f.IsList():
		return "list of " + typ
	default:
		return typ
	}
}

func singularType(f protoreflect.FieldDescriptor) string {
	switch {
	case f.Enum() != nil:
		return string(f.Enum().Name())
	case f.Message() != nil:
		return string(f.Message().Name())
	default:
		return f.Kind().String()
	}
}

// messagePhrases is what buf.validate says of a message as a whole.
func messagePhrases(m protoreflect.MessageDescriptor) []Phrase {
	options := new(descriptorpb.MessageOptions)
	if !reread(m.Options(), options) || !proto.HasExtension(options, validate.E_Message) {
		return nil
	}
	rules, _ := proto.GetExtension(options, validate.E_Message).(*validate.MessageRules)
	all := expressions(rules.GetCel(), rules.GetCelExpression())
	for _, one := range rules.GetOneof() {
		text := "at most one of %s"
		if one.GetRequired() {
			text = "exactly one of %s"
		}
		all = append(all, Phrase{text, strings.Join(one.GetFields(), ", ")})
	}
	return all
}

// expressions are rules in CEL: by their messages, where they have any.
func expressions(rules []*validate.Rule, alone []string) []Phrase {
	var all []Phrase
	for _, rule := range rules {
		if rule.GetMessage() != "" {
			all = append(all, Phrase{Text: plain(rule.GetMessage())})
		} else {
			all = append(all, Phrase{"holds to %s", rule.GetExpression()})
		}
	}
	for _, expression := range alone {
		all = append(all, Phrase{"holds to %s", expression})
	}
	return all
}

// plain is a text of a proto that stands in a line of Markdown.
func plain(s string) string {
	return strings.NewReplacer("|", `\|`, "<", `\<`, "*", `\*`, "_", `\_`, "`", "\\`").Replace(strings.TrimSuffix(strings.Join(strings.Fields(s), " "), "."))
}

// saidOf is how single rules are said.
var saidOf = map[protoreflect.Name]string{
	"const": "always %s", "in": "one of %s", "not_in": "none of %s", "lt": "less than %s", "lte": "at most %s", "gt": "more than %s", "gte": "at least %s",
	"len": "exactly %s characters", "min_len": "at least %s characters", "max_len": "at most %s characters",
	"len_bytes": "exactly %s bytes", "min_bytes": "at least %s bytes", "max_bytes": "at most %s bytes",
	"pattern": "matches %s", "prefix": "begins with %s", "suffix": "ends with %s", "contains": "contains %s", "not_contains": "does not contain %s",
	"min_items": "at least %s elements", "max_items": "at most %s elements", "min_pairs": "at least %s entries", "max_pairs": "at most %s entries",
	"within": "at most %s from now",
}

var singular = strings.NewReplacer("characters", "character", "bytes", "byte", "elements", "element", "entries", "entry")

// saidAlone is how rules are said that are only on or off.
var saidAlone = map[protoreflect.Name]string{
	"unique": "no element twice", "defined_only": "a value that the enum defines", "finite": "a finite number",
	"lt_now": "in the past", "gt_now": "in the future",
	"email": "an email address", "uri": "a URI", "uri_ref": "a reference to a URI", "uuid": "a UUID", "tuuid": "a UUID without dashes",
	"ip": "an IP address", "ipv4": "an address of IPv4", "ipv6": "an address of IPv6", "hostname": "a host name",
	"address": "a host name or an IP address", "host_and_port": "a host and a port",
}

// fieldPhrases is what rules say of a field's value.
func fieldPhrases(rules *validate.FieldRules, f protoreflect.FieldDescriptor) []Phrase {
	if rules == nil || rules.GetIgnore() == validate.Ignore_IGNORE_ALWAYS {
		return nil
	}
	all := expressions(rules.GetCel(), rules.GetCelExpression())
	of := rules.ProtoReflect()
	typ := of.WhichOneof(of.Descriptor().Oneofs().ByName("type"))
	if typ == nil {
		return all
	}
	set := of.Get(typ).Message()
	for i := range set.Descriptor().Fields().Len() {
		if rule := set.Descriptor().Fields().Get(i); set.Has(rule) {
			all = append(all, rulePhrases(rule, set.Get(rule), f)...)
		}
	}
	return all
}

// rulePhrases is what one rule says.
func rulePhrases(rule protoreflect.FieldDescriptor, value protoreflect.Value, f protoreflect.FieldDescriptor) []Phrase {
	name := rule.Name()
	switch {
	case name == "example":
		return nil
	case name == "items" || name == "keys" || name == "values":
		inner, _ := value.Message().Interface().(*validate.FieldRules)
		each := map[protoreflect.Name]string{"items": "each ", "keys": "each key ", "values": "each value "}[name]
		all := fieldPhrases(inner, f)
		for i := range all {
			all[i].Text = each + all[i].Text
		}
		return all
	case rule.Kind() == protoreflect.BoolKind && !rule.IsList() && name != "const":
		text, known := saidAlone[name]
		switch {
		case !value.Bool():
			return nil
		case !known:
			return []Phrase{{"of the form %s", string(name)}}
		}
		return []Phrase{{Text: text}}
	default:
		text, known := saidOf[name]
		if !known {
			text = plain(string(name)) + " %s"
		}
		of := ruleValue(rule, value, f)
		if of == "1" {
			text = singular.Replace(text)
		}
		return []Phrase{{text, of}}
	}
}

// ruleValue writes the value of a rule.
func ruleValue(rule protoreflect.FieldDescriptor, value protoreflect.Value, f protoreflect.FieldDescriptor) string {
	one := func(value protoreflect.Value) string {
		if rule.Message() != nil {
			switch of := value.Message().Interface().(type) {
			case *durationpb.Duration:
				return of.AsDuration().String()
			case *timestamppb.Timestamp:
				return of.AsTime().Format(time.RFC3339Nano)
			}
		}
		if f.Enum() != nil && rule.Kind() == protoreflect.Int32Kind {
			if v := f.Enum().Values().ByNumber(protoreflect.EnumNumber(int32(value.Int()))); v != nil { //nolint:gosec // it is an int32
				return string(v.Name())
			}
		}
		return value.String()
	}
	if !rule.IsList() {
		return one(value)
	}
	all := make([]string, value.List().Len())
	for i := range all {
		all[i] = one(value.List().Get(i))
	}
	return strings.Join(all, ", ")
}
