package layers

import "slices"

// What may import all layers, and is imported by none of them: the folder of
// internal/ that puts them together, and that of the commands.
const (
	App      = "app"
	Commands = "cmd"
)

// Beside is what packages are called that lie in no layer.
const Beside = "a package beside the layers"

// A Layer is a folder of internal/, and what its packages may import of the
// repository.
type Layer struct {
	Name    string
	Imports []string // layers beside itself
	Why     string   // what the rule keeps true
	Tables  bool     // may know how rows are described: bun's tags, database/sql's types
	Drivers bool     // may talk to databases, caches and queues
}

// Layers is the one table of the rule: interface → handler → service → manager →
// connector, and model and core below all. A call enters by a handler, since
// that is where it is authenticated and authorised. Tests may import what they
// like.
func Layers() []Layer {
	return []Layer{
		{Name: "interface", Imports: []string{"handler", "model", "core"}, Why: "an interface calls handlers, which authenticate"},
		{Name: "handler", Imports: []string{"service", "model", "core"}, Why: "a handler stands before services"},
		{Name: "service", Imports: []string{"manager", "model", "core"}, Why: "a service calls managers"},
		{Name: "manager", Imports: []string{"connector", "model", "core"}, Why: "a manager calls connectors"},
		{Name: "connector", Imports: []string{"model", "core"}, Why: "a connector reaches out and never up", Tables: true, Drivers: true},
		{Name: "model", Imports: []string{"core"}, Why: "models are below all layers", Tables: true},
		{Name: "core", Why: "core knows nothing of the service", Tables: true, Drivers: true},
	}
}

// beside is the rule of packages that lie in no layer. A layer reaches whatever
// such a package imports, so that it may import only what each layer may.
func beside() Layer {
	return Layer{Name: Beside, Imports: []string{"model", "core"}, Why: "what it imports, every layer reaches by it"}
}

// tableDrivers describe rows, too: models have their tags and types.
func tableDrivers() []string { return []string{"database/sql", "github.com/uptrace/bun"} }

// otherDrivers are the modules that talk to databases, caches and queues.
func otherDrivers() []string {
	return []string{
		"entgo.io/ent",
		"github.com/ClickHouse/clickhouse-go",
		"github.com/IBM/sarama",
		"github.com/alicebob/miniredis",
		"github.com/bradfitz/gomemcache",
		"github.com/elastic/go-elasticsearch",
		"github.com/go-sql-driver/mysql",
		"github.com/gomodule/redigo",
		"github.com/hibiken/asynq",
		"github.com/jackc/pgx",
		"github.com/jmoiron/sqlx",
		"github.com/lib/pq",
		"github.com/mattn/go-sqlite3",
		"github.com/microsoft/go-mssqldb",
		"github.com/nats-io/nats.go",
		"github.com/rabbitmq/amqp091-go",
		"github.com/redis/go-redis",
		"github.com/redis/rueidis",
		"github.com/segmentio/kafka-go",
		"github.com/twmb/franz-go",
		"go.etcd.io/bbolt",
		"go.mongodb.org/mongo-driver",
		"gorm.io",
		"modernc.org/sqlite",
		"xorm.io",
	}
}

// A Rule is a part of the table in the words of depguard: in the files, none of
// the packages is imported unless it is one of Allow.
type Rule struct {
	Name  string
	Files []string
	Deny  []string
	Allow []string
	Why   string
}

// Rules is the table for depguard, for a module.
func Rules(module string) []Rule {
	const noTest = "!$test"
	under := func(folder string) string { return "**/internal/" + folder + "/**" }
	free := []string{"!**/" + Commands + "/**", "!" + under(App)}
	var rules []Rule
	apart := slices.Concat([]string{"$all", noTest}, free)
	noDriver, noTable := slices.Clone(apart), slices.Clone(apart)
	for _, layer := range Layers() {
		rule := Rule{Name: layer.Name, Files: []string{under(layer.Name), noTest}, Why: layer.Why}
		if len(layer.Imports) == 0 {
			rule.Deny, rule.Allow = bounded([]string{module}), within(module, layer.Name)
		} else {
			rule.Deny = layer.denied(module)
		}
		rules = append(rules, rule)
		apart = append(apart, "!"+under(layer.Name))
		if layer.Drivers {
			noDriver = append(noDriver, "!"+under(layer.Name))
		}
		if layer.Tables {
			noTable = append(noTable, "!"+under(layer.Name))
		}
	}
	return append(rules,
		Rule{Name: "beside", Files: apart, Deny: beside().denied(module), Why: beside().Why},
		Rule{Name: "drivers", Files: noDriver, Deny: bounded(otherDrivers()), Why: "drivers belong into connectors"},
		Rule{Name: "tables", Files: noTable, Deny: bounded(tableDrivers()), Why: "drivers belong into connectors"},
	)
}

// denied are the folders that a layer may not import, as depguard names them.
func (l Layer) denied(module string) []string {
	denied := slices.Concat(within(module, App), bounded([]string{module + "/" + Commands}))
	for _, other := range Layers() {
		if other.Name != l.Name && !slices.Contains(l.Imports, other.Name) {
			denied = append(denied, within(module, other.Name)...)
		}
	}
	return denied
}

// within is a folder of internal/ as depguard names it.
func within(module, folder string) []string { return bounded([]string{module + "/internal/" + folder}) }

// bounded has depguard, which compares the beginnings of paths, take each for a
// package and those below it, and for no other that begins with its letters.
func bounded(packages []string) []string {
	var all []string
	for _, p := range packages {
		all = append(all, p+"$", p+"/")
	}
	return all
}
