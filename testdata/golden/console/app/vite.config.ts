import { defineConfig } from 'vite'

// The server that `make run` starts.
const server = process.env['CONSOLE'] ?? 'http://127.0.0.1:8080'

export default defineConfig({
  build: {
    // Where the Go server takes it from when it is compiled.
    outDir: '../internal/site/dist/app',
    emptyOutDir: true,
    // Nothing inline: the server's Content-Security-Policy allows none of it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
  },
  server: { proxy: { '/api': server, '/config.json': server } },
})
