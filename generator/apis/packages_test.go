package apis_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/apis"
)

// TestPackages names the services of an API, and says which files each has.
func TestPackages(t *testing.T) {
	serving := func(pkg, message, more string) string {
		return "syntax = \"proto3\";\npackage " + pkg + ";\n" + more + "message " + message + " {}\nservice S" + message + " { rpc get (" + message + ") returns (" + message + "); }\n"
	}
	for name, c := range map[string]struct {
		files, imports map[string]string
		want           []string // NAME PACKAGE FILE…
	}{
		"versions": {map[string]string{
			"a/stock/v1/a.proto": serving("a.stock.v1", "A", ""), "a/stock/v2/a.proto": serving("a.stock.v2", "A", ""), "a/cash/v2/a.proto": serving("a.cash.v2", "A", ""),
		}, nil, []string{"cash a.cash.v2 a/cash/v2/a.proto", "stock a.stock.v1 a/stock/v1/a.proto", "stock-v2 a.stock.v2 a/stock/v2/a.proto"}},
		"one package in two folders": {map[string]string{
			"stock_v2/v1/a.proto": serving("stock.v1", "A", ""), "stock/v1/a.proto": serving("stock.v1", "B", ""),
		}, nil, []string{"stock stock.v1 stock/v1/a.proto", "stock-v2 stock.v1 stock_v2/v1/a.proto"}},
		"a folder of the name of another package": {map[string]string{
			"stock_v2/v1/a.proto": serving("stock.v1", "A", ""), "stock/v1/a.proto": serving("stock.v1", "B", ""), "stock_v2/v1/b.proto": serving("stock_v2.v1", "A", ""),
		}, nil, []string{"stock stock.v1 stock/v1/a.proto", "stock-v2-2 stock.v1 stock_v2/v1/a.proto", "stock-v2 stock_v2.v1 stock_v2/v1/b.proto"}},
		"files that cannot live together": {map[string]string{
			"pay/plugin/cash.proto": serving("pay.plugin", "A", ""), "pay/plugin/card.proto": serving("pay.plugin", "A", ""),
		}, nil, []string{"pay-plugin-card pay.plugin pay/plugin/card.proto", "pay-plugin-cash pay.plugin pay/plugin/cash.proto"}},
		"core": {map[string]string{
			"x/core/v1/a.proto": serving("x.core.v1", "A", ""), "x/y/v1/a.proto": serving("x.y.v1", "A", `import "x/core/v1/a.proto";`+"\n"),
		}, nil, []string{"y x.y.v1 x/core/v1/a.proto x/y/v1/a.proto"}},
		"imports": {map[string]string{
			"y/v1/a.proto": serving("y.v1", "A", `import "x/a.proto";`+"\n"),
		}, map[string]string{
			"x/a.proto": serving("x", "A", ""), "y/v1/b.proto": serving("y.v1", "B", ""),
		}, []string{"y y.v1 x/a.proto y/v1/a.proto"}},
	} {
		t.Run(name, func(t *testing.T) {
			folder := func(files map[string]string) string {
				dir := t.TempDir()
				for at, text := range files {
					at = filepath.Join(dir, filepath.FromSlash(at))
					require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o700))
					require.NoError(t, os.WriteFile(at, []byte(text), 0o600))
				}
				return dir
			}
			all, err := apis.Packages(t.Context(), []string{folder(c.files)}, folder(c.imports))
			require.NoError(t, err)
			var got []string
			for _, p := range all {
				got = append(got, p.Name+" "+p.Package+" "+strings.Join(p.Protos.Paths(), " "))
			}
			assert.Equal(t, c.want, got)
		})
	}
}
