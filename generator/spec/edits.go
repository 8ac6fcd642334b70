package spec

import (
	"fmt"
	"slices"
)

// An Edit is a change of a Spec's text that somebody asks for. It is made here, by the
// functions below, and says what is wrong in words about the Spec; how it was asked for
// it does not know.
type Edit func(*File) error

// All makes one edit of several, in their order.
func All(edits ...Edit) Edit {
	return func(f *File) error {
		for _, edit := range edits {
			if edit == nil {
				continue
			}
			if err := edit(f); err != nil {
				return err
			}
		}
		return nil
	}
}

// AddResource adds a resource.
func AddResource(r Resource) Edit { return func(f *File) error { return f.AddResource(r) } }

// RemoveResource removes the resource of a name.
func RemoveResource(name string) Edit { return func(f *File) error { return f.RemoveResource(name) } }

// AddField adds a field to the resource of a name.
func AddField(resource string, field Field) Edit {
	return func(f *File) error { return f.AddField(resource, field) }
}

// RemoveField removes the field of a name from a resource.
func RemoveField(resource, name string) Edit {
	return func(f *File) error { return f.RemoveField(resource, name) }
}

// RenameField gives a field of a resource another name; alias has queries know the old one
// as well.
func RenameField(resource, from, to string, alias bool) Edit {
	return func(f *File) error { return f.RenameField(resource, from, to, alias) }
}

// RenameResource gives a resource another name; alias has clients of gRPC know the old one
// as well.
func RenameResource(from, to string, alias bool) Edit {
	return func(f *File) error { return f.RenameResource(from, to, alias) }
}

// AddScheduler adds a scheduler.
func AddScheduler(s Scheduler) Edit { return func(f *File) error { return f.AddScheduler(s) } }

// RemoveScheduler removes the scheduler of a name.
func RemoveScheduler(name string) Edit { return func(f *File) error { return f.RemoveScheduler(name) } }

// AddServer adds a server.
func AddServer(server Server) Edit { return func(f *File) error { return f.AddServer(server) } }

// RemoveServer removes a server.
func RemoveServer(server Server) Edit { return func(f *File) error { return f.RemoveServer(server) } }

// AddComponent adds a part that belongs to no resource to the list at a key.
func AddComponent(key string, c Component) Edit {
	return func(f *File) error { return f.AddComponent(key, c) }
}

// RemoveComponent removes the part of a name from the list at a key.
func RemoveComponent(key, name string) Edit {
	return func(f *File) error { return f.RemoveComponent(key, name) }
}

// AddMember adds a member to a platform that has none of its name.
func AddMember(m Member) Edit {
	return func(f *File) error {
		if f.Spec().Platform.Member(m.Key()) != nil {
			return nil
		}
		return f.AddMember(m)
	}
}

// RemoveService removes what 'add service' adds: a service, or a platform's member.
func RemoveService(name string) Edit {
	return func(f *File) error {
		if f.Spec().Kind == KindPlatform {
			return f.RemoveMember(name)
		}
		return f.RemoveComponent("services", name)
	}
}

// RemovePlugin removes the connector of a name that calls plugins.
func RemovePlugin(name string) Edit {
	return func(f *File) error {
		want := Component{Name: name}.Naming("connector")
		if !slices.ContainsFunc(f.Spec().Connectors, func(c Component) bool {
			return c.Kind == PluginConnector && c.Naming("connector") == want
		}) {
			return fmt.Errorf("no connector to plugins is called %s; 'spacegen list' shows what there is", name)
		}
		return f.RemoveComponent("connectors", name)
	}
}

// SetCache sets the cache.
func SetCache(cache Cache) Edit { return func(f *File) error { return f.Set("cache", string(cache)) } }

// RemoveCache sets no cache, where there is the one that is named.
func RemoveCache(cache Cache) Edit {
	return func(f *File) error {
		if now := f.Spec().Cache; now != cache {
			return fmt.Errorf("the cache is %s, not %s", now, cache)
		}
		return f.Set("cache", string(NoCache))
	}
}

// NeedLayers refuses parts of the layers, which are called so, where there are none.
func NeedLayers(part string) Edit {
	return func(f *File) error {
		s := f.Spec()
		if s.Kind.Layered() {
			return nil
		}
		if s.Kind == KindFramework {
			return fmt.Errorf("%s is a framework, and a framework has no %ss: what it has are Go packages, which you write by hand", s.Name, part)
		}
		return fmt.Errorf("%s is a %s, and a %s has no %ss: what it has are services, as 'spacegen add service --help' says", s.Name, s.Kind, s.Kind, part)
	}
}

// NeedWorker refuses a part that a worker runs where there is none.
func NeedWorker(part string) Edit {
	return func(f *File) error {
		if f.Spec().Has(WorkerServer) {
			return nil
		}
		return fmt.Errorf("a %s needs the server that runs it: run 'spacegen add server worker' first", part)
	}
}

// A SettingError is a setting that there is not, or that cannot have the value.
type SettingError struct{ err error }

func (e *SettingError) Error() string { return e.err.Error() }

// Unwrap gives what is wrong.
func (e *SettingError) Unwrap() error { return e.err }

// Setting gives a single value a new text. The error is a *SettingError.
func Setting(key, value string) Edit {
	return func(f *File) error {
		if err := f.Set(key, value); err != nil {
			return &SettingError{err}
		}
		return nil
	}
}
