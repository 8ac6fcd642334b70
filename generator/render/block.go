package render

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	syntax "text/template/parse"
)

// A Block is a named part of templates that an overlay may fill otherwise.
type Block struct {
	Name      string   `json:"name"`
	What      string   `json:"what,omitempty"` // it is for; "" of an overlay's own
	Templates []string `json:"templates"`      // that have it: SET/FILE
	Default   string   `json:"default"`        // what it holds, unless it is filled
}

// purposes says what the blocks of spacegen's own templates are for.
var purposes = map[string]string{
	"app.telemetry":      "Go statements of internal/app that run as soon as there are a logger, metrics and traces: fields of each line of the log, for instance",
	"ci.jobs":            "more jobs of the workflow ci, indented by two spaces",
	"dockerfile.build":   "the image in which the program is built",
	"dockerfile.node":    "the image in which the app of a frontend is built",
	"dockerfile.more":    "more lines of the Dockerfile, before ENTRYPOINT",
	"dockerfile.runtime": "the image in which the program runs",
	"gitignore.more":     "more lines of .gitignore",
	"makefile.targets":   "more targets of the Makefile",
	"readme.more":        "more sections of README.md",
	"release.jobs":       "more jobs of the workflow release, indented by two spaces",
	"workflow.runner":    "what runs-on says, in each job of each workflow",
}

// blockStart is where a template has a block.
var blockStart = regexp.MustCompile(`\[\[-?\s*block\s+"([^"]+)"`)

// Blocks are the blocks of the template sets in fsys, by their names.
func Blocks(fsys fs.FS) ([]Block, error) {
	files, err := contents(fsys)
	if err != nil {
		return nil, err
	}
	found := map[string]*Block{}
	for _, at := range slices.Sorted(maps.Keys(files)) {
		set, file, _ := strings.Cut(at, "/")
		if set == StarterFolder || set == BaseFolder || strings.HasPrefix(file, partialFolder+"/") || path.Ext(at) != ".tmpl" {
			continue
		}
		names := blocksOf(files[at])
		if len(names) == 0 {
			continue
		}
		tree, trees := syntax.New(at), map[string]*syntax.Tree{}
		tree.Mode = syntax.SkipFuncCheck
		if _, err := tree.Parse(string(files[at]), "[[", "]]", trees); err != nil {
			return nil, fmt.Errorf("read the blocks of %s: %w", at, err)
		}
		for _, name := range names {
			block := found[name]
			if block == nil {
				block = &Block{Name: name, What: purposes[name], Default: source(trees[name].Root)}
				found[name] = block
			}
			block.Templates = append(block.Templates, at)
		}
	}
	var all []Block
	for _, name := range slices.Sorted(maps.Keys(found)) {
		all = append(all, *found[name])
	}
	return all, nil
}

// blocksOf names the blocks of a template, each once.
func blocksOf(text []byte) []string {
	var names []string
	for _, match := range blockStart.FindAllSubmatch(text, -1) {
		if name := string(match[1]); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// source is a list of nodes as a template has it.
func source(list *syntax.ListNode) string {
	var out strings.Builder
	for _, node := range list.Nodes {
		if text, ok := node.(*syntax.TextNode); ok {
			out.Write(text.Text)
		} else {
			out.WriteString(strings.NewReplacer("{{", "[[ ", "}}", " ]]").Replace(node.String()))
		}
	}
	return out.String()
}
