package protofile

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/bufbuild/protocompile/ast"
	"github.com/bufbuild/protocompile/parser"
	"github.com/bufbuild/protocompile/reporter"
)

// maxFaults is how many errors are told at once.
const maxFaults = 20

// faults are the errors of files that are compiled side by side.
type faults struct {
	mutex sync.Mutex
	all   []reporter.ErrorWithPos
}

// add has the compiler go on, to find more.
func (f *faults) add(fault reporter.ErrorWithPos) error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.all = append(f.all, fault)
	return nil
}

// imports adds the imports of files, and of what they import, that lead nowhere:
// the compiler tells only the first of those, and no other error beside it.
func (f *faults) imports(open func(path string) (io.ReadCloser, error), paths []string) {
	seen := map[string]bool{}
	var follow func(path string)
	follow = func(path string) {
		text, err := open(path)
		if seen[path] || err != nil {
			return
		}
		seen[path] = true
		goOn := reporter.NewHandler(reporter.NewReporter(func(reporter.ErrorWithPos) error { return nil }, nil))
		file, _ := parser.Parse(path, text, goOn) // its errors are known
		if file == nil {
			return
		}
		for _, decl := range file.Decls {
			if i, ok := decl.(*ast.ImportNode); ok {
				name := i.Name.AsString()
				if _, err := open(name); errors.Is(err, fs.ErrNotExist) && !Builtin(name) {
					_ = f.add(reporter.Error(file.NodeInfo(i.Name), err))
				}
				follow(name)
			}
		}
	}
	for _, path := range paths {
		follow(path)
	}
}

// join gives the errors by file, line and column; nil if there are none. Of
// several at one place the first says it.
func (f *faults) join() error {
	compare := func(a, b reporter.ErrorWithPos) int {
		x, y := a.GetPosition(), b.GetPosition()
		return cmp.Or(strings.Compare(x.Filename, y.Filename), cmp.Compare(x.Line, y.Line), cmp.Compare(x.Col, y.Col))
	}
	slices.SortStableFunc(f.all, compare)
	f.all = slices.CompactFunc(f.all, func(a, b reporter.ErrorWithPos) bool { return compare(a, b) == 0 })
	var told []error
	for i, fault := range f.all {
		if i == maxFaults {
			told = append(told, fmt.Errorf("and %d more", len(f.all)-i))
			break
		}
		told = append(told, fault)
	}
	return errors.Join(told...)
}
