package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// joining is 'add service' at a platform: it makes the repository beside that of
// the platform, unless it is there, and has it join. Its flags are those of new.
type joining struct {
	make  newOptions
	flags *pflag.FlagSet
}

func (j *joining) register(flags *pflag.FlagSet) {
	j.flags = flags
	j.make.spec.Register(flags)
	j.make.registerStarters()
}

// run gives the edit that takes repositories into the platform that dir lies in,
// after making those that are not there. In any other repository it gives nil.
func (j *joining) run(ctx context.Context, std stdio, c *changeFlags, args []string) (func(*spec.File, string, string) error, error) {
	root, platform, err := repository.ReadSpec(c.dir)
	if err != nil {
		return nil, err
	}
	given := len(j.make.spec.Given()) > 0 || j.make.start != startFlags{}
	if platform.Kind != spec.KindPlatform {
		if given {
			return nil, usageError{fmt.Errorf("%s is a %s: only at a platform a whole repository is made, and has flags that say how", platform.Name, platform.Kind)}
		}
		return nil, nil //nolint:nilnil // nothing is joined
	}
	if j.make.spec.Kind() == spec.KindPlatform {
		return nil, usageError{errors.New("a platform cannot be a member of another")}
	}
	folders := map[string]string{}
	for _, arg := range args {
		if err := naming.CheckService(arg); err != nil {
			return nil, usageError{err}
		}
		name := naming.New(arg).Kebab()
		folder, err := place(root, platform.Platform.Member(name), name)
		if err != nil {
			return nil, err
		}
		if _, twice := folders[name]; twice {
			return nil, usageError{fmt.Errorf("%s is named twice", name)}
		}
		folders[name] = folder
	}
	join := func(f *spec.File, _, arg string) error {
		name := naming.New(arg).Kebab()
		if platform.Platform.Member(name) != nil {
			return nil // and now its repository is there
		}
		member, err := generator.MemberAt(root, folders[name])
		if errors.Is(err, fs.ErrNotExist) { // not as yet, or not in a dry run
			member, err = spec.Member{Name: name, Kind: j.make.spec.Kind()}, nil
		}
		if err != nil {
			return err
		}
		if member.Name != name {
			return fmt.Errorf("%s is there already, and its %s calls it %s, not %s; correct the one that is wrong", folders[name], spec.FileName, member.Name, name)
		}
		return f.AddMember(member)
	}
	if err := j.try(ctx, c, join, args); err != nil {
		return nil, err
	}
	for _, arg := range args {
		if err := j.one(ctx, std, c, platform, folders[naming.New(arg).Kebab()], arg, given); err != nil {
			return nil, err
		}
	}
	return join, nil
}

// try finds out whether the platform takes the members, before they are made.
func (j *joining) try(ctx context.Context, c *changeFlags, join func(*spec.File, string, string) error, args []string) error {
	g, err := newGenerator(c.sets, c.dir)
	if err != nil {
		return err
	}
	_, err = g.Change(ctx, c.dir, func(f *spec.File) error {
		for _, arg := range args {
			if err := join(f, "", arg); err != nil {
				return err
			}
		}
		return nil
	}, generator.Changes{DryRun: true})
	return err
}

// place is where the repository of a member lies, or is made: beside that of the
// platform, or where the platform has it for.
func place(root string, member *spec.Member, name string) (string, error) {
	if member == nil {
		return filepath.Join(filepath.Dir(root), name), nil
	}
	dir := filepath.Join(root, filepath.FromSlash(member.Path))
	if _, err := os.Stat(dir); err == nil || member.Path == "" {
		return "", fmt.Errorf("%s is a member already", name)
	}
	return dir, nil
}

// one makes the repository of a member at dir, unless it is there.
func (j *joining) one(ctx context.Context, std stdio, c *changeFlags, platform *spec.Spec, dir, name string, given bool) error {
	if _, err := os.Stat(filepath.Join(dir, spec.FileName)); err == nil {
		if given {
			return usageError{fmt.Errorf("%s is there already, and joins as it is; leave out what says how to make it", dir)}
		}
		return nil
	}
	for flag, value := range map[string]string{
		"module": path.Join(path.Dir(platform.Module), naming.New(name).Kebab()), "registry": platform.Image.Registry, "ci": string(platform.CI),
	} {
		if j.own(flag) {
			continue
		}
		if err := j.flags.Set(flag, value); err != nil {
			return err
		}
		j.flags.Lookup(flag).Changed = true
		j.flags.Lookup(flag).Annotations = map[string][]string{implied: nil}
	}
	o := j.make
	o.dir, o.yes, o.dryRun, o.sets, o.steps = dir, true, c.changes.DryRun, c.sets, c.steps
	out := std
	if c.json {
		out.out = std.err
	}
	return o.run(ctx, out, name)
}

// implied marks flags that were not given, but follow from the platform.
const implied = "implied"

// own reports whether a flag was given by the caller.
func (j *joining) own(flag string) bool {
	_, follows := j.flags.Lookup(flag).Annotations[implied]
	return j.flags.Changed(flag) && !follows
}
