package naming

// initialisms are written in capitals within Go names: those of Go's own
// linters, and those of the cloud.
var initialisms = set(
	"acl", "api", "ascii", "aws", "cidr", "cpu", "crud", "css", "csv", "db", "dns", "eof", "gcp", "gpu",
	"grpc", "guid", "html", "http", "https", "iam", "id", "iops", "ip", "json", "jwk", "jwt", "lhs", "mfa",
	"os", "otp", "qps", "ram", "rest", "rhs", "rpc", "sdk", "sla", "smtp", "sql", "ssd", "ssh", "ssl", "sso",
	"tcp", "tls", "ttl", "udp", "ui", "uid", "uri", "url", "utc", "utf8", "uuid", "vm", "vpc", "vpn", "xml",
	"xmpp", "xsrf", "xss", "yaml",
)

// mixedWords are single words with capitals inside, longest first.
var mixedWords = []string{"OAuth2", "OAuth", "IPv4", "IPv6"}

var mixedCase = map[string]string{"oauth2": "OAuth2", "oauth": "OAuth", "ipv4": "IPv4", "ipv6": "IPv6"}

// irregular holds plurals that inflection gets wrong.
var irregular = map[string]string{
	"quota": "quotas", "beta": "betas", "delta": "deltas", "meta": "metas", "schema": "schemas",
	"pizza": "pizzas", "criteria": "criteria", "media": "media", "index": "indexes",
	"datum": "data", "vpc": "vpcs", "os": "os", "dns": "dns", "ids": "ids", "cookie": "cookies",
	"movie": "movies", "cache": "caches", "alias": "aliases", "canvas": "canvases", "axis": "axes",
	"lens": "lenses", "gas": "gases", "hoof": "hooves", "human": "humans", "slave": "slaves",
}

// reservedPackage holds names that the go tool treats specially.
var reservedPackage = set("main", "internal", "vendor", "testdata", "test", "builtin", "unsafe", "c", "documentation")

// emittedLocals are packages and variables that emitted files use; a local
// variable of that name would hide them.
var emittedLocals = set(
	"apierror", "app", "bun", "cache", "codes", "config", "connector", "context", "ctx", "database", "db",
	"err", "errors", "fmt", "grpc", "handler", "http", "io", "json", "lifecycle", "log", "manager", "maps",
	"model", "os", "path", "pb", "pipeline", "proto", "query", "queue", "req", "require", "res", "runtime",
	"scheduler", "schema", "scope", "server", "service", "slices", "slog", "sort", "spaceconnector", "sql", "status",
	"store", "strconv", "strings", "structpb", "sync", "t", "telemetry", "testing", "time", "timestamppb",
	"worker",
)

// fileSuffix holds the last words of a file name that restrict when the go
// tool compiles it: tests, operating systems, architectures.
var fileSuffix = set(
	"test",
	"aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl",
	"netbsd", "openbsd", "plan9", "solaris", "wasip1", "windows", "zos",
	"386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "loong64", "mips", "mipsle", "mips64",
	"mips64le", "mips64p32", "mips64p32le", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x",
	"sparc", "sparc64", "wasm",
)

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}
