package running

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"strconv"
	"time"
)

// firstPage is the port of the page.
const firstPage = 18888

//go:embed page
var pageFiles embed.FS

// A page shows the board in a browser of this machine.
type page struct {
	server *http.Server
	url    string
}

// openPage serves the page, at the first port that is free.
func openPage(ctx context.Context, platform string, b *board) (*page, error) {
	files, err := fs.Sub(pageFiles, "page")
	if err != nil {
		return nil, err
	}
	port, err := freePort(firstPage, map[int]bool{})
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address(port))
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET /state.json", func(w http.ResponseWriter, r *http.Request) {
		after, _ := strconv.Atoi(r.URL.Query().Get("after")) // none: from the first line on
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		_ = json.NewEncoder(w).Encode(b.state(platform, after))
	})
	p := &page{url: "http://" + listener.Addr().String() + "/", server: &http.Server{
		Handler: local(mux), ReadHeaderTimeout: 10 * time.Second,
	}}
	go func() {
		if err := p.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			b.line(self, "the page has ended: "+err.Error())
		}
	}()
	return p, nil
}

func (p *page) close() {
	if p != nil {
		_ = p.server.Close()
	}
}

// local refuses calls by other names than this machine's, by which pages of others could
// reach it, and has browsers load nothing from elsewhere.
func local(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "this page is for this machine alone", http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}
