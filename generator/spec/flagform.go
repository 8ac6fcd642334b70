package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ParseResource reads a resource as it is given on the command line:
//
//	Region:name!:keyword,region_code!:unique,provider,tags:struct
//
// A name, then a colon and fields apart by commas, or just the name:
//
//	resource = name [ ":" field { "," field } ]
//	field    = name [ "!" ] { ":" part }
//	part     = type | word | key "=" value
//	type     = [ "[]" ] ( a name of FieldTypes | enum | message )
//	enum     = "enum(" value { "|" value } ")"
//	message  = "message(" field { ";" field } ")"
//	word     = "unique" | "keyword" | "minimal" | "index" | "immutable" | "output_only" | "expand"
//	key      = "aliases" | "message" | "ref" | "on_delete" | "default" | "transitions" | "max_length" | "min" | "max" |
//	           "pattern" | "format" | "max_bytes" | "number"
//
// "!" means required, "[]" a list; a field without a type is a string. Names in a value
// are apart by "|", transitions are written PENDING>PAID|CANCELLED;PAID>SHIPPED. A value
// with a comma, a colon, a semicolon or a bracket stands in double quotes. White space around names and parts is
// left out. The resource has its defaults
// and is valid by itself; the error is of type Problems.
func ParseResource(s string) (Resource, error) {
	name, rest, more := strings.Cut(s, ":")
	r := Resource{Name: strings.TrimSpace(name)}
	var problems Problems
	if more {
		for _, part := range outsideQuotes(rest, ',') {
			f, err := parseField(part)
			if err != nil {
				problems = append(problems, Problem{Path: fmt.Sprintf("%q", shorten(s)), Message: err.Error(), Fix: flagFix})
			}
			r.Fields = append(r.Fields, f)
		}
	}
	if len(problems) > 0 {
		return Resource{}, problems
	}
	r.Fields = defaultFields(r.Fields, nil)
	return r, checkForm(s, func(v *validator) { v.resources([]Resource{r}) })
}

// ParseField reads one field of the grammar of ParseResource, as an addition
// to a resource that has none of that name. Its number is left at 0 unless it
// is given. The error is of type Problems.
func ParseField(s string) (Field, error) {
	f, err := parseField(s)
	if err != nil {
		return Field{}, Problems{{Path: fmt.Sprintf("%q", shorten(s)), Message: err.Error(), Fix: flagFix}}
	}
	d := defaultFields([]Field{f}, nil)
	number := f.Number
	f, f.Number = d[0], 0
	err = checkForm(s, func(v *validator) { v.fields("", Resource{Name: "Resource", Fields: d}) })
	f.Number = number
	return f, err
}

const flagFix = `write it as in "name!", "tags:struct", "state:enum(ENABLED|DISABLED)" or "emails:[]string:unique"`

// checkForm runs a check, and makes its problems point at the text.
func checkForm(text string, f func(*validator)) error {
	v := &validator{}
	f(v)
	if len(v.problems) == 0 {
		return nil
	}
	for i := range v.problems {
		v.problems[i].Path = fmt.Sprintf("%q", shorten(text))
	}
	return v.problems
}

func parseField(s string) (Field, error) {
	parts := outsideQuotes(s, ':')
	name := strings.TrimSpace(parts[0])
	var f Field
	f.Name, f.Required = strings.CutSuffix(name, "!")
	f.Name = strings.TrimSpace(f.Name)
	if f.Name == "" {
		return f, fmt.Errorf("the field %q has no name", shorten(strings.TrimSpace(s)))
	}
	for _, part := range parts[1:] {
		if err := f.parsePart(strings.TrimSpace(part)); err != nil {
			return f, err
		}
	}
	return f, nil
}

func (f *Field) parseType(s string) error {
	item, repeated := strings.CutPrefix(s, "[]")
	f.Repeated = repeated
	if inner, ok := strings.CutPrefix(item, "enum("); ok {
		values, closed := strings.CutSuffix(inner, ")")
		if !closed {
			return fmt.Errorf("the enum %s has no closing bracket", shorten(f.Name))
		}
		f.Type = Enum
		for _, v := range strings.Split(values, "|") {
			f.Values = append(f.Values, strings.TrimSpace(v))
		}
		return nil
	}
	if inner, ok := strings.CutPrefix(item, "message("); ok {
		members, closed := strings.CutSuffix(inner, ")")
		if !closed {
			return fmt.Errorf("the message %s has no closing bracket", shorten(f.Name))
		}
		f.Type = Message
		var err error
		f.Fields, err = parseSubFields(members)
		return err
	}
	if slices.Contains(FieldTypes(), FieldType(item)) {
		f.Type = FieldType(item)
		if f.Type == Enum {
			return fmt.Errorf("the enum %s has no values", shorten(f.Name))
		}
		if f.Type == Message {
			return fmt.Errorf("the message %s has no fields; write them as in message(product_id!;quantity:int32)", shorten(f.Name))
		}
		return nil
	}
	known := append(texts(FieldTypes()), f.words()...)
	if near := Closest(item, known); near != "" {
		return fmt.Errorf("there is no type %q for the field %s, did you mean %q?", shorten(s), shorten(f.Name), near)
	}
	return fmt.Errorf("there is no type %q for the field %s", shorten(s), shorten(f.Name))
}

// Form gives the resource as ParseResource reads it. Descriptions have no
// place there.
func (r Resource) Form() string {
	if len(r.Fields) == 0 {
		return r.Name
	}
	fields := make([]string, len(r.Fields))
	for i, f := range r.Fields {
		fields[i] = f.form(impliedNumber(r, i))
	}
	return r.Name + ":" + strings.Join(fields, ",")
}

// Form gives the field as ParseField reads it, its number included and its description not.
func (f Field) Form() string { return f.form(0) }

func (f Field) form(implied int) string {
	var b strings.Builder
	b.WriteString(f.Name)
	add := func(given bool, s string) {
		if given {
			b.WriteString(s)
		}
	}
	add(f.Required, "!")
	if f.Type != String || f.Repeated {
		b.WriteString(":")
		add(f.Repeated, "[]")
		b.WriteString(string(f.Type))
		add(f.Type == Enum, "("+strings.Join(f.Values, "|")+")")
		if f.Type == Message {
			members := make([]string, len(f.Fields))
			for i, m := range f.Fields {
				members[i] = m.form()
			}
			b.WriteString("(" + strings.Join(members, ";") + ")")
		}
	}
	for _, s := range f.switches() {
		add(*s.set, ":"+s.word)
	}
	for _, s := range f.settings() {
		value := s.get()
		add(value != "" && s.key != "description", ":"+s.key+"="+quoted(value))
	}
	add(f.Number != implied, fmt.Sprintf(":number=%d", f.Number))
	return b.String()
}

// ParseScheduler reads a scheduler as it is given on the command line:
//
//	hourly_scheduler                    every hour, at its beginning
//	hourly_scheduler:hourly:2:15        every two hours, at minute 15
//	tick:interval:30                    every 30 seconds
//	nightly:cron:0 3 * * *              by a cron rule
//	nightly:cron:0 3 * * *:task=Order.expire  and which task it makes
//
// What stands behind the kind may be left out. The scheduler has its defaults
// and is valid; the error is of type Problems.
func ParseScheduler(s string) (Scheduler, error) {
	parts := strings.Split(s, ":")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	task := ""
	if last := parts[len(parts)-1]; strings.HasPrefix(last, "task=") {
		task, parts = strings.TrimPrefix(last, "task="), parts[:len(parts)-1]
	}
	get := func(i int) string {
		if i < len(parts) {
			return parts[i]
		}
		return ""
	}
	scheduler := Scheduler{Name: get(0), Kind: SchedulerKind(get(1)), Task: task}
	most := 2
	var err error
	switch scheduler.Kind {
	case "":
		scheduler.Kind = Hourly
	case Hourly:
		most = 4
		scheduler.Interval, err = wholeNumber(get(2))
		if m := get(3); m != "" {
			scheduler.Minute = ":" + m
		}
	case Interval:
		most = 3
		scheduler.Interval, err = wholeNumber(get(2))
	case Cron:
		most = 3
		scheduler.Rule = get(2)
	default: // the kind is what is wrong, whatever follows it
		most = len(parts)
	}
	if err == nil && len(parts) > most {
		err = fmt.Errorf("%q is one too many", shorten(parts[most]))
	}
	if err != nil {
		return Scheduler{}, Problems{{Path: fmt.Sprintf("%q", shorten(s)), Message: err.Error(),
			Fix: `write it as in "sync", "sync:hourly:2:15", "tick:interval:30" or "nightly:cron:0 3 * * *:task=Order.expire"`}}
	}
	scheduler = defaultSchedulers([]Scheduler{scheduler}, true)[0]
	return scheduler, checkForm(s, func(v *validator) {
		v.schedulers(&Spec{Servers: []Server{SchedulerServer, WorkerServer}, Schedulers: []Scheduler{scheduler}})
	})
}

// wholeNumber reads digits; nothing is 0.
func wholeNumber(s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%q is no number of 1 or more", shorten(s))
	}
	return int(n), nil
}

// Form gives the scheduler as ParseScheduler reads it.
func (s Scheduler) Form() string {
	task := ""
	if s.Task != "" {
		task = ":task=" + s.Task
	}
	switch s.Kind {
	case Interval:
		return fmt.Sprintf("%s:interval:%d%s", s.Name, s.Interval, task)
	case Cron:
		return s.Name + ":cron:" + s.Rule + task
	}
	return fmt.Sprintf("%s:hourly:%d%s%s", s.Name, s.Interval, s.Minute, task)
}
