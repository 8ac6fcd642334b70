package protofile

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"go/build"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile/linker"
	"golang.org/x/mod/module"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// GoFolder is where the code of protos in a folder goes, below gen/go: the same folder,
// but for names that Go gives a meaning to, or does not take. No two folders become one:
//
//	internal, vendor, testdata, con  internal_ (and internal_ is internal__)
//	_x, .x                           x_x, x.x  (and x_x is xx_x)
//	what no import path may hold     x- and its bytes in hexadecimal (and so is x-y)
func GoFolder(folder string) string {
	if folder == "." {
		return folder
	}
	names := strings.Split(folder, "/")
	for i, name := range names {
		names[i] = goFolderName(name)
	}
	return strings.Join(names, "/")
}

func goFolderName(name string) string {
	encoded := "x-" + hex.EncodeToString([]byte(name))
	word := strings.TrimRight(name, "_")
	switch {
	case strings.HasPrefix(name, "x-"):
		return encoded
	case strings.HasPrefix(strings.TrimLeft(name, "x"), "_"), strings.HasPrefix(strings.TrimLeft(name, "x"), "."):
		name = "x" + name
	case !importable(word):
		name += "_"
	}
	if !importable(name) {
		return encoded
	}
	return name
}

// importable reports whether a folder of a name holds packages like any other.
func importable(name string) bool {
	return module.CheckImportPath("x/"+name) == nil && !slices.Contains([]string{"internal", "vendor", "testdata"}, name)
}

// checkFile refuses a file whose code the go tool would pass over, by its name. No plugin
// takes another: protoc-gen-go names the code after the file, and so does buf.
func checkFile(file linker.File) error {
	stem := strings.TrimSuffix(path.Base(file.Path()), path.Ext(file.Path()))
	if built(stem) {
		return nil
	}
	better := strings.TrimLeft(stem, "_.")
	if better == "" || !built(better) {
		better += "_api"
	}
	return fmt.Errorf("%s: Go builds %s.pb.go, which the code of this file would be in, on some systems only, or on none; rename the file, as in %s.proto, and the imports of it",
		position(file, file.SourceLocations().ByPath(protoreflect.SourcePath{packagePath})), stem, strings.TrimLeft(better, "_"))
}

// built reports whether the go tool builds the code of a file, whatever the system.
func built(stem string) bool {
	nowhere := build.Context{GOOS: "nowhere", GOARCH: "nothing", Compiler: "gc", OpenFile: func(string) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader([]byte("package x\n"))), nil
	}}
	match, err := nowhere.MatchFile("", stem+".pb.go")
	return err == nil && match
}
