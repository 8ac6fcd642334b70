package change

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/schema"
)

// restoreMigrations finds the deleted migrations that should come back, as they were
// committed last: databases have run that text, and of the Spec alone nobody could tell
// in which migration a column came.
func (l *loaded) restoreMigrations(ctx context.Context, o merge.Options) error {
	if len(o.Restore) == 0 {
		return nil
	}
	records, err := l.project.Records()
	if err != nil {
		return err
	}
	rendered := map[string]string{} // where a migration stands → its path as rendered
	for p, record := range records {
		if record.Owner == render.Once && strings.HasPrefix(p, schema.Folder+"/") {
			rendered[cmp.Or(record.At, p)] = p
		}
	}
	for _, glob := range o.Restore {
		named, of := strings.CutPrefix(strings.TrimPrefix(glob, "./"), schema.Folder+"/")
		if parts := strings.Split(named, "/"); of && len(parts) == 2 && strings.HasSuffix(named, ".sql") && !strings.ContainsAny(named, `*?[{\`) {
			at := schema.Folder + "/" + named
			rendered[at] = cmp.Or(rendered[at], at) // an update since has forgotten it
		}
	}
	for _, at := range slices.Sorted(maps.Keys(rendered)) {
		within := strings.TrimPrefix(at, schema.Folder+"/")
		if _, stands := l.migrations[within]; stands || !o.Restores(at) {
			continue
		}
		text, found, err := l.project.LastCommitted(ctx, at)
		if err != nil {
			return fmt.Errorf("restore %s: %w", at, err)
		}
		_, known := records[rendered[at]]
		if found {
			l.migrations[within] = string(text)
		}
		if found || known {
			l.restored = append(l.restored, restored{at, rendered[at], found, text})
		}
	}
	return nil
}

// A restored migration comes back.
type restored struct {
	at, path string // where it stood, and its path as rendered
	found    bool   // git has its text
	text     []byte
}

// bringBack has the restored migrations be among what is rendered. One that git never had
// comes back if it is rendered as it is.
func (l *loaded) bringBack(o merge.Options) error {
	for _, one := range l.restored {
		switch _, still := l.tree[one.path]; {
		case still:
		case one.found:
			l.tree[one.path] = render.File{Owner: render.Once, Mode: 0o644, Body: one.text}
		default:
			return &merge.OptionError{Flag: "--restore", Glob: o.RestoredBy(one.at), Reason: fmt.Sprintf(
				"%s cannot be restored: no commit of this repository holds it, and spacegen does not write a migration again that databases may have run; write it by hand, under the same name", one.at)}
		}
	}
	return nil
}

// asCommitted has the restored migrations say what git has of them.
func (l *loaded) asCommitted(p *merge.Plan) {
	for _, one := range l.restored {
		for i, c := range p.Changes {
			if one.found && c.Path == one.at && c.Action == merge.Create {
				p.Changes[i].Body, p.Changes[i].Note = one.text, "was deleted; it is as it was committed last"
			}
		}
	}
}
