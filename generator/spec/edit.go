package spec

import (
	"fmt"
	"reflect"
	"slices"
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
		return d.appendItem("resources", resourceItem(r, false), len(f.spec.Resources) > 0)
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
	if name, ok := valueKey(key); ok {
		return f.setValue(name, value)
	}
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
