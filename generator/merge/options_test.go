package merge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
)

// conflicting is a merge in which each of the paths is a conflict.
func conflicting(paths ...string) merge.Input {
	in := merge.Input{Records: map[string]merge.Record{}, Ours: map[string]merge.File{}, Theirs: render.Tree{}}
	for _, p := range paths {
		in.Records[p] = merge.Record{Owner: render.Managed, Mode: 0o644, Hash: merge.Hash([]byte("base\n")), Base: []byte("base\n")}
		in.Ours[p] = merge.File{Body: []byte("ours\n"), Mode: 0o644}
		in.Theirs[p] = render.File{Body: []byte("theirs\n"), Mode: 0o644, Owner: render.Managed}
	}
	return in
}

// theirs are the paths whose conflicts a glob decides.
func theirs(t *testing.T, in merge.Input, glob string) []string {
	t.Helper()
	in.Options.Theirs = []string{glob}
	taken := []string{}
	for _, c := range run(t, in).Changes {
		if string(c.Body) == "theirs\n" {
			taken = append(taken, c.Path)
		}
	}
	return taken
}

func TestGlobs(t *testing.T) {
	const (
		values  = "deploy/helm/values.yaml"
		redis   = "deploy/helm/charts/redis/values.yaml"
		chart   = "deploy/helm/Chart.yaml"
		root    = "Makefile"
		deep    = "docs/Makefile"
		bracket = "docs/{a}[b]*.md"
	)
	in := conflicting(values, redis, chart, root, deep, bracket)
	for glob, want := range map[string][]string{
		"deploy/**/values.yaml":               {redis, values},
		"**/values.yaml":                      {redis, values},
		"deploy/helm/values.yaml":             {values},
		"./deploy/helm/values.yaml":           {values},
		"deploy/*/values.yaml":                {values},
		"deploy/helm/*.yaml":                  {chart, values},
		"deploy/helm/{Chart,values}.yaml":     {chart, values},
		"deploy/helm/[!C]*.yaml":              {values},
		"deploy/**":                           {chart, redis, values},
		"deploy":                              {chart, redis, values},
		"deploy/helm/":                        {chart, redis, values},
		"values.yaml":                         {redis, values},
		"Makefile":                            {root, deep},
		"./Makefile":                          {root},
		"/Makefile":                           {root},
		merge.QuoteGlob(root):                 {root},
		merge.QuoteGlob(bracket):              {bracket},
		"**":                                  {root, chart, redis, values, deep, bracket},
		"deploy/helm/charts/*/values.{yaml,}": {redis},
	} {
		assert.ElementsMatch(t, want, theirs(t, in, glob), glob)
	}
}

// What means nothing is refused, before anything is decided.
func TestGlobsThatMeanNothing(t *testing.T) {
	const file = "deploy/helm/values.yaml"
	for glob, want := range map[string]string{
		"deploy/*/Values.yaml": "no file that this means",
		"helm/values.yaml":     "no file that this means",
		"deploy/*.yaml":        "no file that this means",
		"../demo/**":           "no file that this means",
		"":                     "no file that this means",
		"[":                    "no glob of paths",
		"{a,b":                 "no glob of paths",
		`a\`:                   "no glob of paths",
	} {
		for _, flag := range []string{"--ours", "--theirs", "--restore"} {
			in := conflicting(file)
			switch flag {
			case "--ours":
				in.Options.Ours = []string{file, glob}
			case "--theirs":
				in.Options.Theirs = []string{glob}
			case "--restore":
				in.Options.Restore = []string{glob}
			}
			_, err := merge.Run(t.Context(), in)
			var wrong *merge.OptionError
			require.ErrorAs(t, err, &wrong, "%s %s", flag, glob)
			assert.Equal(t, []string{flag, glob}, []string{wrong.Flag, wrong.Glob})
			assert.ErrorContains(t, err, want, "%s %s", flag, glob)
		}
	}
}

func TestRestore(t *testing.T) {
	for _, owner := range []render.Owner{render.Managed, render.Once, render.Generated} {
		in := conflicting("a.txt", "b.txt")
		in.Theirs["a.txt"] = render.File{Body: []byte("theirs\n"), Mode: 0o644, Owner: owner}
		record := in.Records["a.txt"]
		record.Owner = owner
		in.Records["a.txt"] = record
		in.Options.Restore = []string{"a.txt"}
		_, err := merge.Run(t.Context(), in)
		require.ErrorContains(t, err, "--restore a.txt: the file is there", owner)

		delete(in.Ours, "a.txt")
		changes := run(t, in).Changes
		assert.Equal(t, merge.Create, changes[0].Action, owner)
		assert.Equal(t, "theirs\n", string(changes[0].Body), owner)
	}
}

// Of a file that was deleted, and that no template has any more, nothing comes back.
func TestRestoreWhatNoTemplateHas(t *testing.T) {
	in := conflicting("a.txt", "b.txt")
	delete(in.Ours, "a.txt")
	delete(in.Theirs, "a.txt")
	in.Options.Restore = []string{"a.txt"}
	_, err := merge.Run(t.Context(), in)
	assert.ErrorContains(t, err, "--restore a.txt: the templates no longer include this file")
}

// A file that people moved goes by the name that it has now.
func TestGlobsOfMovedFiles(t *testing.T) {
	in := conflicting("a.txt")
	record := in.Records["a.txt"]
	record.At = "docs/b.txt"
	in.Records["a.txt"] = record
	in.Ours["docs/b.txt"] = in.Ours["a.txt"]
	delete(in.Ours, "a.txt")
	assert.Equal(t, []string{"docs/b.txt"}, theirs(t, in, "docs/*"))
}

func TestSplitGlobs(t *testing.T) {
	for list, want := range map[string][]string{
		"a":             {"a"},
		"a,b/**":        {"a", "b/**"},
		"{a,b}.md,c":    {"{a,b}.md", "c"},
		"x/{a,{b,c}}/y": {"x/{a,{b,c}}/y"},
	} {
		got, err := merge.SplitGlobs(list)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	for _, list := range []string{"", "a,", ",a", " "} {
		_, err := merge.SplitGlobs(list)
		assert.ErrorContains(t, err, "empty glob", list)
	}
}
