package generator_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/schema"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// parking is a repository, as a rule of an API of one resource, and the databases that
// its migrations are applied to.
type parking struct {
	t       *testing.T
	g       *generator.Generator
	dir     string
	dbs     map[string]*sql.DB
	applied map[string]bool // by database and file
}

const (
	parkingProto = "acme/parking/v1/ticket.proto"
	ticketFields = "  string ticket_id = 1;\n  string plate = 2;\n  string place = 3;\n  string driver = 4;\n  string tags = 7;\n"
)

// ticketProto is the API, with the fields that a ticket has.
func ticketProto(fields string) string {
	return "syntax = \"proto3\";\npackage acme.parking.v1;\nservice Ticket {\n  rpc create (TicketInfo) returns (TicketInfo) {}\n  rpc get (TicketRequest) returns (TicketInfo) {}\n  rpc tow (TicketRequest) returns (TicketInfo) {}\n}\n" +
		"message TicketRequest { string ticket_id = 1; }\nmessage TicketInfo {\n" + fields + "}\n"
}

func newParking(t *testing.T) *parking {
	t.Helper()
	s := spec.New("parking")
	s.Module, s.Package, s.Servers = probe, "acme.parking.v1", []spec.Server{spec.GRPCServer}
	return park(t, s, render.Input{Protos: protofile.Sources{parkingProto: []byte(ticketProto(ticketFields))}})
}

func park(t *testing.T, s *spec.Spec, in render.Input) *parking {
	t.Helper()
	p := &parking{t: t, g: newGenerator(t), dir: filepath.Join(t.TempDir(), "parking"), dbs: map[string]*sql.DB{}, applied: map[string]bool{}}
	_, err := p.g.Create(t.Context(), spec.Defaults(s), in, p.dir)
	require.NoError(t, err)
	p.open("sqlite", filepath.Join(t.TempDir(), "test.db"))
	if url := os.Getenv("TEST_DATABASE_URL"); url != "" {
		p.open("pgx", url)
		schema := fmt.Sprintf("%s_%d", strings.ToLower(t.Name()), os.Getpid())
		p.exec("pgx", "CREATE SCHEMA "+schema)
		p.exec("pgx", "SET search_path TO "+schema)
		t.Cleanup(func() { p.exec("pgx", "DROP SCHEMA "+schema+" CASCADE") })
	}
	return p
}

func (p *parking) open(driver, source string) {
	p.t.Helper()
	db, err := sql.Open(driver, source)
	require.NoError(p.t, err)
	db.SetMaxOpenConns(1)
	p.dbs[driver] = db
	p.t.Cleanup(func() { _ = db.Close() })
}

func (p *parking) exec(driver, statement string) {
	p.t.Helper()
	_, err := p.dbs[driver].Exec(statement) //nolint:noctx // of a cleanup, too
	require.NoError(p.t, err, statement)
}

func (p *parking) write(at, text string) {
	p.t.Helper()
	file := filepath.Join(p.dir, filepath.FromSlash(at))
	require.NoError(p.t, os.MkdirAll(filepath.Dir(file), 0o750))
	require.NoError(p.t, os.WriteFile(file, []byte(text), 0o600))
}

// fields gives tickets other fields, updates, and applies what migrations there
// are: those that came now.
func (p *parking) fields(fields string) (r *change.Report, migrations []string) {
	p.t.Helper()
	p.write("proto/"+parkingProto, ticketProto(fields))
	r, err := p.g.Update(p.t.Context(), p.dir, nil, change.Options{})
	require.NoError(p.t, err)
	assert.Zero(p.t, r.Conflicts)
	migrations = p.migrate()
	again, err := p.g.Update(p.t.Context(), p.dir, nil, change.Options{})
	require.NoError(p.t, err)
	assert.Empty(p.t, again.Changes, "once is enough")
	assert.Empty(p.t, again.Notes)
	return r, migrations
}

// migrate applies the migrations that were not applied yet, by path, and names them.
func (p *parking) migrate() []string {
	p.t.Helper()
	files, err := filepath.Glob(filepath.Join(p.dir, filepath.FromSlash(schema.Folder), "*", "*.sql"))
	require.NoError(p.t, err)
	var fresh []string
	for _, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // a test's own
		require.NoError(p.t, err)
		for driver := range p.dbs {
			if !p.applied[driver+file] {
				p.applied[driver+file] = true
				p.exec(driver, string(text))
			}
		}
		if !p.applied[file] {
			p.applied[file] = true
			fresh = append(fresh, filepath.Base(file))
		}
	}
	return fresh
}

// holds checks that each database holds a value in a column of the ticket.
func (p *parking) holds(table, column, want string) {
	p.t.Helper()
	for driver, db := range p.dbs {
		var got string
		// The number makes it a new statement: PostgreSQL refuses plans of old columns.
		require.NoError(p.t, db.QueryRowContext(p.t.Context(), fmt.Sprintf("SELECT %q FROM %q -- %d", column, table, len(p.applied))).Scan(&got), driver)
		assert.Equal(p.t, want, got, "%s: %s", driver, column)
	}
}

// TestColumnsOutliveTheirFields: fields that go, come back and swap their names
// have migrations that can be applied, and no value gets lost.
func TestColumnsOutliveTheirFields(t *testing.T) {
	t.Parallel()
	p := newParking(t)
	assert.Equal(t, []string{"0001_create.sql"}, p.migrate())
	for driver := range p.dbs {
		p.exec(driver, `INSERT INTO "ticket" ("ticket_id", "plate", "place", "driver", "tags", "created_at", "updated_at") VALUES ('1', 'a plate', 'a place', 'a driver', 'some tags', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')`)
	}
	const kept = "  string ticket_id = 1;\n  string plate = 2;\n  string place = 3;\n  string driver = 4;\n"

	r, migrations := p.fields(kept)
	assert.Empty(t, migrations)
	require.Len(t, r.Notes, 1)
	assert.Contains(t, r.Notes[0], "the column tags of the table ticket stays, with all that is in it, but acme.parking.v1.TicketInfo has no such field any more")
	assert.Contains(t, r.Notes[0], `migrations/ticket/0002_drop_tags.sql, with ALTER TABLE "ticket" DROP COLUMN "tags";`)
	p.holds("ticket", "tags", "some tags")

	// Another type is refused; so is another field's taking the name.
	for fields, want := range map[string]string{
		kept + "  int64 tags = 20;\n":              "acme/parking/v1/ticket.proto:14:3: the field tags of acme.parking.v1.TicketInfo is int, and its table still has a column of that name, of a field that is gone, which was string: take another name, or drop the column first",
		kept + "  int64 tags = 7;\n":               "acme/parking/v1/ticket.proto:14:3: the field tags of acme.parking.v1.TicketInfo is int, and its table still",
		strings.Replace(kept, "driver", "tags", 1): "acme/parking/v1/ticket.proto:13:3: the field tags of acme.parking.v1.TicketInfo is string, and its table still",
	} {
		p.write("proto/"+parkingProto, ticketProto(fields))
		_, err := p.g.Update(t.Context(), p.dir, nil, change.Options{})
		assert.ErrorContains(t, err, want)
	}
	p.write("proto/"+parkingProto, strings.ReplaceAll(ticketProto(kept), "ticket_id", "id"))
	_, err := p.g.Update(t.Context(), p.dir, nil, change.Options{})
	assert.ErrorContains(t, err, "ticket.proto:10:3: TicketInfos were identified by ticket_id, and now are by id: tables cannot follow that; give the field its name back")

	// The same type has its column back, under whatever number.
	r, migrations = p.fields(kept + "  string tags = 20;\n")
	assert.Empty(t, migrations)
	assert.Empty(t, r.Notes)
	p.holds("ticket", "tags", "some tags")

	// Two swap their names, three go round, and what is new takes a name that got free.
	_, migrations = p.fields("  string ticket_id = 1;\n  string place = 2;\n  string plate = 3;\n  string driver = 4;\n  string tags = 20;\n")
	assert.Equal(t, []string{"0002_rename_plate_to_plate_aside.sql", "0003_rename_place_to_plate.sql", "0004_rename_plate_aside_to_place.sql"}, migrations)
	p.holds("ticket", "place", "a plate")
	p.holds("ticket", "plate", "a place")
	_, migrations = p.fields("  string ticket_id = 1;\n  string plate = 2;\n  string driver = 3;\n  string place = 4;\n  string labels = 20;\n  // +unique\n  string tags = 21;\n")
	assert.Equal(t, []string{
		"0005_rename_tags_to_labels.sql", "0006_rename_place_to_place_aside.sql", "0007_rename_driver_to_place.sql",
		"0008_rename_plate_to_driver.sql", "0009_rename_place_aside_to_plate.sql", "0010_add_tags.sql",
	}, migrations)
	p.holds("ticket", "plate", "a plate")
	p.holds("ticket", "driver", "a place")
	p.holds("ticket", "place", "a driver")
	p.holds("ticket", "labels", "some tags")
	p.holds("ticket", "tags", "")

	// Indexes follow where names are swapped.
	const swapped = "  string ticket_id = 1;\n  string plate = 2;\n  string driver = 3;\n  string place = 4;\n  string tags = 20;\n"
	_, migrations = p.fields(swapped + "  // +unique\n  string labels = 21;\n")
	assert.Equal(t, []string{"0011_rename_labels_to_labels_aside.sql", "0012_rename_tags_to_labels.sql", "0013_rename_labels_aside_to_tags.sql"}, migrations)
	p.holds("ticket", "tags", "some tags")

	// What people drop is gone, and may come anew.
	r, _ = p.fields(swapped)
	require.Len(t, r.Notes, 1)
	assert.Contains(t, r.Notes[0], `0014_drop_labels.sql, with DROP INDEX "ticket_labels_unique"; ALTER TABLE "ticket" DROP COLUMN "labels";`)
	p.write(schema.Folder+"/ticket/0014_drop_labels.sql", `DROP INDEX "ticket_labels_unique"; ALTER TABLE "ticket" DROP COLUMN "labels";`)
	_, migrations = p.fields(swapped + "  int64 labels = 22;\n")
	assert.Equal(t, []string{"0014_drop_labels.sql", "0015_add_labels.sql"}, migrations)
	p.holds("ticket", "labels", "0")

	// All of them make the table of a new database, too.
	p.applied = map[string]bool{}
	for driver := range p.dbs {
		p.exec(driver, `DROP TABLE "ticket"`)
	}
	assert.Len(t, p.migrate(), 15)
}

// TestTablesOutliveTheirResources: a message that is called otherwise, and an API
// that goes, leave tables and migrations behind, and somebody says so.
func TestTablesOutliveTheirResources(t *testing.T) {
	t.Parallel()
	p := newParking(t)
	p.migrate()
	const created = schema.Folder + "/ticket/0001_create.sql"
	for driver := range p.dbs {
		p.exec(driver, `INSERT INTO "ticket" ("ticket_id", "plate", "created_at", "updated_at") VALUES ('1', 'a plate', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')`)
	}
	old := ticketProto(ticketFields)
	p.write("proto/"+parkingProto, strings.NewReplacer("Ticket", "ParkingTicket", "ticket_id", "parking_ticket_id").Replace(old))
	r, err := p.g.Update(t.Context(), p.dir, nil, change.Options{})
	require.NoError(t, err)
	require.Len(t, r.Notes, 3)
	assert.Contains(t, r.Notes[2], "ParkingTicket.tow is still to be written")
	assert.Contains(t, r.Notes[0], "the table ticket stays, with all that is in it, and so do its migrations")
	assert.Contains(t, r.Notes[1], "acme.parking.v1.ParkingTicketInfo has the very fields that acme.parking.v1.TicketInfo had")
	assert.FileExists(t, filepath.Join(p.dir, created))
	assert.NoFileExists(t, filepath.Join(p.dir, "internal/model/ticket.go"))
	assert.FileExists(t, filepath.Join(p.dir, "internal/model/parking_ticket.go"))
	_, copying, _ := strings.Cut(r.Notes[1], "by a migration ")
	at, statement, _ := strings.Cut(copying, ", with ")
	assert.Equal(t, schema.Folder+"/ticket/0002_copy_ticket.sql", at)
	p.write(at, statement)
	assert.Equal(t, []string{"0001_create.sql", "0002_copy_ticket.sql"}, p.migrate())
	p.holds("parking_ticket", "plate", "a plate")
	r, err = p.g.Update(t.Context(), p.dir, nil, change.Options{})
	require.NoError(t, err)
	assert.Empty(t, r.Notes, "once is enough")

	// The old message comes back to its table.
	p.write("proto/"+parkingProto, strings.Replace(old, "  string tags = 7;\n", "  string tags = 7;\n  string colour = 8;\n", 1))
	_, err = p.g.Update(t.Context(), p.dir, nil, change.Options{})
	require.NoError(t, err)
	assert.Equal(t, []string{"0003_add_colour.sql"}, p.migrate())

	// An API goes when somebody says so, and not by a slip.
	slip := strings.Replace(old, "acme.parking.v1", "acme.prking.v1", 1)
	before := command(t, p.dir, "find", ".", "-type", "f")
	for _, tt := range []struct{ proto, pkg, want string }{
		{slip, "", "proto/acme/parking/v1/ticket.proto is of package acme.prking.v1, and this service answers acme.parking.v1"},
		{old, "acme.prking.v1", "proto/acme/parking/v1/ticket.proto is of package acme.parking.v1, and this service answers acme.prking.v1"},
		{"", "", "no file is of this package: acme.parking.v1; there is no .proto file with a package at all; mend the protos, or 'package' in spacegen.yaml; 'spacegen update --drop-api' lets the API go"},
		{"syntax = \"proto3\";\npackage acme.parking.v1;\n", "", "no file is of this package that has a service: acme.parking.v1"},
	} {
		p.write("proto/"+parkingProto, tt.proto)
		if tt.proto == "" {
			require.NoError(t, os.Remove(filepath.Join(p.dir, "proto", parkingProto)))
		}
		edit := func(f *spec.File) error {
			if tt.pkg == "" {
				return nil
			}
			return f.Set("package", tt.pkg)
		}
		_, err = p.g.Update(t.Context(), p.dir, edit, change.Options{})
		assert.ErrorContains(t, err, tt.want)
		_, err = p.g.EditSpec(t.Context(), p.dir, edit, change.Options{})
		assert.ErrorContains(t, err, tt.want)
		if tt.pkg == "" {
			_, err = report.Tree(t.Context(), &p.g.Release, p.dir)
			assert.ErrorContains(t, err, tt.want)
		}
	}
	p.write("proto/"+parkingProto, old)
	assert.Equal(t, before, command(t, p.dir, "find", ".", "-type", "f"))
	require.NoError(t, os.Remove(filepath.Join(p.dir, "proto", parkingProto)))
	r, err = p.g.Update(t.Context(), p.dir, nil, change.Options{DropAPI: true})
	require.NoError(t, err)
	assert.NoFileExists(t, filepath.Join(p.dir, "internal/service/ticket.go"))
	assert.FileExists(t, filepath.Join(p.dir, created))
	require.Len(t, r.Notes, 1)
	assert.Contains(t, r.Notes[0], "the table ticket stays")
	findings, err := report.Tree(t.Context(), &p.g.Release, p.dir)
	require.NoError(t, err)
	assert.Empty(t, findings)
}

// TestRemovedResourcesKeepTheirMigrations: what was committed may have been
// applied, be the resource removed by a command or in spacegen.yaml.
func TestRemovedResourcesKeepTheirMigrations(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		committed, byCommand bool
		want                 merge.Action
	}{
		"by command":                   {true, true, merge.Keep},
		"by command, never committed":  {false, true, merge.Delete},
		"by hand":                      {true, false, merge.Keep},
		"by hand, as far as git knows": {false, false, merge.Keep},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := spec.New("garage")
			s.Module, s.Resources = probe, []spec.Resource{{Name: "Lift"}, {Name: "Lorry"}}
			g, dir := newGenerator(t), filepath.Join(t.TempDir(), "garage")
			_, err := g.Create(t.Context(), spec.Defaults(s), render.Input{}, dir)
			require.NoError(t, err)
			command(t, dir, "git", "init", "-q")
			if tt.committed {
				command(t, dir, "git", "add", ".")
				command(t, dir, "git", "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "-m", "x")
			}
			edit := g.Update
			if tt.byCommand {
				edit = g.EditSpec
			}
			r, err := edit(t.Context(), dir, func(f *spec.File) error { return f.RemoveResource("Lorry") }, change.Options{AllowDirty: true})
			require.NoError(t, err)
			got := map[string]merge.Action{}
			for _, c := range r.Changes {
				got[c.Path] = c.Action
			}
			assert.Equal(t, tt.want, got[schema.Folder+"/lorry/0001_create.sql"])
			assert.Equal(t, merge.Delete, got["internal/model/lorry.go"])
			if tt.want == merge.Keep {
				require.Len(t, r.Notes, 1)
				assert.Contains(t, r.Notes[0], "the table lorry stays")
				again := spec.Resource{Name: "Lorry", Fields: []spec.Field{{Name: "load", Type: spec.Int}}}
				r, err = edit(t.Context(), dir, func(f *spec.File) error { return f.AddResource(again) }, change.Options{AllowDirty: true})
				require.NoError(t, err)
				require.Len(t, r.Notes, 1)
				assert.Contains(t, r.Notes[0], "lorry/0001_create.sql stays as it was written before, and is not what would be written now")
			} else {
				assert.Empty(t, r.Notes)
			}
		})
	}
}
