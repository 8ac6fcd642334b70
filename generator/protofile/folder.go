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

// checkFile refuses a file whose code the go tool would pass over, by its name.
func checkFile(file linker.File) error {
	stem := strings.TrimSuffix(path.Base(file.Path()), path.Ext(file.Path()))
	nowhere := build.Context{GOOS: "nowhere", GOARCH: "nothing", Compiler: "gc", OpenFile: func(string) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader([]byte("package x\n"))), nil
	}}
	if match, err := nowhere.MatchFile("", stem+".pb.go"); err == nil && match {
		return nil
	}
	return fmt.Errorf("%s: the go tool passes over %s.pb.go, which the file's code would be in, on some systems or on all; give the file another name",
		position(file, file.SourceLocations().ByPath(protoreflect.SourcePath{packagePath})), stem)
}
