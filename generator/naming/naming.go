// Package naming turns one name, however it is written, into every form that
// a generated service needs: file names, Go identifiers, protobuf fields,
// database tables, environment variables, Kubernetes labels.
package naming

import (
	"strings"
)

// Name is one name in all its forms. The zero Name is the empty name, and
// every form of it is empty. Names are comparable; two names written
// differently ("http-proxy", "HTTPProxy") are equal in form, not as values:
// compare a form.
type Name struct {
	raw    string
	snake  string
	pascal string
	camel  string
}

// New splits s into words at '-', '_', '.', spaces and changes of case, and
// builds the forms from them. It accepts anything and never fails; whether a
// name may be used is for CheckService, CheckResource and the like to say.
func New(s string) Name {
	words := split(s)
	n := Name{raw: s}
	var snake, pascal, camel strings.Builder
	for i, w := range words {
		lower := strings.ToLower(w.text)
		upper := w.pascal()
		if i > 0 {
			snake.WriteByte('_')
			camel.WriteString(upper)
		} else {
			camel.WriteString(lower)
		}
		snake.WriteString(lower)
		pascal.WriteString(upper)
	}
	n.snake, n.pascal, n.camel = snake.String(), pascal.String(), camel.String()
	return n
}

// String gives the name as it was written.
func (n Name) String() string { return n.raw }

// Kebab gives "http-proxy".
func (n Name) Kebab() string { return strings.ReplaceAll(n.snake, "_", "-") }

// Snake gives "http_proxy": columns, proto fields.
func (n Name) Snake() string { return n.snake }

// Pascal gives "HTTPProxy", with Go's initialisms in capitals: exported Go
// identifiers, proto services and messages. A word that was written in
// capitals stays so ("EKSCluster").
func (n Name) Pascal() string { return n.pascal }

// Identifies reports whether Pascal is a Go identifier: "_1" has no letter to begin
// with, "__" none at all.
func (n Name) Identifies() bool { return n.pascal != "" && !digit(n.pascal[0]) }

// Camel gives "httpProxy" for a local variable. Where that would be a Go
// keyword, a predeclared identifier, or the name of a package or variable
// that most emitted files use (context, err), "Value" is appended.
func (n Name) Camel() string {
	if reservedLocal(n.camel) {
		return n.camel + "Value"
	}
	return n.camel
}

// Plural gives the plural in Pascal case: "HTTPProxies". Where a word is its
// own plural, "List" is appended ("DataList"), so that singular and plural
// never meet.
func (n Name) Plural() string {
	_, pascal := n.plural()
	return pascal
}

// PluralSnake gives "http_proxies", for tables; "data_list" for Data.
func (n Name) PluralSnake() string {
	snake, _ := n.plural()
	return snake
}

// Env gives "HTTP_PROXY".
func (n Name) Env() string { return strings.ToUpper(n.snake) }

// Label gives the name as an RFC 1123 label, for Kubernetes objects. A label
// has at most 63 characters; CheckService refuses names that would need more.
func (n Name) Label() string { return n.Kebab() }

// GoPackage gives "httpproxy", for a Go package: lower case, no separators.
// Names that cannot be a package's, or that would hide a predeclared
// identifier where they are imported, get "pkg" appended.
func (n Name) GoPackage() string {
	p := strings.ReplaceAll(n.snake, "_", "")
	if goWord(p) || reservedPackage[p] {
		return p + "pkg"
	}
	return p
}

// GoFile gives the stem of a Go file, "http_proxy" for http_proxy.go and
// http_proxy_test.go. Where the go tool would read more into the last word
// (load_test.go, agent_linux.go) it is written without the underscore.
func (n Name) GoFile() string {
	i := strings.LastIndexByte(n.snake, '_')
	if i < 0 || !fileSuffix[n.snake[i+1:]] {
		return n.snake
	}
	return strings.ReplaceAll(n.snake, "_", "")
}

// ProtoGo gives the name of the Go struct field that protoc-gen-go makes of
// the proto field Snake: "RegionId", never "RegionID". See ProtoGoField.
func (n Name) ProtoGo() string { return ProtoGoField(n.snake) }
