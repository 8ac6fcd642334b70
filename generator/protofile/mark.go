package protofile

import (
	"regexp"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/protoutil"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// The marks that comments of fields may carry: before the field, or behind it on its
// line; and that of methods.
const (
	optionalMark = "+optional"   // callers may leave it out: the other fields of the request are required
	uniqueMark   = "+unique"     // no two resources have the same value
	maxBytesMark = "+max_bytes=" // how large it may be

	transientMark = "+transient" // answers have it, and no column keeps it

	handwrittenMark = "+handwritten" // people write the method, whatever its name and its messages say
)

// markForm is how a mark looks, ours or that of another tool: +word, +word=value.
var markForm = regexp.MustCompile(`^\+[A-Za-z][\w.:/-]*(=.*)?$`)

// marksOf gives the marks in a declaration's comments, and whatever looks like one.
func marksOf(d protoreflect.Descriptor) []string {
	at := d.ParentFile().SourceLocations().ByDescriptor(d)
	if isBelow(d) {
		return marksIn(at.LeadingComments)
	}
	return marksIn(at.LeadingComments, at.TrailingComments)
}

// marksBelow gives the marks in a comment on the lines below a field.
func marksBelow(d protoreflect.Descriptor) []string {
	if !isBelow(d) {
		return nil
	}
	return marksIn(d.ParentFile().SourceLocations().ByDescriptor(d).TrailingComments)
}

// isBelow reports whether the comment behind a field begins on a line of its own. To
// protobuf it is the field's all the same if a blank line follows; to the parser it is not.
func isBelow(d protoreflect.Descriptor) bool {
	f, field := d.(protoreflect.FieldDescriptor)
	file, compiled := d.ParentFile().(linker.Result)
	if !field || !compiled || file.AST() == nil {
		return false
	}
	return file.AST().NodeInfo(file.FieldNode(protoutil.ProtoFromFieldDescriptor(f))).TrailingComments().Len() == 0
}

// apartFrom gives the marks in the comments above a declaration that a blank line
// parts from it.
func apartFrom(d protoreflect.Descriptor) []string {
	return marksIn(d.ParentFile().SourceLocations().ByDescriptor(d).LeadingDetachedComments...)
}

func marksIn(comments ...string) []string {
	var marks []string
	for _, comment := range comments {
		for line := range strings.Lines(printable(comment)) {
			for i, word := range strings.Fields(line) {
				word = strings.Trim(word, `.,;()[]`)
				if markForm.MatchString(word) && (i == 0 || meant(word) != "") {
					marks = append(marks, word)
				}
			}
		}
	}
	return marks
}

func marked(d protoreflect.Descriptor, mark string) bool { return slices.Contains(marksOf(d), mark) }

// anyOptional reports whether a request says of any of its fields that callers may
// leave it out.
func anyOptional(m protoreflect.MessageDescriptor) bool {
	for i := range m.Fields().Len() {
		if marked(m.Fields().Get(i), optionalMark) {
			return true
		}
	}
	return false
}
