package server

import (
	"html"
	"io"
	"net/http"
	"strings"

	"github.com/swaggest/swgui/v5/static"
	"github.com/vearutop/statigz"
)

// What the page is made of beside Swagger UI. The handler that comes with it executes
// a template of html/template, and a program in which one is executed is a quarter larger:
// templates find methods by name, so that the linker can leave none out.
const (
	docsPage = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>TITLE</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/page.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png" sizes="32x32">
</head>
<body>
<div id="swagger-ui"></div>
<noscript>This page needs JavaScript. /openapi.json describes the API, too.</noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/swagger-ui-standalone-preset.js"></script>
<script src="/docs/page.js"></script>
</body>
</html>
`
	docsStyle = `body {
  margin: 0;
  background: #fafafa;
}
`
	docsScript = `"use strict";

window.addEventListener("load", () => {
  window.ui = SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    plugins: [SwaggerUIBundle.plugins.DownloadUrl],
    layout: "StandaloneLayout",
    showExtensions: true,
    showCommonExtensions: true,
    validatorUrl: null,
    defaultModelsExpandDepth: -1,
  });
});
`
)

// documentation is a page to read and try the API on. It loads nothing from other hosts,
// and runs no script that stands in it.
func documentation(title string) http.Handler {
	page := strings.Replace(docsPage, "TITLE", html.EscapeString(title), 1)
	mux := http.NewServeMux()
	for at, file := range map[string]struct{ kind, body string }{
		"/docs/{$}":      {"text/html; charset=utf-8", page},
		"/docs/page.css": {"text/css; charset=utf-8", docsStyle},
		"/docs/page.js":  {"text/javascript; charset=utf-8", docsScript},
	} {
		mux.HandleFunc("GET "+at, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", file.kind)
			_, _ = io.WriteString(w, file.body)
		})
	}
	mux.Handle("GET /docs/", http.StripPrefix("/docs", statigz.FileServer(static.FS)))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "+
			"base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
		mux.ServeHTTP(w, r)
	})
}
