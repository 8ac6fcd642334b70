package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/prompt"
)

// usual answers every question by its default.
type usual struct{}

func (usual) Ask(_ context.Context, q prompt.Question, into any) error {
	switch into := into.(type) {
	case *string:
		*into, _ = q.Default.(string)
	case *bool:
		*into, _ = q.Default.(bool)
	case *[]string:
		*into, _ = q.Default.([]string)
	}
	return nil
}

// The command that is printed after questions says what the API is to the service, and
// which package of it: what the service calls is no longer the Spec's package.
func TestTheCommandNamesTheAPI(t *testing.T) {
	api := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(api, "carrier.proto"), []byte(`syntax = "proto3";
package acme.carrier.plugin;
service Carrier { rpc Send(Parcel) returns (Parcel); }
message Parcel { string id = 1; }
`), 0o644))
	for _, tt := range []struct {
		args []string
		want string
	}{
		{nil, " --proto " + api},
		{[]string{"--proto-mode", "reference"}, " --proto " + api + " --proto-mode reference"},
		{[]string{"--as", "connector"}, " --proto " + api + " --as connector"},
	} {
		o := new(newOptions)
		set := pflag.NewFlagSet("new", pflag.ContinueOnError)
		o.register(set)
		require.NoError(t, set.Parse(append([]string{"--proto", api, "--package", "acme.carrier.plugin"}, tt.args...)))
		from, err := o.origin(nil, "demo")
		require.NoError(t, err)
		s, command, err := from.(fromFlags).ask(t.Context(), usual{}, "sender")
		require.NoError(t, err)
		assert.Contains(t, command, " --package acme.carrier.plugin ")
		assert.Contains(t, command, tt.want)
		_, err = from.own(t.Context(), s, t.TempDir())
		require.NoError(t, err)
		assert.Equal(t, tt.args != nil && tt.args[0] == "--as", s.Package != "acme.carrier.plugin", "what is called is not what is answered")
	}
}
