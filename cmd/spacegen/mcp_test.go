package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// agent is a client of a server for the folder root.
func agent(t *testing.T, root string) func(tool string, arguments map[string]any) (string, bool) {
	t.Helper()
	served, err := newTools(root)
	require.NoError(t, err)
	t.Cleanup(served.forget)
	here, there := mcp.NewInMemoryTransports()
	server, err := served.mcp().Connect(t.Context(), there, nil)
	require.NoError(t, err)
	client, err := mcp.NewClient(&mcp.Implementation{Name: "test"}, nil).Connect(t.Context(), here, nil)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()); _ = server.Wait() })
	return func(tool string, arguments map[string]any) (string, bool) {
		t.Helper()
		result, err := client.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: arguments})
		require.NoError(t, err, tool)
		text, err := json.Marshal(result.Content)
		require.NoError(t, err)
		if result.StructuredContent != nil {
			text, err = json.Marshal(result.StructuredContent)
			require.NoError(t, err)
		}
		return string(text), result.IsError
	}
}

// demo makes a repository in a folder.
func demo(t *testing.T, dir string) {
	t.Helper()
	args := append([]string{"new", "demo", "--yes", "--dir", dir, "--resource", "Region:name!"}, skipSteps...)
	require.Equal(t, exitDone, run(t.Context(), args, stdio{strings.NewReader(""), io.Discard, os.Stderr}))
}

func TestMCP(t *testing.T) {
	root := t.TempDir()
	demo(t, filepath.Join(root, "demo"))
	call := agent(t, root)
	in := func(more map[string]any) map[string]any {
		all := map[string]any{"dir": "demo"}
		for k, v := range more {
			all[k] = v
		}
		return all
	}
	ok := func(tool string, arguments map[string]any) string {
		t.Helper()
		text, failed := call(tool, arguments)
		require.False(t, failed, text)
		return text
	}
	refused := func(tool string, arguments map[string]any) string {
		t.Helper()
		text, failed := call(tool, arguments)
		require.True(t, failed, text)
		return text
	}

	assert.Contains(t, ok("list", in(nil)), `"name":"Region"`)
	assert.Contains(t, ok("explain", in(nil)), `"status":0`)
	assert.Contains(t, ok("check", in(nil)), `"status":0`)
	assert.Contains(t, ok("capabilities", map[string]any{}), `"invalid_spec"`)
	assert.Contains(t, ok("search_docs", map[string]any{"query": "merge base ours theirs"}), `"heading"`)
	assert.Contains(t, refused("search_docs", map[string]any{"query": "xylophone"}), "xylophone")

	// What changes the repository is shown first.
	resource := in(map[string]any{"arguments": []string{"resource", "Server:name!", "--skip-proto", "--skip-tidy"}, "apply": true})
	assert.Contains(t, refused("add", resource), "call it without apply first")
	delete(resource, "apply")
	shown := ok("add", resource)
	assert.Contains(t, shown, `"dry_run":true`)
	assert.Contains(t, shown, "+type Server struct")
	assert.NoFileExists(t, filepath.Join(root, "demo/internal/model/server.go"))
	resource["apply"] = true
	assert.Contains(t, ok("add", resource), `"dry_run":false`)
	assert.FileExists(t, filepath.Join(root, "demo/internal/model/server.go"))
	assert.Contains(t, refused("add", resource), "call it without apply first", "once more is another change")
	assert.Contains(t, refused("add", in(map[string]any{"arguments": []string{"resource", "server:name!"}})), "server")
	// What could not be shown has been seen by nobody.
	wrong := in(map[string]any{"arguments": []string{"resource", "server:name!"}, "apply": true})
	assert.Contains(t, refused("add", wrong), "call it without apply first")
	assert.Contains(t, refused("update", in(map[string]any{"set": []string{"colour=red"}})), "colour")
	assert.Contains(t, refused("update", in(map[string]any{"apply": true})), "no update is planned")
	assert.Contains(t, refused("remove", in(map[string]any{"arguments": []string{"resource", "Server", "-C/"}})), "set by the tool")
	assert.Contains(t, ok("remove", in(map[string]any{"arguments": []string{"resource", "Server"}})), `"action":"delete"`)

	// An update is planned, and carried out only as planned.
	assert.Contains(t, refused("update", in(map[string]any{"apply": true})), "no update is planned")
	assert.Contains(t, ok("update", in(map[string]any{"set": []string{"description=Regions"}})), `"dry_run":true`)
	readme := filepath.Join(root, "demo/README.md")
	text, err := os.ReadFile(readme)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(readme, append(text, '\n'), 0o600))
	assert.Contains(t, refused("update", in(map[string]any{"apply": true})), `"code":"plan_differs"`)
	require.NoError(t, os.WriteFile(readme, text, 0o600))
	ok("update", in(map[string]any{"set": []string{"description=Regions"}}))
	ok("update", in(map[string]any{"apply": true}))
	text, err = os.ReadFile(readme)
	require.NoError(t, err)
	assert.Contains(t, string(text), "Regions")
}

// TestMCPStaysInItsFolder: neither a path nor a link leads out of the folder that is served.
func TestMCPStaysInItsFolder(t *testing.T) {
	root, elsewhere := t.TempDir(), t.TempDir()
	demo(t, filepath.Join(elsewhere, "demo"))
	require.NoError(t, os.Symlink(filepath.Join(elsewhere, "demo"), filepath.Join(root, "link")))
	call := agent(t, root)
	for _, dir := range []string{"../" + filepath.Base(elsewhere) + "/demo", filepath.Join(elsewhere, "demo"), "link"} {
		text, failed := call("list", map[string]any{"dir": dir})
		assert.True(t, failed, dir)
		assert.Contains(t, text, "lies outside of", dir)
	}
}
