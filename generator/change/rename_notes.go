package change

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/schema"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// renamed is what people should know of a rename.
func (l *loaded) renamed(p *merge.Plan) []string {
	r := l.renaming
	if r == nil {
		return nil
	}
	notes := slices.Clone(r.notes)
	if r.Field == "" {
		return append(notes, l.renamedResource(p)...)
	}
	resource := l.spec.Resource(r.Resource)
	notes = append(notes, fmt.Sprintf("callers of gRPC go on as they are: %s has the number %d, as %s had; callers of REST and JSON send and get %s in place of %s, and have to follow",
		r.To, resource.Field(r.To).Number, r.Field, r.To, r.Field), r.breaks(l.tree))
	if !r.Alias {
		notes = append(notes, fmt.Sprintf("queries that filter or sort by %s are refused from now on; aliases: [%s], at the field in %s, has them go on", r.Field, r.Field, spec.FileName))
	}
	return append(notes, migrates(p)...)
}

// migrates says what a migration that renames does to those who know the old name.
func migrates(p *merge.Plan) (notes []string) {
	for _, c := range p.Changes {
		if c.Action == merge.Create && strings.HasPrefix(c.Path, schema.Folder+"/") {
			notes = append(notes, fmt.Sprintf("once %s is applied, instances of the version before fail on this table, until they are replaced", path.Base(c.Path)))
		}
	}
	return notes
}

// renamedResource is what people should know of a resource that has another name.
func (l *loaded) renamedResource(p *merge.Plan) []string {
	r := l.renaming
	was, is := naming.New(r.Resource), naming.New(r.To)
	grpc := fmt.Sprintf("callers of gRPC have to follow: they call %s.%s, and the service is called %s now; aliases: [%s], at the resource in %s, has the server answer both",
		l.spec.Package, was.Pascal(), is.Pascal(), was.Pascal(), spec.FileName)
	if r.Alias {
		grpc = fmt.Sprintf("callers of gRPC go on as they are: the numbers stay, and the server answers %s.%s as well", l.spec.Package, was.Pascal())
	}
	notes := []string{
		grpc,
		fmt.Sprintf("callers of REST have to follow: %s_id is called %s_id, and the paths have the new name", was.Snake(), is.Snake()),
		r.breaks(l.tree),
		fmt.Sprintf("roles and tokens that name the permission %s:%s.… have to name %s:%s.… instead", l.spec.ServiceName().Kebab(), was.Pascal(), l.spec.ServiceName().Kebab(), is.Pascal()),
		fmt.Sprintf("identifiers that there are stay as they are, %s-…; new ones begin with %s-", was.Kebab(), is.Kebab()),
	}
	for _, other := range l.spec.Resources {
		for _, f := range other.Fields {
			if f.Ref != "" && naming.New(f.Ref).Snake() == is.Snake() && strings.Contains(f.Name, was.Snake()) {
				notes = append(notes, fmt.Sprintf("the field %s of %s refers to %s and keeps its name; 'spacegen rename field %s %s %s' gives it the new one",
					f.Name, other.Name, is.Pascal(), other.Name, f.Name, strings.Replace(f.Name, was.Snake(), is.Snake(), 1)))
			}
		}
	}
	return append(notes, migrates(p)...)
}

// breaks says what the check of the API against that of before makes of the rename, and how
// people let it pass.
func (r *renaming) breaks(tree render.Tree) string {
	var files []string
	for from, to := range r.to {
		if path.Ext(from) == ".proto" && strings.HasPrefix(from, render.ProtoFolder+"/") && !bytes.Equal(r.before[from].Body, tree[to].Body) && (r.Field != "" || from != to) {
			files = append(files, from)
		}
	}
	slices.Sort(files)
	list := strings.Join(files, ", ")
	what, lines := "that JSON has another name", fmt.Sprintf("ignore_only: {FIELD_SAME_NAME: [%s], FIELD_SAME_JSON_NAME: [%s]}", list, list)
	if r.Field == "" {
		what, lines = "that the service of before is gone", fmt.Sprintf("ignore: [%s]", list)
	}
	return fmt.Sprintf("make proto-breaking fails until this is merged, and CI with it: buf sees %s; if that is meant, add to 'breaking' in buf.yaml: %s, and take it out again after the merge", what, lines)
}
