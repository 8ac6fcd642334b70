package database

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// timeFormat is how times stand in statistics.
const timeFormat = "2006-01-02T15:04:05.000Z"

func (s *Store[T]) countRows(ctx context.Context, r relation) (int, error) {
	var n int
	e := sqlf("SELECT COUNT(*) FROM ("+r.sql+") AS rows", r.args...)
	if err := s.db.Conn(ctx).NewRaw(e.sql, e.args...).Scan(ctx, &n); err != nil {
		return 0, s.explain("stat", nil, err)
	}
	return n, nil
}

// rows reads a relation: each row as the values of its columns.
func (s *Store[T]) rows(ctx context.Context, r relation) (out []map[string]any, err error) {
	e, err := s.compiler.sorted(r)
	if err != nil {
		return nil, err
	}
	rows, err := s.db.Conn(ctx).QueryContext(ctx, e.sql, e.args...)
	if err != nil {
		return nil, s.explain("stat", nil, err)
	}
	defer rows.Close() //nolint:errcheck // Err below says what went wrong
	out = []map[string]any{}
	left := s.db.maxBytes
	for rows.Next() {
		values := make([]any, len(r.columns))
		targets := make([]any, len(r.columns))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, s.explain("stat", nil, err)
		}
		if left -= size(values); left < 0 {
			return nil, tooLarge(len(out), s.db.maxBytes)
		}
		row := make(map[string]any, len(values))
		for i, column := range r.columns {
			if row[column.Name], err = plain(values[i], column); err != nil {
				return nil, s.explain("stat", nil, err)
			}
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		return nil, s.explain("stat", nil, err)
	}
	return out, nil
}

// plain is a value of the database as JSON has it.
func plain(value any, field query.Field) (any, error) {
	if bytes, ok := value.([]byte); ok {
		if field.Type == query.Bytes && !field.Repeated {
			return base64.StdEncoding.EncodeToString(bytes), nil
		}
		value = string(bytes)
	}
	if field.JSON() {
		text, ok := value.(string)
		if !ok {
			return value, nil
		}
		var document any
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber() // nanoseconds have more digits than a double
		if err := decoder.Decode(&document); err != nil {
			return nil, fmt.Errorf("read %s: %w", field.Name, err)
		}
		return plainDocument(document, field)
	}
	if value != nil && (isExact(field.Type) || field.Type == query.Duration) {
		if text, ok := exactText(value, field.Type); ok {
			return text, nil
		}
		return nil, fmt.Errorf("read %s: %v is no number", field.Name, value)
	}
	switch v := value.(type) {
	case time.Time:
		if field.Type == query.Date {
			return v.UTC().Format(time.DateOnly), nil
		}
		return v.UTC().Format(timeFormat), nil
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return nil, apierror.Query("A number is larger than any that an answer holds.")
		}
	case int64:
		if field.Type == query.Bool {
			return v != 0, nil
		}
		return float64(v), nil // as an answer's google.protobuf.Struct has numbers
	case string:
		if field.Type == query.Timestamp {
			return formatTime(v), nil
		}
	}
	return value, nil
}

// plainDocument is a document as JSON has it, in which what the schema has a type for is
// written as everywhere else.
func plainDocument(value any, field query.Field) (out any, err error) {
	switch v := value.(type) {
	case []any:
		for i := range v {
			if v[i], err = plainDocument(v[i], field); err != nil {
				return nil, err
			}
		}
		return v, nil
	case map[string]any:
		if field.Type == query.Money {
			return v, nil // its amount has the digits of its currency
		}
		for name := range v {
			member, ok := field.Below([]string{name})
			if !ok || isLeaf(field.Type) {
				member = query.Field{Type: query.Struct}
			}
			if v[name], err = plainDocument(v[name], member); err != nil {
				return nil, err
			}
		}
		return v, nil
	case json.Number:
		if isExact(field.Type) || field.Type == query.Duration {
			text, _ := exactText(v.String(), field.Type)
			return text, nil
		}
		number, err := v.Float64()
		if err != nil {
			return nil, apierror.Query("A number is larger than any that an answer holds.")
		}
		return number, nil
	case string:
		return plainText(v, field.Type), nil
	default:
		return value, nil
	}
}

// plainText is the text of a document as results have it.
func plainText(text string, typ query.Type) any {
	switch {
	case isExact(typ):
		if exact, ok := exactText(text, typ); ok {
			return exact
		}
	case typ == query.Date && len(text) > len(time.DateOnly):
		return text[:len(time.DateOnly)]
	case typ == query.Timestamp:
		return formatTime(text)
	}
	return text
}

// formatTime rewrites a time as SQLite keeps it.
func formatTime(text string) string {
	for _, layout := range []string{"2006-01-02 15:04:05.999999999-07:00", time.RFC3339Nano} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC().Format(timeFormat)
		}
	}
	return text
}
