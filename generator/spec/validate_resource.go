package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// Proto field numbers: the largest there is, and the range that protobuf
// keeps for itself.
const (
	maxNumber        = 1<<29 - 1
	protobufReserved = 19_000
	protobufFree     = 20_000
)

// MaxBytes is the most that one field may have: some less than the 16 MiB of a message.
const MaxBytes = 15 << 20

// commonFields are the fields of every resource, and the one that its
// messages use for something else.
var commonFields = map[string]string{
	"domain_id": "every resource has this field", "workspace_id": "every resource has this field",
	"created_at": "every resource has this field", "updated_at": "every resource has this field",
	"query": "lists are queried by a field of this name",
}

// frameworkTypes are the types of emitted packages in which resources have
// types of their own.
var frameworkTypes = map[string]string{
	"Migrations": "what brings the database up to date", "AtLeast": "what its tests count by",
	"Scope": "what a caller is confined to", "Census": "the example of a task", "CensusCounter": "what the census asks",
	"Create": "a method", "Update": "a method", "Delete": "a method", "DeleteRead": "a method", "Get": "a method", "List": "a method", "Stat": "a method", "Analyze": "a method",
	"Connectors": "all connectors", "Managers": "all managers", "Services": "all services", "Means": "what services work with", "Guards": "all guards", "Guarded": "the services behind their guards",
}

func (v *validator) resources(resources []Resource) {
	if len(resources) > maxResources {
		v.add("resources", fmt.Sprintf("%d resources are too many for one service", len(resources)), fmt.Sprintf("at most %d are possible", maxResources))
		return
	}
	names, symbols := map[string]string{}, map[string]string{}
	money := slices.ContainsFunc(resources, func(r Resource) bool {
		return slices.ContainsFunc(r.Fields, Field.HasMoney)
	})
	for i, r := range resources {
		path := fmt.Sprintf("resources[%d]", i)
		v.description(path+".description", r.Description)
		v.fields(path, r)
		if !v.name(path+".name", "resource name", naming.CheckResource(r.Name)) {
			continue
		}
		if what, taken := frameworkTypes[r.Naming().Pascal()]; taken {
			v.add(path+".name", fmt.Sprintf("the name %s is taken: in every service it stands for %s", r.Name, what), "call the resource otherwise")
			continue
		}
		if money && r.Naming().Pascal() == "Money" {
			v.add(path+".name", "the name Money is taken by the message that fields of the type money have", "call the resource otherwise")
			continue
		}
		key := strings.ToLower(r.Naming().Pascal())
		if other, ok := names[key]; ok && other == r.Name {
			v.add(path+".name", fmt.Sprintf("there are two resources called %s", r.Name), "remove one, or call it otherwise")
			continue
		} else if ok {
			v.add(path+".name", fmt.Sprintf("the resource %s is called like %s, but for its casing", r.Name, other), "give each resource its own name")
			continue
		}
		names[key] = r.Name
		for _, symbol := range r.symbols() {
			if other, ok := symbols[symbol]; ok {
				v.add(path+".name", fmt.Sprintf("the resource %s needs the name %s, which the resource %s takes", r.Name, symbol, other), "rename one of the two")
				break
			}
		}
		for _, symbol := range r.symbols() {
			symbols[symbol] = r.Name
		}
	}
	v.formerNames(resources, names)
}

// formerNames checks what resources are called besides; names are those that they have.
func (v *validator) formerNames(resources []Resource, names map[string]string) {
	for i, r := range resources {
		for j, alias := range r.Aliases {
			path := fmt.Sprintf("resources[%d].aliases[%d]", i, j)
			if !v.name(path, "resource name", naming.CheckResource(alias)) {
				continue
			}
			key := strings.ToLower(naming.New(alias).Pascal())
			if other, taken := names[key]; taken {
				v.add(path, fmt.Sprintf("clients of gRPC that call %s get the resource %s already", alias, other), "take it out")
				continue
			}
			names[key] = r.Name
		}
	}
}

// table is what the names of tables and indexes follow, which are one kind in a database.
const table = "of the table or index "

// symbols gives the names that a resource takes in the proto package, in the
// database and in Go.
func (r Resource) symbols() []string {
	n := r.Naming()
	one, many := n.Pascal(), n.Plural()
	symbols := []string{
		one, "the type " + one, "Create" + one + "Request", "Update" + one + "Request", one + "Request", one + "Query",
		one + "Info", many + "Info", one + "StatQuery", one + "AnalyzeQuery",
		"New" + one, one + "Rules", "New" + one + "Rules", table + n.Snake(), table + n.Snake() + "_scope", table + n.Snake() + "_pkey", "the file " + n.GoFile() + ".go", "the package " + n.GoPackage(),
	}
	for _, f := range r.Fields {
		if f.Unique {
			symbols = append(symbols, table+n.Snake()+"_"+f.Name+"_unique")
		}
		if f.Type == Message {
			symbols = append(symbols, "the type "+one+f.Message)
		}
		if len(f.Transitions) > 0 {
			symbols = append(symbols, one+f.Naming().Pascal()+"Transitions")
		}
		if f.Indexed() {
			symbols = append(symbols, table+n.Snake()+"_"+f.Name+"_index")
		}
	}
	return symbols
}

func (v *validator) fields(path string, r Resource) {
	type use struct{ what, of string }
	taken := map[use]string{}
	// claim notes that a field uses a name or number, and whether it is free.
	claim := func(at, what, name, field string) bool {
		other, ok := taken[use{what, name}]
		if !ok {
			taken[use{what, name}] = field
			return true
		}
		if field == other {
			v.add(at, fmt.Sprintf("%s has two fields of the same %s: %s", r.Name, what, name), "remove one, or call it otherwise")
			return false
		}
		v.add(at, fmt.Sprintf("the field %s has the same %s as %s: %s", field, what, other, name), "change one of the two")
		return false
	}
	if len(r.Fields) > maxFields {
		v.add(path+".fields", fmt.Sprintf("%d fields are too many for one resource", len(r.Fields)), fmt.Sprintf("at most %d are possible", maxFields))
		return
	}
	if slices.Contains(scopeFields(), r.IDField()) {
		v.add(path+".name", fmt.Sprintf("a resource called %s would have the field %s twice: as its own, and as where it belongs", r.Name, r.IDField()), "choose another name, or bring its proto")
		return
	}
	info := append([]string{r.IDField(), "created_at", "updated_at"}, scopeFields()...)
	for _, common := range info {
		taken[use{"Go name", naming.New(common).Pascal()}] = common
		taken[use{"JSON name", jsonName(common)}] = common
	}
	v.reserved(path, r)
	for i, f := range r.Fields {
		at := fmt.Sprintf("%s.fields[%d]", path, i)
		v.description(at+".description", f.Description)
		v.field(at, f)
		v.number(at+".number", f.Number)
		if f.Number != 0 {
			claim(at+".number", "number", fmt.Sprint(f.Number), f.Name)
		}
		if !v.name(at+".name", "field name", naming.CheckField(f.Name)) {
			continue
		}
		if f.Name == r.IDField() {
			v.add(at+".name", fmt.Sprintf("every %s has the field %s already", r.Name, f.Name), "remove it, or choose another name")
			continue
		}
		if reason, ok := commonFields[f.Name]; ok {
			v.add(at+".name", fmt.Sprintf("the field name %s is taken: %s", f.Name, reason), "remove it, or choose another name")
			continue
		}
		if claim(at+".name", "name", f.Name, f.Name) && claim(at+".name", "Go name", f.Naming().Pascal(), f.Name) {
			claim(at+".name", "JSON name", jsonName(f.Name), f.Name)
		}
	}
	v.expansions(path, r, claim)
	v.enums(path, r)
	v.asked(path, r)
}

func (v *validator) field(path string, f Field) {
	if !choice(v, path+".type", "type", f.Type, FieldTypes()) {
		return
	}
	switch {
	case f.Type == Enum && len(f.Values) == 0:
		v.add(path, fmt.Sprintf("the enum %s has no values", f.Name), "list them under values, as in [ENABLED, DISABLED]")
	case f.Type != Enum && len(f.Values) > 0:
		v.add(path+".values", fmt.Sprintf("only an enum has values, and %s is of the type %s", f.Name, f.Type), "write type: enum, or remove them")
	}
	if f.Unique && (f.Repeated || slices.Contains([]FieldType{Struct, Bool, Double, Bytes, Money, Message}, f.Type)) {
		v.add(path+".unique", fmt.Sprintf("a field of the type %s cannot be unique", f.describe()), "remove unique")
	}
	if f.Keyword && f.Type != String {
		v.add(path+".keyword", fmt.Sprintf("a field of the type %s cannot be searched by keyword", f.describe()), "remove keyword; only a string has words")
	}
	switch {
	case f.MaxBytes != 0 && f.Type != String && f.Type != Struct && f.Type != Bytes && f.Type != Message && !f.Repeated:
		v.add(path+".max_bytes", fmt.Sprintf("a field of the type %s has no length to limit", f.describe()), "remove max_bytes")
	case f.MaxBytes < 0 || f.MaxBytes > MaxBytes:
		v.add(path+".max_bytes", fmt.Sprintf("no message has room for %d bytes of %s", f.MaxBytes, f.Name), fmt.Sprintf("write 1 to %d", MaxBytes))
	}
	v.properties(path, f)
	v.message(path, f)
}

func (f Field) describe() string {
	if f.Repeated {
		return "list of " + string(f.Type)
	}
	return string(f.Type)
}

// reserved checks what removed fields left behind against each other and the
// fields that there are.
func (v *validator) reserved(path string, r Resource) {
	for i, gone := range r.Reserved {
		at := fmt.Sprintf("%s.reserved[%d]", path, i)
		choice(v, at+".type", "type", gone.Type, FieldTypes())
		if gone.Number == 0 {
			v.add(at, "a number is missing", "write the number that the removed field had")
			continue
		}
		v.number(at+".number", gone.Number)
		if slices.ContainsFunc(r.Reserved[:i], func(other Reserved) bool { return other.Number == gone.Number }) {
			v.add(at+".number", fmt.Sprintf("the number %d is reserved twice", gone.Number), "remove one of the two")
		}
		if gone.Name == "" {
			continue
		}
		if !v.name(at+".name", "field name", naming.CheckField(gone.Name)) {
			continue
		}
		if slices.ContainsFunc(r.Reserved[:i], func(other Reserved) bool { return other.Name == gone.Name }) {
			v.add(at+".name", fmt.Sprintf("the name %s is reserved twice", gone.Name), "leave the name out of one of the two")
		}
		switch shown := slices.IndexFunc(r.Fields, func(f Field) bool { return f.Expand && f.Expanded() == gone.Name }); {
		case shown >= 0:
			v.add(at+".name", fmt.Sprintf("%s shows %s by %s, and reserves its name", r.Name, gone.Name, r.Fields[shown].Name), "remove this line if it is the same as before, or 'name' here")
		case r.Field(gone.Name) != nil && gone.Expand:
			v.add(at+".name", fmt.Sprintf("%s has a field %s, and reserves its name", r.Name, gone.Name), "remove 'name' here")
		case r.Field(gone.Name) != nil:
			v.add(at+".name", fmt.Sprintf("%s has a field %s, and reserves its name", r.Name, gone.Name),
				fmt.Sprintf("to bring the field back, give it number: %d and remove this line; to have another of its name, remove 'name' here", gone.Number))
		}
	}
	for i, f := range r.Fields {
		j := slices.IndexFunc(r.Reserved, func(gone Reserved) bool { return f.Expand && gone.Number == f.ExpandedNumber() })
		if f.Number != 0 && j >= 0 && r.Reserved[j].Name != f.Expanded() {
			v.add(fmt.Sprintf("%s.fields[%d].expand", path, i), fmt.Sprintf("what %s shows would have the number %d, which is reserved: it was that of %s", f.Name, f.ExpandedNumber(), r.Reserved[j].describe()),
				"remove expand, or give the field a number of its own")
		}
		j = slices.IndexFunc(r.Reserved, func(gone Reserved) bool { return gone.Number == f.Number })
		if f.Number != 0 && j >= 0 {
			v.add(fmt.Sprintf("%s.fields[%d].number", path, i), fmt.Sprintf("the number %d of the field %s is reserved: it was that of %s", f.Number, f.Name, r.Reserved[j].describe()),
				"leave the number out; spacegen finds a free one")
		}
	}
}

func (v *validator) number(path string, n int) {
	switch {
	case n == 1, n >= reservedFrom && n <= reservedTo:
		v.add(path, fmt.Sprintf("the number %d is kept for fields that every resource has", n),
			fmt.Sprintf("write 2 to %d, or %d and more", reservedFrom-1, reservedTo+1))
	case n < 0 || n > maxNumber:
		v.add(path, fmt.Sprintf("%d is no proto field number", n), fmt.Sprintf("write 2 to %d", maxNumber))
	case n >= protobufReserved && n < protobufFree:
		v.add(path, fmt.Sprintf("protobuf keeps the number %d for itself", n), "write another")
	}
}

// enums checks the values of all enums of a resource together: they share
// the scope of one message.
func (v *validator) enums(path string, r Resource) {
	scope := map[string]string{}
	for _, f := range r.Fields {
		if f.Type == Enum && naming.CheckField(f.Name) == nil {
			scope[f.EnumName()] = "the name of the enum " + f.Name
			scope[f.EnumZero()] = "the value that means that " + f.Name + " is not set"
		}
	}
	for i, f := range r.Fields {
		for j, value := range f.Values {
			at := fmt.Sprintf("%s.fields[%d].values[%d]", path, i, j)
			if f.Type != Enum || !v.name(at, "enum value", naming.CheckEnumValue(value)) {
				continue
			}
			if other, ok := scope[value]; ok {
				v.add(at, fmt.Sprintf("the enum value %s of %s is taken by %s", value, f.Name, other),
					fmt.Sprintf("write %s_%s", f.Naming().Env(), value))
				continue
			}
			scope[value] = "the enum " + f.Name
		}
	}
}

// jsonName gives the name that protobuf gives a field in JSON, in small
// letters, so that names apart by case count as the same.
func jsonName(field string) string {
	return strings.ToLower(strings.ReplaceAll(field, "_", ""))
}

// Databases lists all databases.
func Databases() []Database { return []Database{PostgreSQL, SQLite, NoDatabase} }

// Caches lists all caches.
func Caches() []Cache { return []Cache{Redis, LocalCache, NoCache} }

// SchedulerKinds lists all kinds of schedulers.
func SchedulerKinds() []SchedulerKind { return []SchedulerKind{Hourly, Interval, Cron} }

// scopeFields say of every resource where it belongs.
func scopeFields() []string { return []string{"domain_id", "workspace_id"} }
