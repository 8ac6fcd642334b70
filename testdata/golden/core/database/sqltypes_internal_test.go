package database

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDecimalsAreTextsInSQLite(t *testing.T) {
	for in, want := range map[string]string{
		`CREATE TABLE "a" ("price" NUMERIC NOT NULL DEFAULT 0, x TEXT);`:                               `CREATE TABLE "a" ("price" TEXT COLLATE decimal NOT NULL DEFAULT 0, x TEXT);`,
		"create table if not exists a (\n  x TEXT,\n  price numeric(10,2)\n);":                         "create table if not exists a (\n  x TEXT,\n  price TEXT COLLATE decimal\n);",
		"CREATE TEMP TABLE main.a (p /* NUMERIC */ DECIMAL(5) -- NUMERIC\n, q NUMERIC)":                "CREATE TEMP TABLE main.a (p /* NUMERIC */ TEXT COLLATE decimal -- NUMERIC\n, q TEXT COLLATE decimal)",
		`ALTER TABLE "a" ADD COLUMN "p" NUMERIC NOT NULL DEFAULT 0; SELECT 1;`:                         `ALTER TABLE "a" ADD COLUMN "p" TEXT COLLATE decimal NOT NULL DEFAULT 0; SELECT 1;`,
		`ALTER TABLE a ADD p DECIMAL`:                                                                  `ALTER TABLE a ADD p TEXT COLLATE decimal`,
		"CREATE TABLE a (\"add\" [NUMERIC], `b;` NUMERIC, c INT DEFAULT (1), d NUMERIC CHECK (d > 0))": "CREATE TABLE a (\"add\" [NUMERIC], `b;` TEXT COLLATE decimal, c INT DEFAULT (1), d TEXT COLLATE decimal CHECK (d > 0))",
	} {
		assert.Equal(t, want, forSQLite(in))
	}
	for _, same := range []string{
		"", ";", "CREATE TABLE", "CREATE TABLE a (", "ALTER TABLE a ADD", "ALTER TABLE a RENAME COLUMN numeric TO decimal;", "CREATE TABLE a (p", "CREATE TABLE a (p 'open",
		`CREATE TABLE a (numeric TEXT, "NUMERIC" TEXT, b TEXT DEFAULT 'x NUMERIC, y NUMERIC', c INT CHECK (c = CAST('1' AS NUMERIC)))`,
		`INSERT INTO a (b, numeric) VALUES ('CREATE TABLE a (b NUMERIC)', 1); -- ; CREATE TABLE a (b NUMERIC)`,
		`CREATE TABLE a AS SELECT (CAST(b AS NUMERIC)) FROM c; /* ; ALTER TABLE a ADD p NUMERIC`,
		`SELECT CAST(1 AS NUMERIC); CREATE INDEX i ON a (b NUMERIC); UPDATE a SET é = CAST(b AS DECIMAL(5,2));`,
	} {
		assert.Equal(t, same, forSQLite(same))
	}
}
