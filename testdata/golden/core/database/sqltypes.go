package database

import (
	"regexp"
	"strings"
)

// sqlToken is a token of SQL as SQLite reads it. What is no word is a token as well:
// space, comments, texts, quoted names, and all else by the character.
var sqlToken = regexp.MustCompile(`(?s)\s+|--[^\n]*|/\*.*?(?:\*/|$)|'(?:[^']|'')*'?|"(?:[^"]|"")*"?|` + "`(?:[^`]|``)*`?" + `|\[[^\]]*\]?|[\pL_\x{80}-\x{10ffff}][\pL\pN_$\x{80}-\x{10ffff}]*|.`)

// forSQLite is a migration as SQLite has to read it: columns whose type is NUMERIC or
// DECIMAL, of which it would make doubles, hold texts that compare as numbers. Their
// precision and scale mean nothing then. Whatever else has these names stays.
func forSQLite(migration string) string {
	tokens := sqlToken.FindAllString(migration, -1)
	var words []int // the tokens that say something
	for i, token := range tokens {
		if strings.TrimSpace(token) != "" && !strings.HasPrefix(token, "--") && !strings.HasPrefix(token, "/*") {
			words = append(words, i)
		}
	}
	at := func(i int) string {
		if i < len(words) {
			return strings.ToUpper(tokens[words[i]])
		}
		return ""
	}
	for i := range words {
		if i > 0 && at(i-1) != ";" {
			continue
		}
		for _, name := range columnNames(at, i) {
			if typ := at(name + 1); typ == "NUMERIC" || typ == "DECIMAL" {
				tokens[words[name+1]] = decimalType
				for last, more := name+2, at(name+2) == "("; more; last++ {
					more = at(last) != ")" && at(last) != ""
					if at(last) != "" {
						tokens[words[last]] = ""
					}
				}
			}
		}
	}
	return strings.Join(tokens, "")
}

// columnNames are the words that name a column which the statement from a word on
// defines: each is followed by its type.
func columnNames(at func(int) string, from int) (names []int) {
	i := from + 1
	switch at(from) {
	case "ALTER": // TABLE [schema.]name ADD [COLUMN] name
		for ; at(i) != "ADD"; i++ {
			if at(i) == "" || at(i) == ";" {
				return nil
			}
		}
		if at(i+1) == "COLUMN" {
			i++
		}
		return []int{i + 1}
	case "CREATE": // [TEMP] TABLE [IF NOT EXISTS] [schema.]name (name …, name …)
		if at(i) == "TEMP" || at(i) == "TEMPORARY" {
			i++
		}
		if at(i) != "TABLE" {
			return nil
		}
	default:
		return nil
	}
	for ; at(i) != "("; i++ {
		if at(i) == "" || at(i) == ";" || at(i) == "AS" {
			return nil
		}
	}
	for depth := 0; at(i) != ""; i++ {
		switch at(i) {
		case "(":
			depth++
		case ")":
			depth--
		}
		switch {
		case depth == 0:
			return names
		case depth == 1 && (at(i) == "(" || at(i) == ","):
			names = append(names, i+1)
		}
	}
	return names
}
