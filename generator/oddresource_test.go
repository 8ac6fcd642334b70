package generator_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// resource writes messages and a service by which something is kept, in one style
// or the other, or with something amiss.
func (f *oddFile) resource() {
	noun := f.unused(f.taken, oddTypes)
	for _, of := range []string{"Info", "sInfo", "Create", "Update", "Request", "Query", "Stat"} {
		f.taken[strings.ToLower(strings.ReplaceAll(noun, "_", ""))+strings.ToLower(of)] = true
	}
	var of []string // what it keeps
	scratch := map[string]bool{"name": true, "state": true, "tags": true, "domainid": true, "createdat": true, "inner": true, "others": true, "named": true}
	for range f.below(6) {
		of = append(of, strings.TrimPrefix(pick(f.oddAPI, "", "repeated ")+f.typ(nil), "")+" "+f.unused(scratch, oddFields))
	}
	for _, extra := range []string{"google.protobuf.Struct tags", "string domain_id", "google.protobuf.Timestamp created_at"} {
		if f.one(3) {
			of = append(of, extra)
		}
	}
	if f.one(2) {
		f.cloudforet(noun, of)
	} else {
		f.google(noun, of)
	}
}

// keep declares a message of lines; one of them may be missing.
func (f *oddFile) keep(name string, lines ...string) oddMessage {
	if f.one(16) && len(lines) > 0 {
		lines = slices.Delete(slices.Clone(lines), f.below(len(lines)), len(lines))
	}
	m := oddMessage{name: "." + f.pkg + "." + name, fields: f.message(name, "", lines, 0, 3)}
	f.known = append(f.known, m)
	return m
}

func (f *oddFile) cloudforet(noun string, of []string) {
	id := "string " + f.snake(noun) + "_id"
	info := "." + f.pkg + "." + noun + "Info"
	f.known = append(f.known, oddMessage{name: info})
	if f.one(3) {
		of = append(of, info+" inner", "repeated "+info+" others", "map<string,"+info+"> named")
	}
	f.keep(noun+"Info", append([]string{id}, of...)...)
	create := f.keep(noun+"Create", of...)
	update := f.keep(noun+"Update", append([]string{id}, of...)...)
	request := f.keep(noun+"Request", id)
	list := f.keep(noun+"Query", "spaceone.api.core.v2.Query query", id)
	stat := f.keep(noun+"Stat", "spaceone.api.core.v2.StatisticsQuery query")
	f.keep(noun+"sInfo", "repeated "+info+" results", "int32 total_count")
	f.taken[strings.ToLower(noun)+"service"] = true
	fmt.Fprintf(&f.body, "service %s {\n", noun)
	f.method(pick(f.oddAPI, "create", "register"), create, info)
	f.method(pick(f.oddAPI, "update", "Update"+noun), update, info)
	f.method("delete", request, pick(f.oddAPI, "google.protobuf.Empty", info))
	f.method("get", request, info)
	f.method("list", list, "."+f.pkg+"."+noun+"sInfo")
	f.method("stat", stat, "google.protobuf.Struct")
	f.body.WriteString("}\n")
}

// snake is a noun as fields have it.
func (f *oddFile) snake(noun string) string {
	snake := naming.New(noun).Snake()
	if snake[0] <= '9' {
		return "x" + snake
	}
	return snake
}

func (f *oddFile) google(noun string, of []string) {
	one, snake := "."+f.pkg+"."+noun, f.snake(noun)
	f.known = append(f.known, oddMessage{name: one})
	if f.one(3) {
		of = append(of, one+" inner_"+snake)
	}
	f.keep(noun, append([]string{"string name"}, of...)...)
	create := f.keep("Create"+noun, "string parent", one+" "+snake, "string "+snake+"_id", "bool validate_only")
	get := f.keep(noun+"Request", "string name")
	update := f.keep("Update"+noun, one+" "+snake, "google.protobuf.FieldMask update_mask", "bool allow_missing")
	list := f.keep(noun+"Query", "string parent", "int32 page_size", "string page_token", "string filter", "string order_by")
	f.keep(noun+"sInfo", "repeated "+one+" results", "string next_page_token", "int32 total_size")
	fmt.Fprintf(&f.body, "service %sService {\n", noun)
	f.method("Create"+noun, create, one)
	f.method("Get"+noun, get, one)
	f.method("Update"+noun, update, one)
	f.method("List"+noun, list, "."+f.pkg+"."+noun+"sInfo")
	f.method("Delete"+noun, get, "google.protobuf.Empty")
	f.body.WriteString("}\n")
}
