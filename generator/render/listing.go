package render

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// spacegenItself is where a template comes from that no overlay has.
const spacegenItself = "spacegen"

// A Listed file is one of the template sets, or of an overlay, and why it is as it is.
type Listed struct {
	Path    string          `json:"path"`
	From    string          `json:"from"`              // spacegen, or the overlay whose file counts
	Notes   []string        `json:"notes,omitempty"`   // what else there is to say of it
	Entries []ListedEntry   `json:"entries,omitempty"` // of overlays, that emit it
	Blocks  []ListedPartial `json:"blocks,omitempty"`  // that overlays fill
	Defines []string        `json:"defines,omitempty"` // of a partial: the templates that it defines
	Behind  bool            `json:"behind,omitempty"`  // spacegen has changed what it overrides
	NoBase  bool            `json:"no_base,omitempty"` // nobody knows whether it has
}

// A ListedEntry is an entry of a table that an overlay adds, or lays over one of spacegen's.
type ListedEntry struct {
	At   string `json:"at"`   // NAME:SET/files.yaml:LINE
	Path string `json:"path"` // that it emits
	Over bool   `json:"over"` // laid over one of spacegen's
}

// A ListedPartial is a block that an overlay fills.
type ListedPartial struct {
	Block string `json:"block"`
	By    string `json:"by"` // NAME:SET/partials/FILE
}

// String says all that there is to say of the file.
func (l Listed) String() string {
	var said []string
	for _, e := range l.Entries {
		how := "adds an entry for it"
		if e.Over {
			how = "is laid over spacegen's entry for it"
		}
		said = append(said, fmt.Sprintf("%s %s, %s", e.At, how, e.Path))
	}
	for _, b := range l.Blocks {
		said = append(said, fmt.Sprintf("%s fills the block %s", b.By, b.Block))
	}
	return strings.Join(append(slices.Clone(l.Notes), said...), "; ")
}

// Files lists the files of all sets and overlays, by their paths.
func (t *Templates) Files() ([]Listed, error) {
	files, err := contents(t.all)
	if err != nil {
		return nil, err
	}
	under, err := contents(t.base)
	if err != nil {
		return nil, err
	}
	all := map[string]*Listed{}
	for at := range files {
		if strings.HasPrefix(at, BaseFolder+"/") {
			continue
		}
		all[at] = &Listed{Path: at, From: spacegenItself}
	}
	for _, o := range t.over {
		t.listOwn(o, under, all)
	}
	fills, err := t.fills(under, all)
	if err != nil {
		return nil, err
	}
	for at, text := range files {
		set, file, _ := strings.Cut(at, "/")
		if path.Ext(at) == ".tmpl" && set != StarterFolder && set != BaseFolder && set != partialFolder && !strings.HasPrefix(file, partialFolder+"/") {
			for _, block := range blocksOf(text) {
				if by, filled := fills[path.Join(set, block)]; filled {
					all[at].Blocks = append(all[at].Blocks, ListedPartial{block, by})
				}
			}
		}
	}
	if err := t.listEntries(under, all); err != nil {
		return nil, err
	}
	var list []Listed
	for _, at := range slices.Sorted(maps.Keys(all)) {
		list = append(list, *all[at])
	}
	return list, nil
}

// listOwn lists the files of an overlay.
func (t *Templates) listOwn(o Overlay, under map[string][]byte, all map[string]*Listed) {
	for at := range o.Files {
		_, file, deep := strings.Cut(at, "/")
		_, there := under[at]
		switch {
		case !deep, strings.HasPrefix(at, BaseFolder+"/"), strings.HasPrefix(at, partialFolder+"/"), strings.HasPrefix(file, partialFolder+"/"), file == table && there:
			continue
		case there:
			all[at].From = o.Name
			all[at].Notes = []string{o.Name + " overrides it"}
		default:
			all[at].From = o.Name
			all[at].Notes = []string{o.Name + " brings it"}
		}
	}
	for _, over := range t.overrides {
		l := all[over.Path]
		if l == nil || over.Overlay != o.Name {
			continue
		}
		l.Behind, l.NoBase = over.Behind, over.NoBase
		switch {
		case over.Behind:
			l.Notes = append(l.Notes, "spacegen has changed it since: 'spacegen templates update' merges")
		case over.NoBase:
			l.Notes = append(l.Notes, "it has no base: 'spacegen templates override --base-only "+over.Path+"' writes one")
		}
	}
}

// fills lists the partials, and gives which file fills a block: SET/BLOCK → file. Of two
// the later one counts.
func (t *Templates) fills(under map[string][]byte, all map[string]*Listed) (map[string]string, error) {
	every := map[string]bool{}
	for at := range under {
		set, _, _ := strings.Cut(at, "/")
		every[set] = true
	}
	by := map[string]string{}
	for _, o := range t.over {
		for _, at := range o.partials() {
			sets := []string{partialsOf(at)}
			if sets[0] == "" {
				sets = slices.Collect(maps.Keys(every))
			}
			parsed, err := parse(o.origin(at), string(o.Files[at]))
			if err != nil {
				return nil, err
			}
			l := &Listed{Path: at, From: o.Name, Defines: defined(parsed.Template)}
			l.Notes = []string{"defines " + strings.Join(l.Defines, ", ")}
			for _, name := range l.Defines {
				for _, set := range sets {
					by[path.Join(set, name)] = o.origin(at)
				}
			}
			if other, twice := all[at]; twice { // of another overlay, or a template that is there beside it
				l.Notes = slices.Concat(other.Notes, []string{o.Name + " " + l.Notes[0]})
				l.Defines = slices.Concat(other.Defines, l.Defines)
			}
			all[at] = l
		}
	}
	return by, nil
}

// listEntries says which entries overlays have for files.
func (t *Templates) listEntries(under map[string][]byte, all map[string]*Listed) error {
	for at := range under {
		set, file, _ := strings.Cut(at, "/")
		if file != table {
			continue
		}
		doc, err := t.table(set)
		if err != nil {
			return err
		}
		for i := range doc.Files {
			if e := &doc.Files[i]; e.brought != "" {
				t.listEntry(set, e, all)
			}
		}
		for _, o := range t.over {
			if _, ok := o.Files[at]; ok {
				all[at].Notes = append(all[at].Notes, o.Name+" lays entries over it")
			}
		}
	}
	return nil
}

func (t *Templates) listEntry(set string, e *entry, all map[string]*Listed) {
	said := ListedEntry{At: e.at, Path: e.Path, Over: e.brought == laidOver}
	for _, at := range slices.Sorted(maps.Keys(all)) {
		file, of := strings.CutPrefix(at, set+"/")
		if of && (e.Template == file || e.Copy != "" && (e.Copy == file || strings.HasPrefix(file, e.Copy+"/"))) {
			all[at].Entries = append(all[at].Entries, said)
		}
	}
}

// Blocks are the blocks that the templates have in the end.
func (t *Templates) Blocks() ([]Block, error) { return Blocks(t.all) }

// Said is what an overlay says in its manifest: what it does beyond templates.
func (t *Templates) Said(name string) []string {
	var lines []string
	say := func(what string, of []string) {
		if len(of) > 0 {
			lines = append(lines, what+": "+strings.Join(of, ", "))
		}
	}
	for _, o := range t.over {
		if m := o.Manifest; o.Name == name {
			if m.Header != "" {
				say("header of Go files", []string{strings.TrimSpace(m.Header)})
			}
			say("defaults", m.Defaults.Said())
			say("asks for the values", slices.Sorted(maps.Keys(m.Values)))
			say("requires the modules", slices.Sorted(maps.Keys(m.Modules)))
		}
	}
	return lines
}
