package database

import (
	"context"
	"database/sql/driver"
	"regexp"
	"strings"
	"sync"

	"modernc.org/sqlite"
)

// sqliteConnector opens connections that know the functions which queries need
// and SQLite lacks.
type sqliteConnector struct {
	driver *sqlite.Driver
	source string
}

func newSQLiteConnector(source string) *sqliteConnector {
	c := &sqliteConnector{driver: new(sqlite.Driver), source: source}
	patterns := new(patternCache)
	c.driver.MustRegisterDeterministicScalarFunction("regexp", 2, patterns.match)
	c.driver.MustRegisterDeterministicScalarFunction("fold", 1, fold)
	return c
}

// Connect opens a connection.
func (c *sqliteConnector) Connect(ctx context.Context) (driver.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return c.driver.Open(c.source)
}

// Driver is SQLite's.
func (c *sqliteConnector) Driver() driver.Driver { return c.driver }

// fold is lower() for all of Unicode.
func fold(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	text, ok := args[0].(string)
	if !ok {
		return args[0], nil
	}
	return strings.ToLower(text), nil
}

// maxPatterns bounds the compiled patterns that are kept.
const maxPatterns = 256

// patternCache keeps compiled patterns: a query uses one for every row.
type patternCache struct {
	mu       sync.Mutex
	patterns map[string]*regexp.Regexp
}

// match is regexp(pattern, text), without regard to case.
func (c *patternCache) match(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	pattern, ok := args[0].(string)
	text, isText := args[1].(string)
	if !ok || !isText {
		return false, nil
	}
	compiled, err := c.compile(pattern)
	if err != nil {
		return nil, err
	}
	return compiled.MatchString(text), nil
}

func (c *patternCache) compile(text string) (*regexp.Regexp, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if compiled, ok := c.patterns[text]; ok {
		return compiled, nil
	}
	parsed, err := parsePattern(text)
	if err != nil {
		return nil, err
	}
	compiled, err := parsed.compile()
	if err != nil {
		return nil, err
	}
	if c.patterns == nil || len(c.patterns) >= maxPatterns {
		c.patterns = map[string]*regexp.Regexp{}
	}
	c.patterns[text] = compiled
	return compiled, nil
}
