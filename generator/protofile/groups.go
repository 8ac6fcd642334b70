package protofile

import (
	"cmp"
	"context"
	"path"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// A Group is files of one package that can live in one program.
type Group struct {
	Package string
	Files   []string // with services
	Protos  Sources  // and what they import
	Whole   bool     // all files of the package in this folder
}

// IsVersion reports whether a word of a package is a version: v1, v1beta2.
func IsVersion(word string) bool { return version.MatchString(word) }

// Groups parts sources into services; imports are what they import beside each
// other. Files of one package that define the same name twice, which no program can
// hold, become one group each.
func Groups(ctx context.Context, sources, imports Sources) ([]Group, error) {
	type home struct{ pkg, folder string }
	files := map[home][]string{}
	for _, at := range sources.Paths() {
		if !strings.Contains(string(sources[at]), "service") {
			continue
		}
		pkg, err := packageOf(at, sources[at])
		if err != nil {
			return nil, err
		}
		if pkg == "" || linked(pkg) || strings.Contains("."+pkg+".", ".core.") {
			continue
		}
		files[home{pkg, path.Dir(at)}] = append(files[home{pkg, path.Dir(at)}], at)
	}
	var homes []home
	for h := range files {
		homes = append(homes, h)
	}
	slices.SortFunc(homes, func(a, b home) int {
		// A package's own folder comes before others.
		if a.pkg == b.pkg {
			return strings.Compare(foreign(a.pkg, a.folder)+a.folder, foreign(b.pkg, b.folder)+b.folder)
		}
		return strings.Compare(a.pkg, b.pkg)
	})
	all := sources.Over(imports)
	parted, errs := make([][]Group, len(homes)), make([]error, len(homes))
	var parting errgroup.Group
	parting.SetLimit(runtime.GOMAXPROCS(0))
	for i, h := range homes {
		parting.Go(func() error {
			parted[i], errs[i] = part(ctx, all, h.pkg, files[h])
			return errs[i]
		})
	}
	if parting.Wait() != nil {
		return nil, cmp.Or(errs...) // the same one each time
	}
	return slices.Concat(parted...), nil
}

// part gives the groups of one package's files in a folder: one, unless only each
// file by itself compiles.
func part(ctx context.Context, all Sources, pkg string, files []string) ([]Group, error) {
	whole, err := group(ctx, all, pkg, files)
	if err == nil {
		whole.Whole = true
		return appendServing(nil, whole), nil
	}
	var groups []Group
	for _, at := range files {
		g, alone := group(ctx, all, pkg, []string{at})
		if alone != nil {
			return nil, err // it tells of all files
		}
		groups = appendServing(groups, g)
	}
	return groups, nil
}

func foreign(pkg, folder string) string {
	if strings.ReplaceAll(pkg, ".", "/") == folder {
		return "0"
	}
	return "1"
}

func appendServing(groups []Group, g Group) []Group {
	if len(g.Files) == 0 {
		return groups
	}
	return append(groups, g)
}

func group(ctx context.Context, all Sources, pkg string, paths []string) (Group, error) {
	files, err := link(ctx, all, paths)
	if err != nil {
		return Group{}, err
	}
	g := Group{Package: pkg, Protos: closure(files, all)}
	for _, file := range files {
		if file.Services().Len() > 0 {
			g.Files = append(g.Files, file.Path())
		}
	}
	return g, nil
}
