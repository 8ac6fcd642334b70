package generator_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestE2EShop makes the shop of examples/shop by its script, runs its tests, its owner's
// among them, orders in it as a customer does, and looks after it as its operator does, on
// SQLite and on PostgreSQL.
func TestE2EShop(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds a whole repository")
	}
	spacegen, dir := buildSpacegen(t), filepath.Join(t.TempDir(), "shop")
	command(t, ".", "env", "PATH="+filepath.Dir(spacegen)+string(os.PathListSeparator)+os.Getenv("PATH"), "sh", "../examples/shop/make.sh", dir)
	assert.Empty(t, command(t, dir, "gofmt", "-l", "."))
	command(t, dir, "go", "vet", "./...")
	command(t, dir, "go", "test", "-vet=off", "./...")
	command(t, dir, spacegen, "check")
	binary := filepath.Join(t.TempDir(), "shop")
	command(t, dir, "go", "build", "-o", binary, "./cmd/shop")
	for engine, database := range map[string]func(t *testing.T) map[string]any{
		"sqlite": func(t *testing.T) map[string]any {
			return map[string]any{"engine": "sqlite", "path": filepath.Join(t.TempDir(), "shop.db")}
		},
		"postgresql": func(t *testing.T) map[string]any { return postgresDatabase(t, "shop") },
	} {
		t.Run(engine, func(t *testing.T) {
			s := service{binary: binary, global: map[string]any{"DATABASES": map[string]any{"default": database(t)}}}
			out, status := s.checked(t)
			assert.Equal(t, 1, status, out)
			assert.Regexp(t, `database default +failed .*run migrate`, out)
			_, complaint, status := s.said(t, "tasks list")
			assert.Equal(t, 1, status, "a queue in the process")
			assert.Contains(t, complaint, "queue shop_q is kept in the process that runs the service")
			queues := inRedis(t, s)
			s.run(t)
			out, status = s.checked(t)
			assert.Equal(t, 0, status, out)
			poisoned(t, s, queues)
			order(t, fmt.Sprintf("http://127.0.0.1:%d", s.global["REST_PORT"]))
		})
	}
}

// order has a customer order, and be refused where something is wrong.
func order(t *testing.T, shop string) {
	t.Helper()
	_, wrong := posted(t, shop+"/shop/v1/customer/create", map[string]any{"name": "Ann", "email": "nobody", "address": map[string]any{"country": "x"}, "born": "1800-01-01"})
	var fields []string
	for _, violation := range wrong["detail"].(map[string]any)["violations"].([]any) {
		fields = append(fields, violation.(map[string]any)["field"].(string))
	}
	assert.ElementsMatch(t, []string{"email", "address.city", "address.country", "born"}, fields)

	_, customer := posted(t, shop+"/shop/v1/customer/create", map[string]any{"name": "Ann", "email": "ann@example.com", "born": "1980-02-28"})
	_, product := posted(t, shop+"/shop/v1/product/create", map[string]any{"sku": "AB-0001", "title": "A book", "stock": 10, "price": map[string]any{"amount": "12.35", "currency": "EUR"}})
	items := []any{map[string]any{"product_id": product["product_id"], "quantity": 3}}
	status, order := posted(t, shop+"/shop/v1/order/create", map[string]any{"customer_id": customer["customer_id"], "items": items})
	require.Equal(t, http.StatusOK, status, order)
	assert.Equal(t, "PENDING", order["state"])
	assert.Equal(t, map[string]any{"amount": "37.05", "currency": "EUR"}, order["total"])

	expand := map[string]any{"expand": []any{"customer"}, "query": map[string]any{"only": []any{"state"}}}
	_, orders := posted(t, shop+"/shop/v1/order/list", expand)
	first := orders["results"].([]any)[0].(map[string]any)
	assert.Equal(t, "ann@example.com", first["customer"].(map[string]any)["email"], first)
	_, order = posted(t, shop+"/shop/v1/order/get", map[string]any{"order_id": order["order_id"]})
	assert.Nil(t, order["customer"], "nobody asked for it")
	_, unknown := posted(t, shop+"/shop/v1/order/list", map[string]any{"expand": []any{"custmer"}})
	assert.Contains(t, unknown["detail"].(map[string]any)["message"], `"custmer" cannot be shown; there is customer`)

	code := func(path string, req map[string]any) any {
		t.Helper()
		_, answer := posted(t, shop+path, req)
		detail, _ := answer["detail"].(map[string]any)
		return detail["code"]
	}
	id := fmt.Sprint(order["order_id"])
	assert.Equal(t, "ERROR_NOT_FOUND", code("/shop/v1/order/create", map[string]any{"customer_id": "nobody", "items": items}))
	assert.Equal(t, "ERROR_REFERENCED", code("/shop/v1/customer/delete", map[string]any{"customer_id": customer["customer_id"]}))
	assert.Equal(t, "ERROR_INVALID_PARAMETER", code("/shop/v1/order/update", map[string]any{"order_id": id, "customer_id": "another"}))
	cancel := "/v1/orders/" + id + ":cancel"
	assert.Nil(t, code(cancel, map[string]any{"reason": "by mistake"}))
	assert.Equal(t, "ERROR_INVALID_TRANSITION", code(cancel, map[string]any{}))
	assert.Equal(t, "ERROR_INVALID_TRANSITION", code("/shop/v1/order/update", map[string]any{"order_id": id, "state": "PENDING"}))
	_, sum := posted(t, shop+"/shop/v1/order/stat", map[string]any{"query": map[string]any{"aggregate": []any{
		map[string]any{"group": map[string]any{"keys": []any{map[string]any{"k": "total.currency", "n": "currency"}}, "fields": []any{map[string]any{"k": "total.amount", "n": "sum", "o": "sum"}}}},
	}}})
	assert.Equal(t, []any{map[string]any{"currency": "EUR", "sum": "37.05"}}, sum["results"])
}

// posted posts JSON and gives the status and the answer.
func posted(t *testing.T, to string, req map[string]any) (int, map[string]any) {
	t.Helper()
	body, err := json.Marshal(req)
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, bytes.NewReader(body))
	require.NoError(t, err)
	res, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer res.Body.Close() //nolint:errcheck // it is read below
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	answer := map[string]any{}
	require.NoError(t, json.Unmarshal(text, &answer), "%s: %s", to, text)
	return res.StatusCode, answer
}
