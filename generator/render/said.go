package render

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A FieldRow is a field in a table of Markdown: what it is called, what it is, and what
// holds for it.
type FieldRow struct {
	Name  string // as code
	Type  string // in words
	Rules string // sentences
}

// FieldRows are the resource's fields, with those of their messages, as a table for readers.
func (r *Resource) FieldRows() []FieldRow {
	var rows []FieldRow
	for _, f := range r.Fields {
		rows = append(rows, FieldRow{code(f.Snake()), f.saidType(), f.said()})
		for _, m := range f.members {
			rows = append(rows, FieldRow{code(f.Snake() + "." + m.Snake()), m.saidType(), m.said()})
		}
	}
	return rows
}

func (f *Field) saidType() string {
	typ := string(f.Type)
	if f.Type == spec.Message {
		typ = "message " + code(f.Message)
	}
	if f.Repeated {
		return "list of " + typ
	}
	return typ
}

// said is what holds for the field, in sentences.
func (f *Field) said() string {
	var all []string
	say := func(on bool, format string, args ...any) {
		if on {
			all = append(all, fmt.Sprintf(format, args...))
		}
	}
	say(f.Needed(), "required")
	say(f.OutputOnly, "read-only")
	say(f.Immutable, "set by create, never changed")
	say(f.Default != "", "default %s", code(string(f.Default)))
	say(f.Unique, "unique in a workspace")
	each := ""
	if f.Repeated {
		each = "each "
	}
	if f.Type == spec.Enum {
		say(true, "%sone of %s", each, codes(f.Values, ", "))
	}
	say(f.MaxLength > 0, "%sat most %s", each, counted(f.MaxLength, "character"))
	say(f.Min != "" && f.Max != "", "%sfrom %s to %s", each, f.Min, f.Max)
	say(f.Min != "" && f.Max == "", "%sat least %s", each, f.Min)
	say(f.Min == "" && f.Max != "", "%sat most %s", each, f.Max)
	say(f.Pattern != "", "%smatches %s", each, code(f.Pattern))
	if f.Format != "" {
		say(true, "%s%s", each, map[spec.Format]string{spec.Email: "an email address", spec.URI: "a URI", spec.UUID: "a UUID", spec.IP: "an IP address"}[f.Format])
	}
	if f.Ref != "" {
		referred := f.target()
		say(true, "refers to %s", f.ATarget())
		say(true, "%s", map[spec.OnDelete]string{
			spec.Restrict: withArticle(referred) + " that is referred to cannot be deleted",
			spec.Cascade:  "deleted with the " + referred,
			spec.Keep:     "stays when the " + referred + " is deleted",
		}[f.OnDelete])
		say(f.Expand, "get and list show it in full, as %s, if `expand` names that", code(f.Expanded()))
	}
	say(f.MaxBytes > 0, "at most %s", counted(f.MaxBytes, "byte"))
	say(f.Keyword, "searched by keyword")
	return sentences(f.Description, all, f.saidTransitions())
}

// target is what the field refers to in running text: "customer".
func (f *Field) target() string { return strings.ReplaceAll(f.Refers().Snake(), "_", " ") }

// ATarget is what the field refers to, with its article: "a customer".
func (f *Field) ATarget() string { return withArticle(f.target()) }

// saidTransitions says which states may follow which.
func (f *Field) saidTransitions() string {
	if len(f.Transitions) == 0 {
		return ""
	}
	var all []string
	for _, t := range f.Transitions {
		all = append(all, code(t.From)+" → "+either(t.To))
	}
	var final []string
	for _, value := range f.Values {
		if len(f.Transitions.From(value)) == 0 {
			final = append(final, value)
		}
	}
	if len(final) > 0 {
		all = append(all, "final: "+codes(final, ", "))
	}
	return strings.Join(all, "; ")
}

// sentences joins a description, which is plain text, and phrases of Markdown.
func sentences(description string, phrases []string, last string) string {
	var all []string
	for _, one := range []string{markdown(description), capital(strings.Join(phrases, "; ")), last} {
		if one == "" {
			continue
		}
		if !strings.HasSuffix(one, ".") {
			one += "."
		}
		all = append(all, one)
	}
	return strings.Join(all, " ")
}

func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// code writes a text as code in a table of Markdown: a backtick in it needs longer ones
// around, and a bar would end the cell.
func code(s string) string {
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + strings.ReplaceAll(printed(s), "|", `\|`) + fence
}

func codes(all []string, separator string) string {
	quoted := make([]string, len(all))
	for i, one := range all {
		quoted[i] = code(one)
	}
	return strings.Join(quoted, separator)
}

// either joins choices: `A`, `B` or `C`.
func either(all []string) string {
	last := len(all) - 1
	if last < 1 {
		return codes(all, "")
	}
	return codes(all[:last], ", ") + " or " + code(all[last])
}

// printed gives a text on one line.
func printed(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
		return strings.Trim(strconv.Quote(s), `"`)
	}
	return s
}

// A RequestRow is a field of a method's request of which more is known than its type.
type RequestRow struct {
	Method string // as code
	FieldRow
}

// RequestRows are the rules of the requests of your protos, and of methods that were added
// to those of resources.
func (v *View) RequestRows() []RequestRow {
	var rows []RequestRow
	add := func(m *Method) {
		for _, f := range protofile.RulesOf(m.Input) {
			name := "the whole request"
			if f.Path != "" {
				name = code(f.Path)
			}
			var phrases []string
			for _, p := range f.Phrases {
				if p.Value == "" {
					phrases = append(phrases, p.Text)
					continue
				}
				value := p.Value
				if _, err := strconv.ParseFloat(value, 64); err != nil { // numbers stand as they are
					value = code(value)
				}
				phrases = append(phrases, strings.ReplaceAll(p.Text, "%s", value))
			}
			rows = append(rows, RequestRow{code(m.ID()), FieldRow{name, f.Type, sentences("", phrases, "")}})
		}
	}
	for _, r := range v.Declared() {
		for _, m := range r.Extra {
			add(m)
		}
	}
	for _, s := range v.APIs() {
		for _, m := range s.Methods {
			add(m)
		}
	}
	return rows
}
