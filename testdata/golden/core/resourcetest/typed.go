package resourcetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/cloudforet-io/spacegen/core/query"
)

// filtersByType are conditions on a field of a type that JSON lacks, and how many of all
// each selects. The first has a value in it.
func filtersByType(f query.Field, all []protoreflect.Message) map[string]int {
	switch {
	case f.Repeated:
		return nil
	case f.Type == query.Bytes:
		return there(f.Name, f.Name, all)
	case f.Type == query.Money:
		filters := there(f.Name, f.Name, all)
		currency := text(part(all[0], f.Name), "currency")
		filters[condition(f.Name+".currency", "eq", quoted(currency))] = count(all, func(info protoreflect.Message) bool {
			return text(part(info, f.Name), "currency") == currency
		})
		return compared(f.Name+".amount", filters, all, func(info protoreflect.Message) (decimal.Decimal, string, bool) {
			return exact(text(part(info, f.Name), "amount"))
		})
	case f.Type == query.Decimal:
		return compared(f.Name, map[string]int{}, all, func(info protoreflect.Message) (decimal.Decimal, string, bool) {
			return exact(text(info, f.Name))
		})
	case f.Type == query.Date:
		return compared(f.Name, there(f.Name, f.Name, all), all, func(info protoreflect.Message) (decimal.Decimal, string, bool) {
			day, err := time.Parse(time.DateOnly, text(info, f.Name))
			return decimal.NewFromInt(day.Unix()), text(info, f.Name), err == nil
		})
	case f.Type == query.Duration:
		return compared(f.Name, map[string]int{}, all, func(info protoreflect.Message) (decimal.Decimal, string, bool) {
			d := new(durationpb.Duration)
			if encoded, err := proto.Marshal(part(info, f.Name).Interface()); err == nil {
				_ = proto.Unmarshal(encoded, d) // what is none is 0
			}
			return decimal.NewFromInt(int64(d.AsDuration())), d.AsDuration().String(), true
		})
	default:
		return nil
	}
}

// filtersByMembers are conditions on the members of objects, and how many of all each
// selects: those of which one object has the value that the first one of the first has.
func filtersByMembers(f query.Field, shown protoreflect.FieldDescriptor, all []protoreflect.Message) map[string]int {
	objects := func(info protoreflect.Message) []protoreflect.Message {
		if shown.IsList() {
			return messages(info.Get(shown).List())
		}
		return []protoreflect.Message{info.Get(shown).Message()}
	}
	filters := map[string]int{}
	for _, member := range f.Members {
		first := objects(all[0])[0]
		of := field(first, member.Name)
		if of == nil || !first.Has(of) || member.Repeated || of.Kind() != protoreflect.StringKind || member.Type == query.Timestamp {
			continue
		}
		value := first.Get(of).String()
		want := count(all, func(info protoreflect.Message) bool {
			return slices.ContainsFunc(objects(info), func(object protoreflect.Message) bool { return object.Get(of).String() == value })
		})
		filters[condition(f.Name+"."+member.Name, "eq", quoted(value))] = want
		if f.Repeated {
			filters[condition(f.Name, "match", fmt.Sprintf("{%q: %q}", member.Name, value))] = want
		}
	}
	return filters
}

// compared adds conditions of each operator that compares a field with the value that
// the first resource has. A resource without a value is neither more nor less.
func compared(key string, filters map[string]int, all []protoreflect.Message, value func(protoreflect.Message) (decimal.Decimal, string, bool)) map[string]int {
	than, literal, ok := value(all[0])
	if !ok {
		return filters
	}
	for operator, holds := range map[string]func(sign int) bool{
		"eq": func(sign int) bool { return sign == 0 },
		"gt": func(sign int) bool { return sign > 0 }, "gte": func(sign int) bool { return sign >= 0 },
		"lt": func(sign int) bool { return sign < 0 }, "lte": func(sign int) bool { return sign <= 0 },
	} {
		filters[condition(key, operator, quoted(literal))] = count(all, func(info protoreflect.Message) bool {
			one, _, ok := value(info)
			return ok && holds(one.Cmp(than))
		})
	}
	filters[condition(key, "not", quoted(literal))] = len(all) - filters[condition(key, "eq", quoted(literal))]
	filters[condition(key, "in", "["+quoted(literal)+", true]")] = filters[condition(key, "eq", quoted(literal))]
	return filters
}

// there are conditions on whether there is a value.
func there(key, name string, all []protoreflect.Message) map[string]int {
	has := count(all, func(info protoreflect.Message) bool { return info.Has(field(info, name)) })
	return map[string]int{condition(key, "exists", "true"): has, condition(key, "exists", "false"): len(all) - has, condition(key, "eq", "null"): len(all) - has}
}

// exact is the decimal of a text.
func exact(text string) (decimal.Decimal, string, bool) {
	number, err := decimal.NewFromString(text)
	return number, text, err == nil
}

// part is a message within another.
func part(m protoreflect.Message, name string) protoreflect.Message {
	return m.Get(field(m, name)).Message()
}

// anotherTyped gives a field of a type that JSON lacks a value unlike the one it has.
func anotherTyped(m protoreflect.Message, f protoreflect.FieldDescriptor, typ query.Type) {
	switch typ { //nolint:exhaustive // the others are another's
	case query.Decimal:
		m.Set(f, protoreflect.ValueOfString(m.Get(f).String()+"1"))
	case query.Date:
		m.Set(f, protoreflect.ValueOfString("2027-02-03"))
	case query.Bytes:
		m.Set(f, protoreflect.ValueOfBytes(append([]byte("another "), m.Get(f).Bytes()...)))
	case query.Duration:
		d := m.Mutable(f).Message()
		seconds := field(d, "seconds")
		d.Set(seconds, protoreflect.ValueOfInt64(d.Get(seconds).Int()+1))
	case query.Money:
		amount := m.Mutable(f).Message()
		before := text(amount, "amount")
		if !strings.Contains(before, ".") {
			before += "."
		}
		amount.Set(field(amount, "amount"), protoreflect.ValueOfString(fmt.Sprint(before, "25")))
	}
}
