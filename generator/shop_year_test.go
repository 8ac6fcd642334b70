package generator_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator"
)

// A shopYear is the shop of examples/shop, and what has become of it since.
type shopYear struct {
	t        *testing.T
	dir      string
	spacegen string // of the newest version
	first    string // the commit
	offices  map[string]*branchOffice
}

// TestE2EShopYear lives with the shop for a year. Its owner adds to it, edits, renames and
// merges branches; spacegen gets newer; its databases go on with what is in them. Whoever
// orders in it does so by the protos that it began with.
func TestE2EShopYear(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds and tests a whole repository many times")
	}
	needPrograms(t, "buf", "git")
	y := &shopYear{t: t, dir: filepath.Join(t.TempDir(), "shop"), spacegen: spacegenOf(t, 1)}
	command(t, ".", "env", "PATH="+filepath.Dir(y.spacegen)+string(os.PathListSeparator)+os.Getenv("PATH"), "sh", "../examples/shop/make.sh", y.dir)
	y.commit("The shop")
	y.first = strings.TrimSpace(y.git("rev-parse", "HEAD"))
	shopper := newShopper(t, y.dir)
	y.offices = map[string]*branchOffice{
		"sqlite": {database: map[string]any{"engine": "sqlite", "path": filepath.Join(t.TempDir(), "shop.db")}},
	}
	if os.Getenv("TEST_DATABASE_URL") == "" {
		t.Log("only on SQLite: TEST_DATABASE_URL names no PostgreSQL")
	} else {
		y.offices["postgresql"] = &branchOffice{database: postgresDatabase(t, "shop_year")}
	}
	for _, office := range y.offices {
		office.shopper, office.rows = shopper, map[string]map[string]map[string]any{}
	}
	y.serves("first")

	// Orders get a priority, and can be shipped.
	y.run("add", "field", "Order", "priority:int32:default=5:min=1:max=10")
	y.edit("spacegen.yaml", "values: [PENDING, PAID, CANCELLED, EXPIRED]", "values: [PENDING, PAID, CANCELLED, EXPIRED, SHIPPED]")
	y.edit("spacegen.yaml", "PAID: [CANCELLED]}", "PAID: [CANCELLED, SHIPPED]}")
	y.run("update", "--allow-dirty")
	y.lives("spring")

	// Products lie in a warehouse; the owner has large orders go first; the stock is what is
	// available.
	y.run("add", "resource", "Warehouse:name!")
	y.run("add", "field", "Product", "warehouse_id:ref=Warehouse:on_delete=keep")
	y.edit("internal/service/order_rules.go", "\treturn nil\n}\n\n// BeforeUpdate", "\tif total.GreaterThan(decimal.NewFromInt(100)) {\n\t\titem.Priority = 1\n\t}\n\treturn nil\n}\n\n// BeforeUpdate")
	y.write("internal/service/order_priority_test.go", priorityTest)
	y.commit("Warehouses, priorities")
	told := y.run("rename", "field", "Product", "stock", "available", "--alias")
	assert.Contains(t, told, "callers of gRPC go on as they are")
	assert.Contains(t, y.read("internal/service/order_rules.go"), "product.Available += sign")
	// The rest is said to be the owner's: a string.
	assert.Contains(t, told, "internal/service/order_rules.go:")
	y.edit("internal/service/order_rules.go", `product, "stock")`, `product, "available")`)
	y.commit("The stock is called available")
	y.newer(2)
	y.lives("summer")

	// Two branches: a field each of the same resource; a resource on one, a method on the
	// other. The first is in use already when they are merged.
	y.git("checkout", "-q", "-b", "coupons")
	y.run("add", "field", "Order", "coupon:max_length=20")
	y.run("add", "resource", "Coupon:code!:unique,percent:int32:min=1:max=100")
	y.commit("Coupons")
	y.serves("coupons")
	y.git("checkout", "-q", "main")
	y.git("checkout", "-q", "-b", "shipping")
	y.run("proto")
	y.run("add", "field", "Order", "carrier:max_length=50:index")
	y.run("add", "method", "Order.ship", "--request", "carrier!")
	y.write("internal/service/order_ship_method.go", shipMethod)
	y.commit("Shipping")
	y.git("checkout", "-q", "main")
	y.git("merge", "-q", "--no-edit", "coupons")
	y.merge("shipping")
	y.lives("autumn")

	// Products are called articles.
	told = y.run("rename", "resource", "Product", "Article", "--alias")
	assert.Contains(t, told, "the server answers spaceone.api.shop.v1.Product as well")
	y.commit("Articles")
	y.newer(3)
	y.lives("winter")

	// Clients of the first version read and write the same bytes.
	wire := strings.Replace(y.read("buf.yaml"), "\nbreaking:\n  use:\n    - FILE\n", "\nbreaking:\n  use:\n    - WIRE\n", 1)
	require.Contains(t, wire, "- WIRE")
	command(t, y.dir, "buf", "breaking", "--config", wire, "--against", ".git#ref="+y.first, "--against-config", wire)
	command(t, y.dir, "go", "vet", "./...")
}

// lives ends a quarter: the repository is in step, builds, and its tests pass, and it
// serves whoever ordered before.
func (y *shopYear) lives(quarter string) {
	y.t.Helper()
	y.commit(quarter)
	y.run("check")
	assert.Empty(y.t, command(y.t, y.dir, "gofmt", "-l", "."))
	command(y.t, y.dir, "go", "test", "-vet=off", "./internal/service", "./internal/connector/...") // what has rules and migrations
	y.serves(quarter)
}

// serves has the shop serve on every database.
func (y *shopYear) serves(version string) {
	y.t.Helper()
	binary := filepath.Join(y.t.TempDir(), version)
	command(y.t, y.dir, "go", "build", "-o", binary, "./cmd/shop")
	for engine, office := range y.offices {
		require.True(y.t, y.t.Run(version+"/"+engine, func(t *testing.T) { office.visit(t, binary) }))
	}
}

// newer has a newer spacegen update the repository.
func (y *shopYear) newer(version int) {
	y.t.Helper()
	y.spacegen = spacegenOf(y.t, version)
	y.run("update")
	y.commit(fmt.Sprintf("spacegen v1.%d.0", version))
}

// merge merges a branch, in git's way and then in spacegen's: nobody has to decide anything.
func (y *shopYear) merge(branch string) {
	y.t.Helper()
	merging := exec.CommandContext(y.t.Context(), "git", "-c", "user.name=x", "-c", "user.email=x@example.com", "merge", "-q", branch) //nolint:gosec // a test's own
	merging.Dir = y.dir
	require.Error(y.t, merging.Run(), "git alone merges them, and the test shows nothing")
	assert.Contains(y.t, y.run("resolve"), "migrations/order has two migrations of one number, from two branches")
	assert.Empty(y.t, y.git("diff", "--name-only", "--diff-filter=U"))
	y.git("commit", "-q", "--no-edit")
}

// run runs spacegen, which ends well: no conflict is left.
func (y *shopYear) run(args ...string) string {
	y.t.Helper()
	return command(y.t, y.dir, y.spacegen, args...)
}

func (y *shopYear) git(args ...string) string {
	y.t.Helper()
	return command(y.t, y.dir, "git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.com"}, args...)...)
}

func (y *shopYear) commit(message string) {
	y.t.Helper()
	y.git("add", "-A")
	y.git("commit", "-q", "--allow-empty", "-m", message)
}

func (y *shopYear) read(at string) string {
	y.t.Helper()
	text, err := os.ReadFile(filepath.Join(y.dir, filepath.FromSlash(at)))
	require.NoError(y.t, err)
	return string(text)
}

func (y *shopYear) write(at, text string) {
	y.t.Helper()
	require.NoError(y.t, os.WriteFile(filepath.Join(y.dir, filepath.FromSlash(at)), []byte(text), 0o600))
}

func (y *shopYear) edit(at, old, replacement string) {
	y.t.Helper()
	text := y.read(at)
	require.Equal(y.t, 1, strings.Count(text, old), "%s: %s", at, old)
	y.write(at, strings.Replace(text, old, replacement, 1))
}

// spacegenOf builds spacegen as it is in a later version, with other templates.
func spacegenOf(t *testing.T, version int) string {
	t.Helper()
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	folder, replace := t.TempDir(), map[string]string{}
	for at, file := range generator.Yearly(t, version) {
		to := filepath.Join(folder, "templates", filepath.FromSlash(at))
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o750))
		require.NoError(t, os.WriteFile(to, file.Data, 0o600))
		replace[filepath.Join(root, "templates", filepath.FromSlash(at))] = to
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "overlay.json"), overlay, 0o600))
	binary := filepath.Join(folder, "spacegen")
	command(t, root, "go", "build", "-overlay", filepath.Join(folder, "overlay.json"),
		"-ldflags", fmt.Sprintf("-s -X main.version=v1.%d.0", version), "-o", binary, "./cmd/spacegen")
	return binary
}

// What the shop's owner writes during the year.
const (
	priorityTest = `package service_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "example.com/shop/gen/go/spaceone/api/shop/v1"
)

// Large orders go first.
func TestPriorityOfOrders(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s shop) {
		for quantity, want := range map[int32]int32{1: 5, 9: 1} {
			order, err := s.Order.Create(caller(), &api.CreateOrderRequest{CustomerId: s.customer, Items: []*api.OrderInfo_Item{{ProductId: s.book, Quantity: quantity}}})
			require.NoError(t, err)
			assert.Equal(t, want, order.GetPriority())
		}
	})
}
`
	shipMethod = `package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/apirecord"

	api "example.com/shop/gen/go/spaceone/api/shop/v1"
	"example.com/shop/internal/model"
)

// Ship answers Order.ship.
func (s *Order) Ship(ctx context.Context, req *api.ShipOrderRequest) (*api.OrderInfo, error) {
	item, err := s.items.GetForUpdate(ctx, scopeOf(ctx), req.GetOrderId())
	if err != nil {
		return nil, err
	}
	was := apirecord.Copy(item)
	if err := model.OrderStateTransitions().Move(was.State, "SHIPPED"); err != nil {
		return nil, err
	}
	item.State, item.Carrier = "SHIPPED", req.GetCarrier()
	if err := s.save(ctx, was, item); err != nil {
		return nil, err
	}
	return orderInfo(item)
}
`
)
