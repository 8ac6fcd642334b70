package protofile_test

import (
	"encoding/json"
	"io/fs"
	"path"
	"reflect"
	"strings"
	"testing"

	_ "cloud.google.com/go/longrunning/autogen/longrunningpb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "google.golang.org/genproto/googleapis/api"
	_ "google.golang.org/genproto/googleapis/api/annotations"
	_ "google.golang.org/genproto/googleapis/api/httpbody"
	_ "google.golang.org/genproto/googleapis/api/visibility"
	_ "google.golang.org/genproto/googleapis/rpc/code"
	_ "google.golang.org/genproto/googleapis/rpc/errdetails"
	_ "google.golang.org/genproto/googleapis/rpc/status"
	_ "google.golang.org/genproto/googleapis/type/calendarperiod"
	_ "google.golang.org/genproto/googleapis/type/color"
	_ "google.golang.org/genproto/googleapis/type/date"
	_ "google.golang.org/genproto/googleapis/type/datetime"
	_ "google.golang.org/genproto/googleapis/type/dayofweek"
	_ "google.golang.org/genproto/googleapis/type/decimal"
	_ "google.golang.org/genproto/googleapis/type/expr"
	_ "google.golang.org/genproto/googleapis/type/fraction"
	_ "google.golang.org/genproto/googleapis/type/interval"
	_ "google.golang.org/genproto/googleapis/type/latlng"
	_ "google.golang.org/genproto/googleapis/type/localized_text"
	_ "google.golang.org/genproto/googleapis/type/money"
	_ "google.golang.org/genproto/googleapis/type/month"
	_ "google.golang.org/genproto/googleapis/type/phone_number"
	_ "google.golang.org/genproto/googleapis/type/postaladdress"
	_ "google.golang.org/genproto/googleapis/type/quaternion"
	_ "google.golang.org/genproto/googleapis/type/timeofday"
	_ "google.golang.org/grpc/binarylog/grpc_binarylog_v1"
	_ "google.golang.org/grpc/health/grpc_health_v1"
	_ "google.golang.org/grpc/reflection"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/templates"
)

// TestBuiltins holds the built-in files against Google's Go modules, from which
// their code comes: the same messages, in the packages that the files name and
// that go.mod is rendered for.
func TestBuiltins(t *testing.T) {
	root, err := fs.Sub(templates.FS, "service/third_party/googleapis")
	require.NoError(t, err)
	sources := protofile.Sources{"all.proto": []byte("syntax = \"proto3\";\n")}
	known := map[string]bool{}
	require.NoError(t, fs.WalkDir(root, ".", func(at string, _ fs.DirEntry, err error) error {
		if path.Ext(at) == ".proto" {
			known[at] = true
			sources["all.proto"] = append(sources["all.proto"], "import \""+at+"\";\n"...)
		}
		return err
	}))
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if strings.HasPrefix(file.Path(), "google/") && !strings.HasPrefix(file.Path(), "google/protobuf/") {
			assert.True(t, known[file.Path()], "%s is linked, and is not built in", file.Path())
		}
		return true
	})
	files, err := protofile.Compile(t.Context(), sources)
	require.NoError(t, err)
	imports := files[0].Imports()
	require.Equal(t, len(known), imports.Len())
	var modules struct{ Packages map[string]any }
	text, err := fs.ReadFile(templates.FS, "service/modules.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &modules))
	for i := range imports.Len() {
		file := imports.Get(i).FileDescriptor
		assert.True(t, protofile.Builtin(file.Path()))
		at, _ := protofile.GoImport("example.com/x", file)
		assert.Contains(t, modules.Packages, at, "modules.json does not know the code of %s", file.Path())
		linked, err := protoregistry.GlobalFiles.FindFileByPath(file.Path())
		require.NoError(t, err)
		require.Equal(t, linked.Messages().Len(), file.Messages().Len(), file.Path())
		for j := range file.Messages().Len() {
			message, in := file.Messages().Get(j), linked.Messages().Get(j)
			typ, err := protoregistry.GlobalTypes.FindMessageByName(message.FullName())
			require.NoError(t, err)
			assert.Equal(t, at, reflect.TypeOf(typ.Zero().Interface()).Elem().PkgPath())
			require.Equal(t, in.Fields().Len(), message.Fields().Len(), message.FullName())
			for k := range message.Fields().Len() {
				field := message.Fields().Get(k)
				same := in.Fields().ByName(field.Name())
				require.NotNil(t, same, field.FullName())
				assert.Equal(t, same.Number(), field.Number(), field.FullName())
				assert.Equal(t, same.Kind(), field.Kind(), field.FullName())
			}
		}
	}
}
