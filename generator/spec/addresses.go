package spec

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// Addresses is a frontend's configuration, in which services stand by name, each
// with the address of its REST server. Like a File it is edited as text: an edit
// changes the lines that it is about.
type Addresses struct {
	name string
	data []byte
	all  map[string]string
}

// OpenAddresses reads a configuration for editing.
func OpenAddresses(name string, data []byte) (*Addresses, error) {
	a := &Addresses{name: name, data: slices.Clone(data)}
	var err error
	a.all, err = addressesIn(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return a, nil
}

// An AddressEdit is a change of addresses that somebody asks for, and a word on what it did.
type AddressEdit func(*Addresses) (string, error)

// An Address is a service that a frontend leads to, and where it answers; empty: at the
// next free port of this machine.
type Address struct{ Service, URL string }

// AddAddresses adds services.
func AddAddresses(all ...Address) AddressEdit {
	return func(a *Addresses) (string, error) {
		did := make([]string, len(all))
		for i, one := range all {
			url, err := a.Add(one.Service, one.URL)
			if err != nil {
				return "", err
			}
			did[i] = one.Service + " at " + url
		}
		return strings.Join(did, ", "), nil
	}
}

// RemoveAddresses removes services.
func RemoveAddresses(names ...string) AddressEdit {
	return func(a *Addresses) (string, error) {
		did := make([]string, len(names))
		for i, name := range names {
			if err := a.Remove(name); err != nil {
				return "", err
			}
			did[i] = "without " + name
		}
		return strings.Join(did, ", "), nil
	}
}

// Bytes gives the text as it stands after the edits.
func (a *Addresses) Bytes() []byte { return slices.Clone(a.data) }

// Names are the services' names, sorted.
func (a *Addresses) Names() []string { return slices.Sorted(maps.Keys(a.all)) }

// ParseAddress reads a service as a flag has it: NAME, or NAME=URL.
func ParseAddress(form string) (name, address string, err error) {
	name, address, given := strings.Cut(form, "=")
	if err := naming.CheckService(name); err != nil {
		return "", "", err
	}
	name = naming.New(name).Kebab()
	if !given {
		return name, "", nil
	}
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", "", fmt.Errorf("%q is no address of a REST server; write it as in %s=http://127.0.0.1:8000", shorten(address), name)
	}
	return name, address, nil
}

// Add adds a service, and gives its address. Without one it is on this machine,
// where services listen, at the next port that is none of another's.
func (a *Addresses) Add(name, address string) (string, error) {
	if at, known := a.all[name]; known {
		return "", fmt.Errorf("%s: %s is there already, at %s; to change the address, edit the file", a.name, name, at)
	}
	if address == "" {
		address = a.next()
	}
	want := maps.Clone(a.all)
	want[name] = address
	return address, a.edit(want, "add "+name, func(d *document, key string) error { return d.addEntry(key, name, flowText(address)) })
}

// Remove removes a service.
func (a *Addresses) Remove(name string) error {
	if _, known := a.all[name]; !known {
		name = naming.New(name).Kebab()
	}
	if _, known := a.all[name]; !known {
		return (&File{name: a.name}).missing("service", name, a.Names())
	}
	want := maps.Clone(a.all)
	delete(want, name)
	return a.edit(want, "remove "+name, func(d *document, key string) error { return d.removeEntry(key, name) })
}

// next gives an address on this machine that no service has.
func (a *Addresses) next() string {
	taken := map[string]bool{}
	for _, address := range a.all {
		if u, err := url.Parse(address); err == nil && (u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost") {
			taken[u.Port()] = true
		}
	}
	port := 8000
	for taken[strconv.Itoa(port)] {
		port++
	}
	return "http://127.0.0.1:" + strconv.Itoa(port)
}

// edit runs change on the text and takes the result if it says what is wanted.
func (a *Addresses) edit(want map[string]string, what string, change func(d *document, key string) error) error {
	d, err := newDocument(a.data)
	if err == nil {
		err = change(d, servicesKey(d.root))
	}
	if err == nil {
		var got map[string]string
		if got, err = addressesIn(d.data); err == nil && !maps.Equal(got, want) {
			err = errLayout
		}
	}
	if err != nil {
		return fmt.Errorf("%s: cannot %s in a file that is written like this; please do it by hand", a.name, what)
	}
	a.data, a.all = d.data, want
	return nil
}

// addressesIn gives what a text says of services.
func addressesIn(data []byte) (map[string]string, error) {
	var config map[string]yaml.Node
	if err := yaml.Unmarshal(data, &config); err != nil {
		return nil, err
	}
	all := map[string]string{}
	for key, services := range config {
		if !strings.EqualFold(key, "services") || services.Tag == "!!null" {
			continue
		}
		if err := services.Decode(&all); err != nil {
			return nil, fmt.Errorf("services: give a name and an address each, as in identity: http://127.0.0.1:8000: %w", err)
		}
	}
	return all, nil
}

// servicesKey is the key of the services, which the console reads in either case.
func servicesKey(root *yaml.Node) string {
	for i := 0; i+1 < len(root.Content) && root.Kind == yaml.MappingNode; i += 2 {
		if strings.EqualFold(root.Content[i].Value, "services") {
			return root.Content[i].Value
		}
	}
	return "services"
}

// addEntry adds an entry at the end of the mapping of a key at the top level.
func (d *document) addEntry(key, name, value string) error {
	_, mapping := d.find(key)
	switch {
	case mapping == nil, mapping.Tag == "!!null" && mapping.Value == "":
		return d.addTop(key, "\n  "+name+": "+value)
	case mapping.Kind != yaml.MappingNode:
		return errLayout
	case len(mapping.Content) > 0 && mapping.Style&yaml.FlowStyle != 0: // "services: {a: b}"
		return d.setKey(key, name, value)
	case len(mapping.Content) == 0: // "services: {}"
		start := d.offset(mapping)
		end, err := d.end(mapping)
		if err != nil {
			return err
		}
		for start > 0 && d.data[start-1] == ' ' {
			start--
		}
		return d.replace(start, end, "\n  "+name+": "+value)
	}
	depth := mapping.Column - 1
	last := mapping.Content[len(mapping.Content)-2]
	return d.insertLines(d.blockEnd(d.lineStart(d.offset(last)), depth+1), strings.Repeat(" ", depth)+name+": "+value+"\n")
}

// removeEntry removes an entry of the mapping of a key at the top level, and the
// comment right above it. One above the first stays, since it may be about all.
func (d *document) removeEntry(key, name string) error {
	top, mapping := d.find(key)
	if mapping == nil || mapping.Kind != yaml.MappingNode {
		return errLayout
	}
	i := slices.IndexFunc(mapping.Content, func(n *yaml.Node) bool { return n.Value == name })
	if i < 0 || i%2 != 0 {
		return errLayout
	}
	if mapping.Style&yaml.FlowStyle != 0 {
		return d.removeFlowEntry(mapping, i)
	}
	start := d.lineStart(d.offset(mapping.Content[i]))
	end := d.blockEnd(start, mapping.Column)
	for before := d.lineBefore(start); i > 0 && strings.HasPrefix(strings.TrimLeft(d.lineAt(before), " "), "#"); before = d.lineBefore(start) {
		start = before
	}
	if len(mapping.Content) > 2 {
		return d.replace(start, end, "")
	}
	at := d.offset(top) + len(top.Value) + 1
	if err := d.replace(start, end, ""); err != nil {
		return err
	}
	return d.replace(at, at, " {}")
}

func (d *document) removeFlowEntry(mapping *yaml.Node, i int) error {
	start := d.offset(mapping.Content[i])
	end, err := d.end(mapping.Content[i+1])
	if err != nil {
		return err
	}
	switch {
	case i > 0:
		if start, err = d.end(mapping.Content[i-1]); err != nil {
			return err
		}
	case len(mapping.Content) > 2:
		end = d.offset(mapping.Content[2])
	}
	return d.replace(start, end, "")
}
