package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// File is a spacegen.yaml that is edited as text: an edit changes the lines
// that it is about, and every other byte stays (comments, blank lines, order,
// quotes). An edit that would not give exactly the Spec that is meant is
// refused, and leaves the File as it was.
type File struct {
	name string
	read []byte // the text before all edits
	data []byte
	spec *Spec
}

// Open reads a Spec's file for editing. It has to be valid; the error is of
// type Problems.
func Open(name string, data []byte) (*File, error) {
	s, err := Parse(name, data)
	if err != nil {
		return nil, err
	}
	return &File{name: name, read: data, data: slices.Clone(data), spec: s}, nil
}

// Bytes gives the text as it stands after the edits.
func (f *File) Bytes() []byte { return slices.Clone(f.data) }

// Spec gives what the text says, after the edits, with defaults. It is the
// caller's own.
func (f *File) Spec() *Spec { return Defaults(f.spec) }

// Problem says what is wrong with the value at a path, where the text had it before
// all edits, or what is around it.
func (f *File) Problem(path, message, fix string) error {
	_, where, _ := decode(f.name, f.read)
	at := where.at(path)
	return Problem{File: f.name, Line: at.line, Column: at.column, Path: path, Message: message, Fix: fix}
}

// draft gives what the text says, without defaults: what is implied stays so.
func (f *File) draft() *Spec {
	s, _, _ := decode(f.name, f.data)
	return s
}

// resource gives the place of the resource of a name, however it is cased.
func (f *File) resource(name string) (int, error) {
	want := naming.New(name).Snake()
	i := slices.IndexFunc(f.spec.Resources, func(r Resource) bool { return r.Naming().Snake() == want })
	if i < 0 {
		return 0, f.missing("resource", name, names(f.spec.Resources, func(r Resource) string { return r.Name }))
	}
	return i, nil
}

// AddResource appends a resource.
func (f *File) AddResource(r Resource) error {
	r = Defaults(&Spec{Resources: []Resource{r}}).Resources[0]
	want := f.draft()
	want.Resources = append(want.Resources, r)
	return f.edit(want, "add the resource "+r.Name, func(d *document) error {
		return d.appendItem("resources", resourceItem(r), len(f.spec.Resources) > 0)
	})
}

// RemoveResource removes the resource of a name, however it is cased, with
// the comment right above it.
func (f *File) RemoveResource(name string) error {
	i, err := f.resource(name)
	if err != nil {
		return err
	}
	want := f.draft()
	want.Resources = slices.Delete(want.Resources, i, i+1)
	return f.edit(want, "remove the resource "+name, func(d *document) error { return d.removeItem("resources", i) })
}

// AddField appends a field to a resource. A number of 0 is filled in.
func (f *File) AddField(resource string, field Field) error {
	i, err := f.resource(resource)
	if err != nil {
		return err
	}
	if field.Since <= 1 { // the table is there already
		field.Since = nextMigration(f.spec.Resources[i].Fields)
	}
	want := f.draft()
	want.Resources[i].Fields = append(want.Resources[i].Fields, field)
	fields := defaultFields(want.Resources[i].Fields)
	return f.edit(want, fmt.Sprintf("add the field %s to %s", field.Name, resource), func(d *document) error {
		return d.appendItem(fmt.Sprintf("resources[%d].fields", i), fieldItem(fields, len(fields)-1), false)
	})
}

func nextMigration(fields []Field) int {
	last := 1
	for _, f := range fields {
		last = max(last, f.Since)
	}
	return last + 1
}

// Follow writes down what the text implies otherwise than it was when the
// repository was rendered last: fields that people put between others must not
// move the numbers of those behind them, and a field of a table that is there
// already needs a migration.
func (f *File) Follow(old *Spec) error {
	before := make(map[string]*Resource, len(old.Resources))
	for i := range old.Resources {
		before[old.Resources[i].Naming().Snake()] = &old.Resources[i]
	}
	written := f.draft()
	for i := range f.spec.Resources {
		was := before[f.spec.Resources[i].Naming().Snake()]
		if was == nil {
			continue
		}
		changed, err := f.follow(i, was, written.Resources[i].Fields)
		if err != nil {
			return err
		}
		if changed {
			written = f.draft()
		}
	}
	return nil
}

// follow does so for a resource, of which written are the fields without what
// is implied.
func (f *File) follow(i int, was *Resource, written []Field) (changed bool, err error) {
	next := 2
	for _, field := range slices.Concat(was.Fields, written) {
		next = max(next, field.Number+1)
	}
	for j, said := range written {
		field := f.spec.Resources[i].Fields[j]
		number, since := next, field.Since
		if before := was.Field(field.Name); before != nil {
			number = before.Number
			if said.Since == 0 {
				since = before.Since
			}
		} else {
			next++
			if since <= 1 {
				since = nextMigration(slices.Concat(was.Fields, f.spec.Resources[i].Fields))
			}
		}
		if said.Number != 0 {
			number = field.Number // they said so
		}
		for _, key := range []struct {
			name        string
			now, wanted int
		}{{"number", field.Number, number}, {"since", field.Since, since}} {
			if key.now == key.wanted {
				continue
			}
			changed = true
			if err := f.setField(i, j, key.name, key.wanted); err != nil {
				return changed, err
			}
		}
	}
	return changed, nil
}

// setField sets a number of a field.
func (f *File) setField(i, j int, key string, value int) error {
	want := f.draft()
	field := &want.Resources[i].Fields[j]
	if key == "number" {
		field.Number = value
	} else {
		field.Since = value
	}
	what := fmt.Sprintf("set the %s of the field %s to %d", key, field.Name, value)
	return f.edit(want, what, func(d *document) error {
		return d.setKey(fmt.Sprintf("resources[%d].fields[%d]", i, j), key, strconv.Itoa(value))
	})
}

// SetSince has another migration bring the column of a field of a resource, both by
// their places.
func (f *File) SetSince(resource, field, since int) error {
	return f.setField(resource, field, "since", since)
}

// RemoveField removes a field of a resource. The fields behind it keep their
// numbers: those that had them by their place are given them in the text.
func (f *File) RemoveField(resource, name string) error {
	i, err := f.resource(resource)
	if err != nil {
		return err
	}
	r := f.spec.Resources[i]
	j := slices.IndexFunc(r.Fields, func(field Field) bool { return field.Name == name })
	if j < 0 {
		return f.missing("field", name, names(r.Fields, func(field Field) string { return field.Name }))
	}
	want := f.draft()
	if j+1 < len(r.Fields) {
		want.Resources[i].Fields[j+1].Number = r.Fields[j+1].Number
	}
	want.Resources[i].Fields = slices.Delete(want.Resources[i].Fields, j, j+1)
	list := fmt.Sprintf("resources[%d].fields", i)
	return f.edit(want, fmt.Sprintf("remove the field %s from %s", name, resource), func(d *document) error {
		if j+1 < len(r.Fields) {
			// One number is enough: those behind it count on from it.
			if err := d.setKey(fmt.Sprintf("%s[%d]", list, j+1), "number", fmt.Sprint(r.Fields[j+1].Number)); err != nil {
				return err
			}
		}
		return d.removeItem(list, j)
	})
}

// AddScheduler appends a scheduler. Schedulers that the service has by
// default, without being written, are written before it.
func (f *File) AddScheduler(s Scheduler) error {
	s = defaultSchedulers([]Scheduler{s}, true)[0]
	want := f.draft()
	want.Schedulers = slices.Concat(f.Spec().Schedulers, []Scheduler{s})
	return f.edit(want, "add the scheduler "+s.Name, func(d *document) error {
		for _, scheduler := range want.Schedulers[d.length("schedulers"):] {
			if err := d.appendItem("schedulers", schedulerItem(scheduler), false); err != nil {
				return err
			}
		}
		return nil
	})
}

// RemoveScheduler removes the scheduler of a name.
func (f *File) RemoveScheduler(name string) error {
	i := slices.IndexFunc(f.spec.Schedulers, func(s Scheduler) bool { return s.Name == name })
	if i < 0 {
		return f.missing("scheduler", name, names(f.spec.Schedulers, func(s Scheduler) string { return s.Name }))
	}
	if len(f.spec.Schedulers) == 1 && f.spec.Has(SchedulerServer) {
		return fmt.Errorf("%s: %s is the only scheduler of the scheduler server; remove the server scheduler as well", f.name, name)
	}
	want := f.draft()
	want.Schedulers = slices.Delete(want.Schedulers, i, i+1)
	return f.edit(want, "remove the scheduler "+name, func(d *document) error { return d.removeItem("schedulers", i) })
}

// AddServer adds a server type.
func (f *File) AddServer(server Server) error {
	want := f.draft()
	want.Servers = slices.Concat(f.Spec().Servers, []Server{server})
	return f.edit(want, "add the server "+string(server), func(d *document) error {
		if d.length("servers") == 0 {
			return d.set("servers", flow(texts(want.Servers)))
		}
		return d.appendItem("servers", "- "+text(string(server))+"\n", false)
	})
}

// RemoveServer removes a server type; with the scheduler server go the
// schedulers, which nothing else runs.
func (f *File) RemoveServer(server Server) error {
	i := slices.Index(f.spec.Servers, server)
	if i < 0 {
		return f.missing("server", string(server), texts(f.spec.Servers))
	}
	want := f.draft()
	want.Servers = slices.DeleteFunc(f.Spec().Servers, func(s Server) bool { return s == server })
	if server == SchedulerServer {
		want.Schedulers = nil
	}
	return f.edit(want, "remove the server "+string(server), func(d *document) error {
		for server == SchedulerServer && d.length("schedulers") > 0 {
			if err := d.removeItem("schedulers", d.length("schedulers")-1); err != nil {
				return err
			}
		}
		return d.removeItem("servers", i)
	})
}

// Set gives a single value at the top level or in image a new text:
// Set("database", "sqlite"), Set("image.registry", "…"), Set("chart", "false").
func (f *File) Set(key, value string) error {
	want := f.draft()
	target := reflect.ValueOf(want).Elem()
	for _, part := range strings.Split(key, ".") {
		i := -1
		if target.Kind() == reflect.Struct {
			i = keyIndex(target.Type(), part)
		}
		if i < 0 {
			return f.missing("setting", key, settings(reflect.TypeFor[Spec](), ""))
		}
		target = target.Field(i)
		if target.Kind() == reflect.Slice {
			return fmt.Errorf("%s: there is no setting %q: %s are added and removed one by one, by 'spacegen add' and 'spacegen remove', or in the file", f.name, shorten(key), key)
		}
	}
	written := text(value)
	switch target.Kind() {
	case reflect.String:
		target.SetString(value)
	case reflect.Bool:
		if value != "true" && value != "false" {
			return fmt.Errorf("%s: %s is true or false, not %q", f.name, key, value)
		}
		target.SetBool(value == "true")
		written = value
	default:
		return f.missing("setting", key, settings(reflect.TypeFor[Spec](), ""))
	}
	return f.edit(want, "set "+key, func(d *document) error { return d.set(key, written) })
}

// settings gives the keys that Set knows.
func settings(t reflect.Type, prefix string) []string {
	var known []string
	for field := range t.Fields() {
		key := prefix + field.Tag.Get("yaml")
		switch field.Type.Kind() {
		case reflect.String, reflect.Bool:
			known = append(known, key)
		case reflect.Struct:
			known = append(known, settings(field.Type, key+".")...)
		}
	}
	return known
}

// edit runs change on the text and takes the result if it is valid and says
// what is wanted.
func (f *File) edit(want *Spec, what string, change func(*document) error) error {
	want = Defaults(want)
	if err := want.Validate(); err != nil {
		return fmt.Errorf("%s: cannot %s: %w", f.name, what, err)
	}
	d, err := newDocument(f.data)
	if err != nil {
		return fmt.Errorf("%s: cannot %s: %w", f.name, what, err)
	}
	if err := change(d); err != nil {
		return fmt.Errorf("%s: cannot %s: %w", f.name, what, err)
	}
	got, err := Parse(f.name, d.data)
	if err != nil || !reflect.DeepEqual(got, want) {
		return fmt.Errorf("%s: cannot %s in a file that is written like this; please do it by hand", f.name, what)
	}
	f.data, f.spec = d.data, got
	return nil
}

func (f *File) missing(what, name string, known []string) error {
	hint := "there is none yet"
	if len(known) > 0 {
		hint = "known: " + strings.Join(known, ", ")
	}
	near := Closest(name, known)
	for _, k := range known {
		if strings.HasSuffix(k, "."+name) { // without the group that it stands in
			near = k
		}
	}
	if near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	return fmt.Errorf("%s: there is no %s %q; %s", f.name, what, shorten(name), hint)
}

func names[T any](items []T, name func(T) string) []string {
	out := make([]string, len(items))
	for i, item := range items {
		out[i] = name(item)
	}
	return out
}
