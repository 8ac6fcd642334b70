package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A fieldSwitch is a property of a field that its word alone says.
type fieldSwitch struct {
	word string
	set  *bool
}

// A fieldSetting is a property of a field with a value.
type fieldSetting struct {
	key string
	get func() string // "" if it is not set
	set func(string) error
}

// switches lists the properties without a value, in the order of a form.
func (f *Field) switches() []fieldSwitch {
	return []fieldSwitch{
		{"unique", &f.Unique},
		{"keyword", &f.Keyword},
		{"minimal", &f.Minimal},
		{"index", &f.Index},
		{"immutable", &f.Immutable},
		{"output_only", &f.OutputOnly},
		{"expand", &f.Expand},
	}
}

// settings lists the properties with a value, in the order of a form.
func (f *Field) settings() []fieldSetting {
	return []fieldSetting{
		{"aliases", func() string { return strings.Join(f.Aliases, "|") }, func(s string) error { f.Aliases = strings.Split(s, "|"); return nil }},
		{"message", func() string {
			if f.Message == f.messageName() {
				return ""
			}
			return f.Message
		}, func(s string) error { f.Message = s; return nil }},
		wordSetting("ref", &f.Ref),
		{"on_delete", func() string {
			if f.OnDelete == Restrict && f.Ref != "" { // the default
				return ""
			}
			return string(f.OnDelete)
		}, func(s string) error { f.OnDelete = OnDelete(s); return nil }},
		wordSetting("default", &f.Default),
		{"transitions", func() string { return f.Transitions.form() }, func(s string) (err error) { f.Transitions, err = parseTransitions(s); return err }},
		f.numberSetting("max_length", &f.MaxLength),
		wordSetting("min", &f.Min),
		wordSetting("max", &f.Max),
		wordSetting("pattern", &f.Pattern),
		wordSetting("format", &f.Format),
		f.numberSetting("max_bytes", &f.MaxBytes),
		wordSetting("description", &f.Description),
	}
}

func wordSetting[T ~string](key string, of *T) fieldSetting {
	return fieldSetting{key, func() string { return string(*of) }, func(s string) error { *of = T(s); return nil }}
}

func (f *Field) numberSetting(key string, of *int) fieldSetting {
	return fieldSetting{key, func() string {
		if *of == 0 {
			return ""
		}
		return strconv.Itoa(*of)
	}, func(s string) error {
		n, err := strconv.ParseInt(s, 10, 32)
		if err != nil || n < 1 {
			return fmt.Errorf("%q in the field %s is no number of 1 or more", shorten(s), shorten(f.Name))
		}
		*of = int(n)
		return nil
	}}
}

// words are what may stand behind a colon, beside types.
func (f *Field) words() []string {
	words := []string{"number"}
	for _, s := range f.switches() {
		words = append(words, s.word)
	}
	for _, s := range f.settings() {
		words = append(words, s.key)
	}
	return words
}

// parsePart reads what stands behind one colon.
func (f *Field) parsePart(part string) error {
	key, value, assigned := strings.Cut(part, "=")
	if strings.ContainsAny(key, "[(") { // it is a type, with a message in brackets
		assigned = false
	}
	if !assigned {
		for _, s := range f.switches() {
			if s.word == part && !*s.set {
				*s.set = true
				return nil
			}
		}
		if f.Type == "" {
			return f.parseType(part)
		}
		return fmt.Errorf("%q in the field %s is one too many, or unknown", shorten(part), shorten(f.Name))
	}
	value, err := unquoted(value)
	if err != nil {
		return fmt.Errorf("the value of %s in the field %s does not end: close its quotes", shorten(key), shorten(f.Name))
	}
	settings := append(f.settings(), f.numberSetting("number", &f.Number))
	i := slices.IndexFunc(settings, func(s fieldSetting) bool { return s.key == key })
	switch {
	case i < 0:
		if near := Closest(key, f.words()); near != "" {
			return fmt.Errorf("%q in the field %s is unknown, did you mean %q?", shorten(part), shorten(f.Name), near)
		}
		return fmt.Errorf("%q in the field %s is one too many, or unknown", shorten(part), shorten(f.Name))
	case settings[i].get() != "":
		return fmt.Errorf("%q in the field %s is one too many, or unknown", shorten(part), shorten(f.Name))
	case value == "":
		return fmt.Errorf("%q in the field %s has no value", shorten(part), shorten(f.Name))
	}
	return settings[i].set(value)
}

// outsideQuotes splits a text at a separator, but for those within double quotes or
// brackets.
func outsideQuotes(s string, separator byte) []string {
	var parts []string
	start, quoted, depth := 0, false, 0
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case quoted:
		case s[i] == '(':
			depth++
		case s[i] == ')':
			depth = max(depth-1, 0)
		case s[i] == separator && depth == 0:
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[start:])
}

// quoted gives a value as unquoted reads it.
func quoted(value string) string {
	if strings.ContainsAny(value, `,:;"\()`) || value != strings.TrimSpace(value) {
		return strconv.Quote(value)
	}
	return value
}

func unquoted(value string) (string, error) {
	if strings.HasPrefix(value, `"`) {
		return strconv.Unquote(value)
	}
	return value, nil
}
