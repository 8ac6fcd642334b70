// Package spec is the file that a generated repository is made from,
// spacegen.yaml: its types, defaults, validation, and edits that keep what
// people wrote around the values.
package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// FileName is the name of the Spec's file, at the root of a repository.
const FileName = "spacegen.yaml"

// SchemaPath is where the JSON Schema of the Spec lies in a repository.
const SchemaPath = ".spacegen/schema.json"

// Version is the version of the Spec's own format that this binary writes.
const Version = 1

// Kind says what is generated.
type Kind string

// The kinds.
const (
	KindService    Kind = "service"    // a backend microservice
	KindPlugin     Kind = "plugin"     // a small gRPC server that services call
	KindSupervisor Kind = "supervisor" // keeps plugins running
	KindFrontend   Kind = "frontend"   // a web console
	KindPlatform   Kind = "platform"   // the repository above all the others
	KindFramework  Kind = "framework"  // what services run on, published by an organisation for its own
)

// Kinds lists all kinds.
func Kinds() []Kind {
	return []Kind{KindService, KindPlugin, KindSupervisor, KindFrontend, KindPlatform, KindFramework}
}

// Layered reports whether a repository of the kind has the layers of a service,
// from its servers down to its connectors.
func (k Kind) Layered() bool {
	return k != KindFrontend && k != KindPlatform && k != KindFramework
}

// Deployed reports whether a repository of the kind becomes an image or a chart.
func (k Kind) Deployed() bool { return k != KindFramework }

// noun is what a file calls a repository of the kind.
func (k Kind) noun() Kind {
	if k.Layered() {
		return KindService
	}
	return k
}

// Server is one server type of the service: a way in.
type Server string

// The server types.
const (
	GRPCServer      Server = "grpc"
	RESTServer      Server = "rest"
	SchedulerServer Server = "scheduler"
	WorkerServer    Server = "worker"
)

// Servers lists all server types, in the order in which they are written.
func Servers() []Server { return []Server{GRPCServer, RESTServer, SchedulerServer, WorkerServer} }

// Database is the engine that the service is deployed with. Any service with
// a database runs on SQLite when none is configured.
type Database string

// The databases.
const (
	PostgreSQL Database = "postgresql"
	SQLite     Database = "sqlite"
	NoDatabase Database = "none" // resources, if any, live in memory and go with the process
)

// Cache is what stands before the managers' reads.
type Cache string

// The caches.
const (
	Redis      Cache = "redis"
	LocalCache Cache = "local"
	NoCache    Cache = "none"
)

// CI is the system that the emitted workflows are for.
type CI string

// The CI systems.
const (
	GitHub CI = "github"
	NoCI   CI = "none"
)

// FieldType is the type of one value of a field.
type FieldType string

// The field types, with the proto type that each becomes.
const (
	String    FieldType = "string"
	Int       FieldType = "int"       // int64
	Int32     FieldType = "int32"     // int32
	Double    FieldType = "double"    // double
	Decimal   FieldType = "decimal"   // string in the API, exact in the database
	Bool      FieldType = "bool"      // bool
	Enum      FieldType = "enum"      // an enum of its own, of Values
	Struct    FieldType = "struct"    // google.protobuf.Struct
	JSON      FieldType = "json"      // of the user's protos alone: a message that JSON has a form of its own for
	Timestamp FieldType = "timestamp" // string in RFC 3339 in the API, a time in the database
	Date      FieldType = "date"      // string in the API: "2026-01-02"
	Duration  FieldType = "duration"  // google.protobuf.Duration
	Bytes     FieldType = "bytes"     // bytes
	Money     FieldType = "money"     // a message of amount and currency
	Message   FieldType = "message"   // a message of Fields, kept with the resource
)

// FieldTypes lists all field types.
func FieldTypes() []FieldType {
	return []FieldType{String, Int, Int32, Double, Decimal, Money, Bool, Enum, Struct, Timestamp, Date, Duration, Bytes, Message}
}

// SchedulerKind says how a scheduler's times are found.
type SchedulerKind string

// The scheduler kinds.
const (
	Hourly   SchedulerKind = "hourly"   // every Interval hours at Minute
	Interval SchedulerKind = "interval" // every Interval seconds
	Cron     SchedulerKind = "cron"     // by Rule
)

// Spec is everything that a repository is generated from. Parse gives it
// with defaults filled in and validated; one that is built in code starts
// with New and goes through Defaults and Validate.
type Spec struct {
	Version     int         `yaml:"version"`
	Kind        Kind        `yaml:"kind"`
	Name        string      `yaml:"name"`
	Module      string      `yaml:"module"`
	Package     string      `yaml:"package"`
	ProtoPaths  []string    `yaml:"proto_paths"` // folders of an API that stays where it is, as seen from this file
	Framework   Framework   `yaml:"framework"`
	Templates   []Overlay   `yaml:"templates"` // laid over those of spacegen, in this order
	Values      Values      `yaml:"values"`    // what these ask for
	Description string      `yaml:"description"`
	Servers     []Server    `yaml:"servers"`
	Database    Database    `yaml:"database"`
	Cache       Cache       `yaml:"cache"`
	Resources   []Resource  `yaml:"resources"`
	Queries     []Query     `yaml:"queries"` // of resources of the user's protos
	Methods     Methods     `yaml:"methods"` // who may call them, where it is not as for all
	Schedulers  []Scheduler `yaml:"schedulers"`
	Services    []Component `yaml:"services"`
	Managers    []Component `yaml:"managers"`
	Connectors  []Component `yaml:"connectors"`
	Handlers    []Component `yaml:"handlers"`
	Workers     []Component `yaml:"workers"`  // beside the one that every worker server has
	Platform    Platform    `yaml:"platform"` // of the kind platform alone
	Image       Image       `yaml:"image"`
	CI          CI          `yaml:"ci"`
	Chart       bool        `yaml:"chart"`
}

// Resource is one thing that the service keeps: an API, a table and the
// layers between.
type Resource struct {
	Name        string     `yaml:"name"`
	Description string     `yaml:"description"`
	Fields      []Field    `yaml:"fields"`
	Order       []string   `yaml:"order"`   // of a list that doesn't say: "name", or "-name" for the last first
	Aliases     []string   `yaml:"aliases"` // names that callers of gRPC know it by as well
	Reserved    []Reserved `yaml:"reserved"`
}

// Query says of a resource of the user's protos what protos have no words for: how it is
// asked for. Keys are fields of its message, or paths below them.
type Query struct {
	Resource string   `yaml:"resource"`
	Keyword  []string `yaml:"keyword"` // looked through by a query's keyword
	Minimal  []string `yaml:"minimal"` // of a minimal result
	Order    []string `yaml:"order"`   // of a list that doesn't say
	Date     string   `yaml:"date"`    // the time by which an analysis has periods
	Aliases  []Alias  `yaml:"aliases"`
}

// Alias is another name of a key.
type Alias struct {
	Name string `yaml:"name"`
	Of   string `yaml:"of"`
}

// Reserved is what a removed field leaves behind: clients built with it still
// send its number and its name, so no other field may take either.
type Reserved struct {
	Name     string    `yaml:"name"` // empty: only the number is reserved
	Number   int       `yaml:"number"`
	Type     FieldType `yaml:"type"`
	Repeated bool      `yaml:"repeated"`
	Expand   bool      `yaml:"expand"` // it showed what a reference refers to
}

// Field is one field of a resource, beside those that each has: its id,
// domain_id, workspace_id, created_at and updated_at.
type Field struct {
	Name       string        `yaml:"name"`
	Type       FieldType     `yaml:"type"`
	Repeated   bool          `yaml:"repeated"`    // a list of Type
	Values     []string      `yaml:"values"`      // of an enum, without the zero value
	Message    string        `yaml:"message"`     // name of a message; default: the field's, in the singular
	Fields     []SubField    `yaml:"fields"`      // of a message
	Reserved   []SubReserved `yaml:"reserved"`    // of a message: what it had
	Required   bool          `yaml:"required"`    // create refuses a call without it
	Unique     bool          `yaml:"unique"`      // within the workspace's scope
	Keyword    bool          `yaml:"keyword"`     // searched by a query's keyword
	Minimal    bool          `yaml:"minimal"`     // part of a minimal result
	Aliases    []string      `yaml:"aliases"`     // other names of it in queries
	Index      bool          `yaml:"index"`       // lists filter and sort by it quickly
	Ref        string        `yaml:"ref"`         // the resource whose identifier it holds
	OnDelete   OnDelete      `yaml:"on_delete"`   // of what it refers to
	Expand     bool          `yaml:"expand"`      // get and list show what it refers to, when asked
	Default    Literal       `yaml:"default"`     // what create stores when the field is left out
	Immutable  bool          `yaml:"immutable"`   // set by create, and never changed
	OutputOnly bool          `yaml:"output_only"` // set by the service alone
	MaxLength  int           `yaml:"max_length"`  // of a text, in characters
	Min        Literal       `yaml:"min"`         // the least value
	Max        Literal       `yaml:"max"`         // the greatest value
	Pattern    string        `yaml:"pattern"`     // RE2, which a text matches
	Format     Format        `yaml:"format"`      // of a text
	MaxBytes   int           `yaml:"max_bytes"`   // of a text, a list or a struct; 0 is the framework's own maximum
	// Transitions are the values of an enum that may follow each of its values; nil: any may.
	Transitions Transitions `yaml:"transitions"`

	Number      int    `yaml:"number"`      // of the proto field in the Info message
	Description string `yaml:"description"` // one sentence
}

// Scheduler makes tasks at its times.
type Scheduler struct {
	Name        string        `yaml:"name"`
	Kind        SchedulerKind `yaml:"kind"`
	Interval    int           `yaml:"interval"` // hours when hourly, seconds when interval
	Minute      string        `yaml:"minute"`   // ":00" to ":59", hourly only
	Rule        string        `yaml:"rule"`     // five cron fields, cron only
	Task        string        `yaml:"task"`     // that it makes, as in Order.expire; empty: your code says it
	Description string        `yaml:"description"`
}

// Image is the container image that is built and deployed.
type Image struct {
	Registry string `yaml:"registry"` // "ghcr.io/cloudforet-io"
	Name     string `yaml:"name"`     // "inventory"
}

// Reference gives registry and name as they are pulled, without a version.
func (i Image) Reference() string {
	if i.Registry == "" {
		return i.Name
	}
	return i.Registry + "/" + i.Name
}

// New gives a Spec to fill in: nothing but what would be wrong if left at
// Go's zero value.
func New(name string) *Spec {
	return &Spec{Version: Version, Kind: KindService, Name: name, Chart: true}
}

// ServiceName gives the service's name in all its forms.
func (s *Spec) ServiceName() naming.Name { return naming.New(s.Name) }

// Has reports whether the service has a server type.
func (s *Spec) Has(server Server) bool { return slices.Contains(s.Servers, server) }

// HasDatabase reports whether the service has a database.
func (s *Spec) HasDatabase() bool { return s.Database != NoDatabase && s.Database != "" }

// HasCache reports whether the service has a cache.
func (s *Spec) HasCache() bool { return s.Cache != NoCache && s.Cache != "" }

// HasQueue reports whether tasks are made or run.
func (s *Spec) HasQueue() bool { return s.Has(SchedulerServer) || s.Has(WorkerServer) }

// Resource gives the resource of a name, compared after casing, or nil.
func (s *Spec) Resource(name string) *Resource {
	want := naming.New(name).Snake()
	for i := range s.Resources {
		if s.Resources[i].Naming().Snake() == want {
			return &s.Resources[i]
		}
	}
	return nil
}

// Naming gives the resource's name in all its forms.
func (r Resource) Naming() naming.Name { return naming.New(r.Name) }

// IDField gives the name of the field that identifies the resource:
// "region_id".
func (r Resource) IDField() string { return r.Naming().Snake() + "_id" }

// Field gives the field of a name, or nil.
func (r *Resource) Field(name string) *Field {
	for i := range r.Fields {
		if r.Fields[i].Name == name {
			return &r.Fields[i]
		}
	}
	return nil
}

// reservation gives what the field leaves behind when it is removed.
func (f Field) reservation() Reserved {
	return Reserved{Name: f.Name, Number: f.Number, Type: f.Type, Repeated: f.Repeated}
}

// like reports whether a field is of the type that the removed one was.
func (r Reserved) like(f Field) bool {
	is := f.Type
	if is == "" {
		is = String
	}
	return r.Type == is && r.Repeated == f.Repeated && !r.Expand
}

// describe names what has the number.
func (r Reserved) describe() string {
	if r.Name == "" {
		return "a field that was removed"
	}
	if r.Expand {
		return fmt.Sprintf("%s, which showed what a reference refers to", r.Name)
	}
	return fmt.Sprintf("the field %s (%s)", r.Name, Field{Type: r.Type, Repeated: r.Repeated}.describe())
}

// Naming gives the field's name in all its forms.
func (f Field) Naming() naming.Name { return naming.New(f.Name) }

// EnumName gives the name of the proto enum of an enum field, within the
// Info message: "State".
func (f Field) EnumName() string { return f.Naming().Pascal() }

// EnumZero gives the proto enum's zero value, which means not set:
// "STATE_NONE".
func (f Field) EnumZero() string { return f.Naming().Env() + "_NONE" }

// Naming gives the scheduler's name in all its forms.
func (s Scheduler) Naming() naming.Name { return naming.New(s.Name) }

// PackagePath gives the proto package as a folder: "spaceone/api/inventory/v1".
func (s *Spec) PackagePath() string { return strings.ReplaceAll(s.Package, ".", "/") }
