package generator

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/progress"
	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// frameworkInside is a repository as the template sets made it when the framework stood
// in its module, in internal/core: the golden inventory with a handler of its own.
func frameworkInside(t *testing.T) *project {
	t.Helper()
	p := &project{t: t, dir: filepath.Join(t.TempDir(), "inventory")}
	archive, err := os.Open("testdata/service-v1.1.0.tgz")
	require.NoError(t, err)
	defer archive.Close() //nolint:errcheck // only read
	unzipped, err := gzip.NewReader(archive)
	require.NoError(t, err)
	for files := tar.NewReader(unzipped); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if header.Typeflag != tar.TypeReg {
			continue
		}
		body, err := io.ReadAll(files)
		require.NoError(t, err)
		at := filepath.Join(filepath.Dir(p.dir), filepath.FromSlash(path.Clean(header.Name)))
		require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o750))
		require.NoError(t, os.WriteFile(at, body, header.FileInfo().Mode()))
	}
	lock, err := repository.DecodeLock([]byte(p.read(repository.LockPath)))
	require.NoError(t, err)
	for _, file := range lock.Files { // nobody has edited anything: the bases are the files
		if file.Owner == "managed" {
			p.write(path.Join(repository.BasePath, file.Path), p.read(file.Path))
		}
	}
	p.commit()
	return p
}

func (p *project) updateToNow() *change.Report {
	p.t.Helper()
	g, err := New(templates.FS, "v2.0.0")
	require.NoError(p.t, err)
	r, err := g.Update(p.t.Context(), p.dir, nil, change.Options{AllowDirty: true})
	require.NoError(p.t, err)
	return r
}

func TestTheFrameworkLeavesTheModule(t *testing.T) {
	p := frameworkInside(t)
	r := p.updateToNow()
	assert.Zero(t, r.Conflicts)
	assert.Equal(t, spec.Vendored, r.Spec.Framework)
	assert.NoDirExists(t, filepath.Join(p.dir, "internal/core"))
	assert.NotContains(t, p.read("spacegen.yaml"), "framework", "nobody has to know")
	edits, err := report.HandEdits(t.Context(), p.dir)
	require.NoError(t, err)
	assert.Empty(t, edits, "what nobody edited is as it is rendered")
	assert.Contains(t, p.read("internal/handler/audit_handler.go"), `"github.com/cloudforet-io/spacegen/core/pipeline"`)
	p.commit()
	assert.Empty(t, p.updateToNow().Changes, "a second update has nothing to do")
}

// fortyEdits edits a repository as teams do, in the framework as well if inside, and
// gives the words that have to be there afterwards, by file.
func fortyEdits(t *testing.T, p *project, inside bool) map[string]string {
	t.Helper()
	l := &lived{t: t, dir: p.dir}
	kept := map[string]string{}
	function := func(files ...string) {
		for _, file := range files {
			l.function(file)
			kept[file] = fmt.Sprintf("func Own%d() int", l.n)
		}
	}
	body := func(files ...string) {
		for _, file := range files {
			l.body(file)
			kept[file] = fmt.Sprintf("// A person's remark %d.", l.n)
		}
	}
	function("internal/service/region.go", "internal/service/cloud_service.go", "internal/manager/region.go", "internal/manager/cloud_service.go",
		"internal/model/region.go", "internal/connector/database/region.go", "internal/handler/guard/region.go", "internal/app/database.go",
		"internal/service/census.go", "internal/handler/audit_handler.go", "internal/interface/grpc/region.go", "cmd/inventory/main.go")
	body("internal/app/app.go", "internal/app/grpc.go", "internal/app/rest.go", "internal/app/worker.go", "internal/app/queue.go", "internal/app/scheduler.go",
		"internal/service/region_convert.go", "internal/service/list_scope.go", "internal/interface/worker/task.go",
		"internal/interface/scheduler/hourly_scheduler.go", "internal/manager/region_cached.go", "internal/model/scope.go")
	l.change("Makefile", ".PHONY: race", ".PHONY: own\nown: ## A person's own target\n\techo own\n\n.PHONY: race")
	kept["Makefile"] = "A person's own target"
	l.change("README.md", "## Commands", "## Who to ask\n\nThe team.\n\n## Commands")
	kept["README.md"] = "Who to ask"
	l.change("config/config.yaml", "PORT: 50051", "PORT: 50052 # ours")
	kept["config/config.yaml"] = "# ours"
	l.change("go.mod", "\ngo 1.", "\n// Of the team.\ngo 1.")
	kept["go.mod"] = "Of the team."
	l.move("internal/service/cloud_service_convert.go", "internal/service/cloud_service_messages.go")
	kept["internal/service/cloud_service_messages.go"] = "package service"
	l.remove(".github/pull_request_template.md")
	l.windows("internal/manager/cloud_service_cached.go")
	kept["internal/manager/cloud_service_cached.go"] = "\"github.com/cloudforet-io/spacegen/core/cache\"\r\n"
	l.file("internal/core/coins/coins.go", "package coins\n\nimport \"github.com/cloudforet-io/inventory/internal/core/apierror\"\n\n// Err is no money.\nvar Err = apierror.PermissionDenied()\n", 0o644)
	kept["internal/core/coins/coins.go"] = "\"github.com/cloudforet-io/spacegen/core/apierror\""
	l.file("internal/service/price.go", "package service\n\nimport (\n\t\"github.com/cloudforet-io/inventory/internal/core/coins\"\n\tq \"github.com/cloudforet-io/inventory/internal/core/query\" // the language\n)\n\nvar _, _ = coins.Err, q.Query{}\n", 0o644)
	kept["internal/service/price.go"] = "\tq \"github.com/cloudforet-io/spacegen/core/query\" // the language\n"
	l.file("internal/app/handlers_test.go", "package app_test\n\nimport (\n\t\"testing\"\n\n\t\"github.com/cloudforet-io/inventory/internal/handler\"\n)\n\nfunc TestHandlers(t *testing.T) {\n\tif _, err := handler.NewMutation(nil, handler.Deps{}); err != nil {\n\t\tt.Fatal(err)\n\t}\n}\n", 0o644)
	kept["internal/app/handlers_test.go"] = "corehandler.NewMutation(nil, handler.Deps{})"
	l.file("internal/app/only_test.go", "package app_test\n\nimport \"github.com/cloudforet-io/inventory/internal/handler\"\n\nvar _ = handler.NewAuthorization\n", 0o644)
	kept["internal/app/only_test.go"] = "import corehandler \"github.com/cloudforet-io/spacegen/core/handler\"\n"
	l.file("docs/own.md", "internal/core was where the framework stood.\n", 0o644)
	kept["docs/own.md"] = "internal/core was"
	if inside {
		for _, file := range []string{"server/grpc.go", "cache/cache.go", "queue/put.go", "database/store.go"} {
			l.function("internal/core/" + file)
			kept["core/"+file] = fmt.Sprintf("func Own%d() int", l.n)
		}
		l.body("internal/handler/mutation.go")
		kept["core/handler/mutation.go"] = fmt.Sprintf("// A person's remark %d.", l.n)
		l.file("internal/core/server/extra.go", "package server\n\nimport \"github.com/cloudforet-io/inventory/internal/core/apierror\"\n\nvar _ = apierror.PermissionDenied\n", 0o644)
		kept["core/server/extra.go"] = "\"github.com/cloudforet-io/spacegen/core/apierror\""
		l.remove("internal/core/telemetry/telemetry_test.go")
	}
	assert.GreaterOrEqual(t, l.n, 36)
	p.commit()
	return kept
}

func TestEditsFollowTheFrameworkOutOfTheModule(t *testing.T) {
	for name, inside := range map[string]bool{"beside the framework": false, "in the framework as well": true} {
		t.Run(name, func(t *testing.T) {
			p := frameworkInside(t)
			kept := fortyEdits(t, p, inside)
			r := p.updateToNow()
			for _, c := range r.Changes {
				assert.NotEqual(t, merge.Conflict, c.Action, "%s: %s", c.Path, c.Note)
			}
			for at, word := range kept {
				assert.Contains(t, p.read(at), word, at)
			}
			assert.NoFileExists(t, filepath.Join(p.dir, ".github/pull_request_template.md"))
			entries, err := os.ReadDir(filepath.Join(p.dir, "internal/core"))
			require.NoError(t, err)
			require.Len(t, entries, 1, "the team's own package stays")
			if inside {
				assert.Equal(t, spec.Own, r.Spec.Framework)
				assert.Contains(t, p.read("spacegen.yaml"), "framework: own")
				assert.Contains(t, strings.Join(r.Notes, "\n"), "you have changed the framework")
				assert.NoFileExists(t, filepath.Join(p.dir, "core/telemetry/telemetry_test.go"), "what you deleted stays deleted")
			} else {
				assert.Equal(t, spec.Vendored, r.Spec.Framework)
			}
			p.commit()
			assert.Empty(t, p.updateToNow().Changes)
		})
	}
}

// TestE2EFrameworkMigration builds and tests what the update leaves.
func TestE2EFrameworkMigration(t *testing.T) {
	if testing.Short() {
		t.Skip("builds whole repositories")
	}
	for name, inside := range map[string]bool{"vendored": false, "own": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := frameworkInside(t)
			fortyEdits(t, p, inside)
			r := p.updateToNow()
			require.Zero(t, r.Conflicts)
			require.NoError(t, protocode.Make(t.Context(), r.Spec, p.dir, progress.Quiet))
			p.run("go", "mod", "tidy")
			p.run("go", "vet", "./...")
			p.run("go", "test", "./internal/...")
			p.dir = filepath.Join(p.dir, "core")
			p.run("go", "vet", "./...")
		})
	}
}

// A file of the team that has the name of one that the framework has got since is nobody's
// to overwrite: it stays, and is a conflict.
func TestAFileWhereTheFrameworkHasOne(t *testing.T) {
	p := frameworkInside(t)
	const own, to = "internal/core/queue/away_test.go", "core/queue/away_test.go"
	p.write(own, "package queue_test\n")
	require.NoError(t, os.Chmod(filepath.Join(p.dir, own), 0o755)) //nolint:gosec // a test's own
	p.write("internal/core/queue/mine.sh", "echo mine\n")
	require.NoError(t, os.Chmod(filepath.Join(p.dir, "internal/core/queue/mine.sh"), 0o755)) //nolint:gosec // a test's own
	p.commit()
	r := p.updateToNow()
	assert.Equal(t, 1, r.Conflicts)
	for _, c := range r.Changes {
		if c.Path == own {
			assert.Equal(t, merge.Conflict, c.Action)
			assert.Equal(t, "the framework has a file "+to+" now; rename yours and move it to core/queue", c.Note)
		}
	}
	assert.Equal(t, "package queue_test\n", p.read(own))
	assert.NotEqual(t, "package queue_test\n", p.read(to))
	info, err := os.Stat(filepath.Join(p.dir, "core/queue/mine.sh"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o755), info.Mode().Perm(), "what goes along keeps its mode")
}
