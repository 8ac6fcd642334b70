package naming

import (
	"fmt"
	"strings"
)

// MaxLength is the length beyond which a name is refused, in characters: an
// RFC 1123 label and a PostgreSQL identifier have no more.
const MaxLength = 63

// Error says why a name is refused.
type Error struct {
	Name   string // as it was written
	Reason string // what is wrong with it
	Fix    string // what to write instead, in words
}

// Error gives name, reason and fix in one line.
func (e *Error) Error() string {
	return fmt.Sprintf("%q: %s; %s", e.Name, e.Reason, e.Fix)
}

// CheckService refuses names that cannot name a service: its repository,
// binary, image, chart, proto package and environment are called after it.
// The error is an *Error.
func CheckService(s string) error {
	const fix = `write small letters, digits and hyphens, as in "cost-analysis"`
	if err := checkWords(s, "-_", fix); err != nil {
		return err
	}
	if err := checkYAML(s); err != nil {
		return err
	}
	return checkPlain(s, fix)
}

// CheckResource refuses names that cannot name a resource. Any casing will
// do: "CloudService", "cloud_service". The error is an *Error.
func CheckResource(s string) error {
	const fix = `write it as in "CloudService"`
	if err := checkWords(s, "-_", fix); err != nil {
		return err
	}
	n := New(s)
	if table := n.PluralSnake(); len(table) > MaxLength {
		return &Error{s, fmt.Sprintf("its table %s would have %d characters, at most %d are possible", table, len(table), MaxLength), "choose a shorter name"}
	}
	if table := n.Snake(); frameworkTables[table] {
		return &Error{s, "the table " + table + " is the framework's own", "choose another name"}
	}
	for prefix, reason := range tablePrefixes {
		if strings.HasPrefix(n.Snake(), prefix) {
			return &Error{s, reason, "choose another name"}
		}
	}
	return checkPlain(s, fix)
}

// CheckField refuses names that cannot name a field of a resource: they are
// written as in a proto file. The error is an *Error.
func CheckField(s string) error {
	if err := checkCase(s, "region_code", strings.ToLower, New(s).Snake()); err != nil {
		return err
	}
	if systemColumns[s] {
		return &Error{s, "PostgreSQL keeps this column for itself", "choose another name"}
	}
	if s == "base_model" {
		return &Error{s, "the model's base is called so", "choose another name"}
	}
	return nil
}

// CheckEnumValue refuses names that cannot name a value of an enum. The
// error is an *Error.
func CheckEnumValue(s string) error {
	return checkCase(s, "IN_PROGRESS", strings.ToUpper, New(s).Env())
}

// CheckScheduler refuses names that cannot name a scheduler. The error is an
// *Error.
func CheckScheduler(s string) error {
	if err := checkYAML(s); err != nil {
		return err
	}
	return checkCase(s, "hourly_scheduler", strings.ToLower, New(s).Snake())
}

// checkCase wants words in one case with single underscores between, like
// example.
func checkCase(s, example string, fold func(string) string, suggestion string) error {
	fix := fmt.Sprintf("write it as in %q", example)
	if err := checkWords(s, "-_", fix); err != nil {
		return err
	}
	if s == fold(s) && !strings.Contains(s, "-") {
		return nil
	}
	return &Error{s, fmt.Sprintf("it is not written as %q is", example), fmt.Sprintf("write %q", suggestion)}
}

// checkWords wants ASCII letters and digits, a letter first, with single
// separators between.
func checkWords(s, separators, fix string) error {
	refuse := func(reason string, args ...any) error {
		return &Error{shorten(s), fmt.Sprintf(reason, args...), fix}
	}
	switch {
	case s == "":
		return refuse("the name is empty")
	case len(s) > 2*MaxLength || len(New(s).Snake()) > MaxLength || len(s) > MaxLength:
		return refuse("the name has %d characters, at most %d are possible", max(len(s), len(New(shorten(s)).Snake())), MaxLength)
	case strings.ContainsAny(s, `/\`) || strings.Contains(s, ".."):
		return refuse("this is a path, not a name")
	}
	for i, r := range s {
		c := byte(r)
		switch {
		case r > 126 || r < 32:
			return refuse("%q is not an ASCII letter", r)
		case i == 0 && digit(c):
			return refuse("a name cannot begin with a digit")
		case lowerCase(c) || upperCase(c) || digit(c):
		case !strings.ContainsRune(separators, r):
			return refuse("%q is neither a letter nor a digit", r)
		case i == 0:
			return refuse("a name cannot begin with %q", r)
		case i == len(s)-1:
			return refuse("a name cannot end with %q", r)
		case strings.ContainsRune(separators, rune(s[i-1])):
			return refuse("two separators stand side by side")
		}
	}
	return nil
}

// checkPlain refuses names that mean something to the go tool or to a file
// system, and so cannot be folders or files.
func checkPlain(s, fix string) error {
	lower := New(s).Snake()
	switch {
	case lower == "internal" || lower == "vendor" || lower == "testdata":
		return &Error{s, "the go tool treats folders of this name specially", "choose another name"}
	case deviceNames[lower]:
		return &Error{s, "Windows and Go modules have no files of this name", "choose another name"}
	case lower == "":
		return &Error{s, "the name has no letters", fix}
	}
	return nil
}

// checkYAML refuses names that are no text in YAML, of charts and configuration.
func checkYAML(s string) error {
	if yamlWords[strings.ToLower(s)] {
		return &Error{s, "YAML takes this word for a value, not for a name", "choose another name"}
	}
	return nil
}

func shorten(s string) string {
	if len(s) > MaxLength+1 {
		return s[:MaxLength+1]
	}
	return s
}

// frameworkTables are the tables and indexes that the framework makes beside those of
// resources.
var frameworkTables = set("schema_migrations", "schema_migrations_pkey", "queue_outbox", "queue_outbox_pkey", "queue_outbox_due")

// tablePrefixes are those of tables that a database would not take, or not find again.
var tablePrefixes = map[string]string{
	"sqlite_": "SQLite keeps all tables that begin so for itself",
	"pg_":     "PostgreSQL looks for tables that begin so in its catalog first",
}

// systemColumns are those of every PostgreSQL table.
var systemColumns = set("tableoid", "xmin", "xmax", "cmin", "cmax", "ctid")

// yamlWords are those of YAML 1.1, too, which Helm reads.
var yamlWords = set("null", "true", "false", "yes", "no", "on", "off", "y", "n")

var deviceNames = set("con", "prn", "aux", "nul",
	"com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
	"lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9")
