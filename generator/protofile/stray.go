package protofile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A Stray is a mark that has no effect.
type Stray struct {
	ID   string // the same for as long as the mark stands there
	Text string // where it stands, and why it has none
}

// Strays finds the marks that have no effect, in the files of the package, and what seems
// to be meant for one of ours: it may be the API of somebody else, who writes +optoinal.
// where says which fields ours have one on.
func (api *API) Strays(files linker.Files, in func(path string) bool, where string) []Stray {
	var strays []Stray
	unknown := map[string]bool{} // those are told once
	add := func(d protoreflect.Descriptor, mark, text string) {
		strays = append(strays, Stray{ID: string(d.FullName()) + " " + mark, Text: Position(d) + ": " + text})
	}
	api.walk(files, in, func(d protoreflect.Descriptor) {
		f, field := d.(protoreflect.FieldDescriptor)
		_, method := d.(protoreflect.MethodDescriptor)
		for _, word := range slices.Concat(marksOf(d), marksBelow(d), apartFrom(d)) {
			if mark := meant(word); misspelled(word) {
				text := fmt.Sprintf("the comment of the %s says %s, which is no mark and has no effect; write %s if you mean that", titleIn(d), word, written(mark))
				if mark == optionalMark && field && anyOptional(f.ContainingMessage()) {
					text += ", or the field is required"
				}
				add(d, word, text)
			}
		}
		for _, word := range marksOf(d) {
			mark := meant(word)
			switch {
			case misspelled(word):
			case mark == "":
				name, _, _ := strings.Cut(word, "=")
				if !unknown[name] {
					unknown[name] = true
					strays = append(strays, Stray{ID: name, Text: fmt.Sprintf("%s: %s in the comment of the %s is no mark that spacegen knows; it knows %s, %s, %s and %s of fields, and %s of methods",
						Position(d), word, titleIn(d), optionalMark, uniqueMark, written(maxBytesMark), transientMark, handwrittenMark)})
				}
			case mark == handwrittenMark:
				if !method {
					add(d, mark, fmt.Sprintf("%s in the comment of the %s has no effect: it is a mark of methods", word, titleIn(d)))
				}
			case !field:
				add(d, mark, fmt.Sprintf("%s in the comment of the %s has no effect: marks are for fields", word, titleIn(d)))
			case mark == transientMark:
				if !slices.ContainsFunc(api.Resources, func(r *Resource) bool { return r.Message.FullName() == f.ContainingMessage().FullName() }) {
					add(d, mark, fmt.Sprintf("%s in the comment of the %s has no effect: it is a mark of the fields of a resource", word, titleIn(d)))
				}
			case mark != optionalMark && !api.heeds(f, mark):
				add(d, mark, fmt.Sprintf("%s in the comment of the %s has no effect: %s", word, titleIn(d), where))
			}
		}
		for _, word := range marksBelow(d) {
			if mark := meant(word); mark != "" && !misspelled(word) {
				add(d, mark+" below", fmt.Sprintf("%s below the %s has no effect: write it right above a field, or behind one on its line", word, titleIn(d)))
			}
		}
		for _, word := range apartFrom(d) {
			if mark := meant(word); mark != "" && !misspelled(word) {
				add(d, mark+" apart", fmt.Sprintf("%s above the %s has no effect, since a blank line parts its comment from the declaration; remove that line, or write the mark behind the declaration", word, titleIn(d)))
			}
		}
	})
	return strays
}

// heeds reports whether a mark of a field says something of a column. That an identifier
// is unique goes without saying.
func (api *API) heeds(f protoreflect.FieldDescriptor, mark string) bool {
	return slices.ContainsFunc(api.Resources, func(r *Resource) bool {
		speaks := slices.ContainsFunc(api.speakers(r), func(m protoreflect.MessageDescriptor) bool {
			return m.FullName() == f.ContainingMessage().FullName()
		})
		kept := slices.ContainsFunc(r.Columns(), func(c protoreflect.FieldDescriptor) bool { return c.Name() == f.Name() })
		return speaks && (kept || mark == uniqueMark)
	})
}

// walk visits what may have a comment in the files of the package.
func (api *API) walk(files linker.Files, in func(path string) bool, visit func(protoreflect.Descriptor)) {
	for _, file := range files {
		if string(file.Package()) != api.Package || !in(file.Path()) {
			continue
		}
		visitEnums(file.Enums(), visit)
		visitMessages(file.Messages(), visit)
		for i := range file.Services().Len() {
			s := file.Services().Get(i)
			visit(s)
			for k := range s.Methods().Len() {
				visit(s.Methods().Get(k))
			}
		}
	}
}

func visitMessages(messages protoreflect.MessageDescriptors, visit func(protoreflect.Descriptor)) {
	for i := range messages.Len() {
		m := messages.Get(i)
		if m.IsMapEntry() {
			continue
		}
		visit(m)
		for k := range m.Oneofs().Len() {
			visit(m.Oneofs().Get(k))
		}
		for k := range m.Fields().Len() {
			visit(m.Fields().Get(k))
		}
		visitEnums(m.Enums(), visit)
		visitMessages(m.Messages(), visit)
	}
}

func visitEnums(enums protoreflect.EnumDescriptors, visit func(protoreflect.Descriptor)) {
	for i := range enums.Len() {
		e := enums.Get(i)
		visit(e)
		for k := range e.Values().Len() {
			visit(e.Values().Get(k))
		}
	}
}

// meant is the mark of ours that a word is, or was meant to be; empty if it is none.
func meant(word string) string {
	const slips = 2
	plain := func(mark string) string {
		name, _, _ := strings.Cut(strings.ReplaceAll(mark, ":", "="), "=")
		return strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.ToLower(name))
	}
	for _, mark := range []string{optionalMark, uniqueMark, maxBytesMark, transientMark, handwrittenMark} {
		if levenshtein.ComputeDistance(plain(word), plain(mark)) <= slips {
			return mark
		}
	}
	return ""
}

// misspelled reports whether a word is meant to be a mark of ours, and is none.
func misspelled(word string) bool {
	mark := meant(word)
	return mark != "" && !is(word, mark)
}

// is reports whether a word is a mark as it has to be written.
func is(word, mark string) bool {
	return word == mark || mark == maxBytesMark && strings.HasPrefix(word, mark)
}

// written is how a mark is written.
func written(mark string) string {
	if mark == maxBytesMark {
		return mark + "N"
	}
	return mark
}

// titleIn is a declaration as messages name it: the field code of ItemInfo.
func titleIn(d protoreflect.Descriptor) string {
	if _, file := d.Parent().(protoreflect.FileDescriptor); file || d.Parent() == nil {
		return title(d)
	}
	return title(d) + " of " + string(d.Parent().Name())
}
