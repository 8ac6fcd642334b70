package protofile

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile/ast"
	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/reporter"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A protoEdit changes the text of a file at some places, and leaves the rest as it is.
type protoEdit struct {
	text    []byte
	file    *ast.FileNode
	changes []protoChange
}

type protoChange struct {
	from, to int
	text     string
}

func (e *protoEdit) insert(at int, text string) { e.replace(at, at, text) }

func (e *protoEdit) replace(from, to int, text string) {
	e.changes = append(e.changes, protoChange{from, to, text})
}

// apply gives the text with all changes, with the line ends that it has.
func (e *protoEdit) apply() []byte {
	slices.SortStableFunc(e.changes, func(a, b protoChange) int { return cmp.Compare(a.from, b.from) })
	eol := "\n"
	if bytes.Contains(e.text, []byte("\r\n")) {
		eol = "\r\n"
	}
	var out bytes.Buffer
	last := 0
	for _, c := range e.changes {
		out.Write(e.text[last:c.from])
		if c.from == len(e.text) && len(e.text) > 0 && e.text[len(e.text)-1] != '\n' && c.text != "" {
			out.WriteString(eol)
		}
		out.WriteString(strings.ReplaceAll(c.text, "\n", eol))
		last = c.to
	}
	out.Write(e.text[last:])
	return out.Bytes()
}

func (e *protoEdit) service(name string) *ast.ServiceNode {
	for _, decl := range e.file.Decls {
		if s, ok := decl.(*ast.ServiceNode); ok && s.Name.Val == name {
			return s
		}
	}
	return nil
}

// endOf is where the last line of a service begins, or, if its bracket does not stand on a
// line of its own, where that stands.
func (e *protoEdit) endOf(service string) int {
	at := e.file.NodeInfo(e.service(service).CloseBrace).Start().Offset
	if start := e.lineStart(at); len(bytes.TrimSpace(e.text[start:at])) == 0 {
		return start
	}
	return at
}

// indentOf is how far the methods of a service are indented.
func (e *protoEdit) indentOf(s protoreflect.ServiceDescriptor) string {
	for _, decl := range e.service(string(s.Name())).Decls {
		if rpc, ok := decl.(*ast.RPCNode); ok {
			at := e.file.NodeInfo(rpc).Start().Offset
			before := e.text[e.lineStart(at):at]
			if len(bytes.TrimSpace(before)) == 0 {
				return string(before)
			}
		}
	}
	return "  "
}

// addImport imports a file, behind the other imports.
func (e *protoEdit) addImport(file protoreflect.FileDescriptor, imported string) {
	for i := range file.Imports().Len() {
		if file.Imports().Get(i).Path() == imported {
			return
		}
	}
	line := fmt.Sprintf("import %q;\n", imported)
	if slices.ContainsFunc(e.changes, func(c protoChange) bool { return strings.TrimLeft(c.text, "\n") == line }) {
		return
	}
	at, first := 0, true
	for _, decl := range e.file.Decls {
		switch d := decl.(type) {
		case *ast.ImportNode:
			at, first = e.file.NodeInfo(d).End().Offset, false
		case *ast.PackageNode:
			if first {
				at = e.file.NodeInfo(d).End().Offset
			}
		}
	}
	at = e.lineEnd(at)
	if first && !slices.ContainsFunc(e.changes, func(c protoChange) bool { return strings.HasPrefix(c.text, "\nimport ") }) {
		line = "\n" + line // apart from the package, but not from each other
	}
	e.insert(at, line)
}

func (e *protoEdit) lineStart(at int) int { return bytes.LastIndexByte(e.text[:at], '\n') + 1 }

func (e *protoEdit) lineEnd(at int) int {
	if i := bytes.IndexByte(e.text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(e.text)
}

// cut removes a declaration with the comment above it and the blank line that kept it apart.
func (e *protoEdit) cut(n ast.Node) {
	info := e.file.NodeInfo(n)
	end := info.End().Offset + 1 // it is that of the last character; only the column is behind it
	from, to := info.Start().Offset, e.lineEnd(end-1)
	comments := info.LeadingComments()
	for i := comments.Len() - 1; i >= 0; i-- {
		c := comments.Index(i)
		if bytes.Count(e.text[c.Start().Offset+len(strings.TrimRight(c.RawText(), "\r\n")):from], []byte("\n")) > 1 {
			break // a blank line parts it from the declaration
		}
		from = c.Start().Offset
	}
	if rest := e.text[end:to]; len(bytes.TrimSpace(rest)) > 0 && !bytes.HasPrefix(bytes.TrimSpace(rest), []byte("//")) {
		to = end // something else stands on the line
	}
	if start := e.lineStart(from); len(bytes.TrimSpace(e.text[start:from])) == 0 {
		from = start
	}
	if before := e.lineStart(max(0, from-1)); from > 0 && e.text[from-1] == '\n' && len(bytes.TrimSpace(e.text[before:from])) == 0 {
		from = before
	}
	e.replace(from, to, "")
}

// RemoveRPC takes a method out of the file of its service, and its request if nothing else
// uses it. It gives the file, and what else it removed.
func RemoveRPC(ctx context.Context, sources Sources, pkg, service, name string) (at string, text []byte, request string, err error) {
	s, err := serviceIn(ctx, sources, pkg, service)
	if err != nil {
		return "", nil, "", err
	}
	m := s.Methods().ByName(protoreflect.Name(name))
	if m == nil {
		return "", nil, "", &MethodError{fmt.Errorf("%s has no method %q; it has %s", service, name, strings.Join(methodNames(s), ", "))}
	}
	at = s.ParentFile().Path()
	e := protoEdit{text: sources[at], file: astOf(s.ParentFile())}
	for _, decl := range e.service(service).Decls {
		if rpc, ok := decl.(*ast.RPCNode); ok && rpc.Name.Val == name {
			e.cut(rpc)
		}
	}
	own := RPC{Service: service, Name: name}.requestName()
	if string(m.Input().Name()) == own && m.Input().ParentFile().Path() == at {
		used, err := uses(ctx, sources, m)
		if err != nil {
			return "", nil, "", err
		}
		for _, decl := range e.file.Decls {
			if message, ok := decl.(*ast.MessageNode); ok && message.Name.Val == own && !used {
				e.cut(message)
				request = own
			}
		}
	}
	all := sources.Over(nil)
	all[at] = e.apply()
	after, err := serviceIn(ctx, all, pkg, service)
	if err != nil {
		return "", nil, "", err
	}
	before := unusedImports(s.ParentFile())
	for _, imported := range unusedImports(after.ParentFile()) {
		if !slices.Contains(before, imported) {
			e.cutImport(imported)
		}
	}
	return at, e.apply(), request, nil
}

// unusedImports are the files that a file imports for nothing.
func unusedImports(file protoreflect.FileDescriptor) []string {
	compiled, ok := file.(linker.Result)
	if !ok {
		return nil
	}
	var unused []string
	compiled.CheckForUnusedImports(reporter.NewHandler(reporter.NewReporter(nil, func(err reporter.ErrorWithPos) {
		if of := linker.ErrorUnusedImport(nil); errors.As(err, &of) {
			unused = append(unused, of.UnusedImport())
		}
	})))
	return unused
}

// cutImport removes the import of a file.
func (e *protoEdit) cutImport(imported string) {
	for _, decl := range e.file.Decls {
		if i, ok := decl.(*ast.ImportNode); ok && i.Name.AsString() == imported {
			info := e.file.NodeInfo(i)
			e.replace(e.lineStart(info.Start().Offset), e.lineEnd(info.End().Offset), "")
		}
	}
}

// uses reports whether anything but a method names its request.
func uses(ctx context.Context, sources Sources, of protoreflect.MethodDescriptor) (bool, error) {
	files, err := Compile(ctx, sources)
	if err != nil {
		return false, err
	}
	name, used := of.Input().FullName(), false
	var messages func(protoreflect.MessageDescriptors)
	messages = func(all protoreflect.MessageDescriptors) {
		for i := range all.Len() {
			for k := range all.Get(i).Fields().Len() {
				f := all.Get(i).Fields().Get(k)
				used = used || f.Message() != nil && f.Message().FullName() == name
			}
			messages(all.Get(i).Messages())
		}
	}
	for _, file := range files {
		messages(file.Messages())
		for i := range file.Services().Len() {
			for k := range file.Services().Get(i).Methods().Len() {
				m := file.Services().Get(i).Methods().Get(k)
				used = used || m.Output().FullName() == name || m.Input().FullName() == name && m.FullName() != of.FullName()
			}
		}
	}
	return used, nil
}

func methodNames(s protoreflect.ServiceDescriptor) []string {
	var names []string
	for i := range s.Methods().Len() {
		names = append(names, string(s.Methods().Get(i).Name()))
	}
	slices.Sort(names)
	return names
}
