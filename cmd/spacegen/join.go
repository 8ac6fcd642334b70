package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/platform"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// joining is 'add service' at a platform: it makes the repository beside that of
// the platform, unless it is there, and has it join.
type joining struct {
	spec  spec.Flags
	start startFlags
}

func (j *joining) register(flags *pflag.FlagSet) {
	j.spec.Register(flags)
	j.start.register(&j.spec)
}

// given reports whether flags say how a repository is made.
func (j *joining) given() bool { return len(j.spec.Given()) > 0 || j.start != startFlags{} }

// run takes repositories into the platform that the folder lies in, after making those
// that are not there.
func (j *joining) run(ctx context.Context, std stdio, c *changeFlags, args []string) error {
	root, top, err := repository.ReadSpec(c.dir)
	if err != nil {
		return err
	}
	if j.spec.Kind() == spec.KindPlatform {
		return usageError{errors.New("a platform cannot be a member of another")}
	}
	folders, err := j.folders(root, top, args)
	if err != nil {
		return err
	}
	// The platform takes them, or nothing is made.
	if err := j.try(ctx, std, c, root, folders, args); err != nil {
		return err
	}
	for _, arg := range args {
		if err := j.make(ctx, std, c, root, top, folders[naming.New(arg).Kebab()], arg); err != nil {
			return err
		}
	}
	edit, err := j.members(root, folders, args)
	if err != nil {
		return err
	}
	return c.run(ctx, std, change.Request{Edit: edit, Parts: true})
}

// folders says where the repositories of members lie, or are made, by their names.
func (j *joining) folders(root string, top *spec.Spec, args []string) (map[string]string, error) {
	folders := map[string]string{}
	for _, arg := range args {
		if err := naming.CheckService(arg); err != nil {
			return nil, usageError{err}
		}
		name := naming.New(arg).Kebab()
		folder, err := memberFolder(root, top.Platform.Member(name), name)
		if err != nil {
			return nil, err
		}
		if _, twice := folders[name]; twice {
			return nil, usageError{fmt.Errorf("%s is named twice", name)}
		}
		folders[name] = folder
	}
	return folders, nil
}

// members gives the edit that takes members in, as their repositories say what they are.
func (j *joining) members(root string, folders map[string]string, args []string) (spec.Edit, error) {
	var edits []spec.Edit
	for _, arg := range args {
		name := naming.New(arg).Kebab()
		member, err := platform.MemberAt(root, folders[name])
		if errors.Is(err, fs.ErrNotExist) { // not as yet, or not in a dry run
			member, err = spec.Member{Name: name, Kind: j.spec.Kind()}, nil
		}
		if err != nil {
			return nil, err
		}
		if member.Name != name {
			return nil, fmt.Errorf("%s is there already, and its %s calls it %s, not %s; correct the one that is wrong", folders[name], spec.FileName, member.Name, name)
		}
		edits = append(edits, spec.AddMember(member))
	}
	return spec.All(edits...), nil
}

// try finds out whether the platform takes the members, before they are made.
func (j *joining) try(ctx context.Context, std stdio, c *changeFlags, root string, folders map[string]string, args []string) error {
	edit, err := j.members(root, folders, args)
	if err != nil {
		return err
	}
	g, err := newGenerator(ctx, std, c.dir)
	if err != nil {
		return err
	}
	_, err = g.EditSpec(ctx, c.dir, edit, change.Options{DryRun: true})
	return err
}

// memberFolder is where the repository of a member lies, or is made: beside that of the
// platform, or where the platform has it for.
func memberFolder(root string, member *spec.Member, name string) (string, error) {
	if member == nil {
		return filepath.Join(filepath.Dir(root), name), nil
	}
	dir := filepath.Join(root, filepath.FromSlash(member.Path))
	if _, err := os.Stat(dir); err == nil || member.Path == "" {
		return "", fmt.Errorf("%s is a member already", name)
	}
	return dir, nil
}

// make makes the repository of a member at dir, unless it is there.
func (j *joining) make(ctx context.Context, std stdio, c *changeFlags, root string, top *spec.Spec, dir, name string) error {
	if _, err := os.Stat(filepath.Join(dir, spec.FileName)); err == nil {
		if j.given() {
			return usageError{fmt.Errorf("%s is there already, and joins as it is; leave out what says how to make it", dir)}
		}
		return nil
	}
	shared, err := sharedBy(ctx, root, dir)
	if err != nil {
		return err
	}
	laid, err := generator.Beside(root, top.Templates)
	if err != nil {
		return err
	}
	o := newOptions{spec: j.spec, start: j.start, joins: true, runFlags: runFlags{dir: dir, yes: true, dryRun: c.changes.DryRun, beside: laid, steps: c.steps}}
	o.spec.Within(top, shared)
	out := std
	if c.json {
		out.out = std.err
	}
	return o.run(ctx, out, name)
}
