// Command peers compares an emitted service with servers that do the same by other
// means, side by side, on one PostgreSQL:
//
//	scripts/bench-peers.sh --database postgres://postgres@127.0.0.1:5432/postgres
//
// It makes a database of its own, and drops it. Every server runs as a process of its
// own, one at a time, each round anew; rounds of the servers alternate, since machines
// have moods: compare what stands side by side in one run, never figures of two runs.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// also is an emitted server beside the others: another framework, or another service too.
type also struct{ core, service string }

// Options say what is compared, and how.
type Options struct {
	repository  string          // the folder of this repository
	service     string          // of the emitted service
	cached      string          // of one with a cache
	core        string          // of the framework that it is built with
	also        map[string]also // other emitted servers, by name
	servers     []string
	methods     []string
	callers     []int
	connections int
	rounds      int
	starts      int
	warmup      time.Duration
	time        time.Duration
	database    string
	out         string // a file for benchstat
	work        string // a folder for programs and logs; empty: a temporary one
}

func main() {
	o, err := parse(os.Args[1:])
	if err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "peers:", err)
		}
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err = run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func parse(args []string) (Options, error) {
	o := Options{also: map[string]also{}}
	var servers, methods, callers string
	set := flag.NewFlagSet("peers", flag.ContinueOnError)
	set.StringVar(&o.repository, "repository", ".", "`folder` of this repository")
	set.StringVar(&o.service, "service", "", "`folder` of the emitted service (testdata/golden/example-inventory)")
	set.StringVar(&o.cached, "cached", "", "`folder` of an emitted service with a cache (testdata/golden/inventory)")
	set.StringVar(&o.core, "core", "", "`folder` of the framework that it is built with (core)")
	set.Func("also", "`NAME=FOLDER`: one more server, called NAME: the emitted service with the framework of FOLDER (repeat for more). NAME=FOLDER:SERVICE has it be another service", func(value string) error {
		name, folders, found := strings.Cut(value, "=")
		core, service, _ := strings.Cut(folders, ":")
		if !found || name == "" || core == "" {
			return errors.New("it is neither NAME=FOLDER nor NAME=FOLDER:SERVICE")
		}
		o.also[name] = also{core: core, service: service}
		return nil
	})
	set.StringVar(&servers, "servers", "bare,emitted,emitted-auth", "the `servers`, of which the first is the measure: "+strings.Join(known(), ", ")+", and those of --also")
	set.StringVar(&methods, "methods", strings.Join(methodNames(), ","), "the `methods`")
	set.StringVar(&callers, "callers", "1,16,64", "how many call at once: `numbers`")
	set.IntVar(&o.connections, "connections", 4, "how many `connections` the callers share")
	set.IntVar(&o.rounds, "rounds", 5, "how many `rounds` each server has, by turns")
	set.IntVar(&o.starts, "starts", 5, "how `often` each server is started to measure that; 0: never")
	set.DurationVar(&o.warmup, "warmup", 500*time.Millisecond, "the `time` before each round")
	set.DurationVar(&o.time, "time", 2*time.Second, "the `time` of each round")
	set.StringVar(&o.database, "database", os.Getenv("TEST_DATABASE_URL"), "`URL` of a PostgreSQL where a database may be made (TEST_DATABASE_URL)")
	set.StringVar(&o.out, "out", "", "`file` that gets the rounds in the format of Go benchmarks, for benchstat")
	set.StringVar(&o.work, "work", "", "`folder` that keeps the programs and their logs; empty: none")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	o.service = cmp.Or(o.service, filepath.Join(o.repository, "testdata", "golden", "example-inventory"))
	o.cached = cmp.Or(o.cached, filepath.Join(o.repository, "testdata", "golden", "inventory"))
	o.core = cmp.Or(o.core, filepath.Join(o.repository, "core"))
	o.servers, o.methods = strings.Split(servers, ","), strings.Split(methods, ",")
	for name := range o.also {
		o.servers = append(o.servers, name)
	}
	for text := range strings.SplitSeq(callers, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return o, fmt.Errorf("--callers %s: %q is no number of callers", callers, text)
		}
		o.callers = append(o.callers, n)
	}
	for _, name := range o.methods {
		if _, ok := methodsByName()[name]; !ok {
			return o, fmt.Errorf("--methods: %q is none of %s", name, strings.Join(methodNames(), ", "))
		}
	}
	switch {
	case set.NArg() > 0:
		return o, fmt.Errorf("%q is too much: all is said by flags", set.Arg(0))
	case o.database == "":
		return o, errors.New("no PostgreSQL: name one by --database or TEST_DATABASE_URL")
	case o.rounds < 1 || o.connections < 1 || o.time <= 0 || o.starts < 0:
		return o, errors.New("--rounds, --connections and --time are at least 1, --starts at least 0")
	}
	return o, nil
}

func run(ctx context.Context, o Options) (err error) {
	if o.work == "" {
		if o.work, err = os.MkdirTemp("", "peers-"); err != nil {
			return err
		}
		defer os.RemoveAll(o.work) //nolint:errcheck // it is temporary
	} else if err = os.MkdirAll(o.work, 0o755); err != nil {
		return err
	}
	db, err := makeDatabase(ctx, o.database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.drop(context.WithoutCancel(ctx))) }()
	servers, err := buildServers(ctx, o, db)
	if err != nil {
		return err
	}
	if err := db.fill(ctx, servers); err != nil {
		return err
	}
	b := bench{Options: o, db: db, servers: servers, results: &results{names: o.servers}}
	if o.out != "" {
		out, err := os.Create(o.out)
		if err != nil {
			return err
		}
		defer out.Close() //nolint:errcheck // each write was checked
		b.results.out = out
	}
	if err := b.start(ctx); err != nil {
		return err
	}
	if err := b.load(ctx); err != nil {
		return err
	}
	b.results.report(os.Stdout)
	return nil
}
