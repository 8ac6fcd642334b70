package database

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
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
		value = string(bytes)
	}
	if field.JSON() {
		text, ok := value.(string)
		if !ok {
			return value, nil
		}
		var document any
		if err := json.Unmarshal([]byte(text), &document); err != nil {
			return nil, fmt.Errorf("read %s: %w", field.Name, err)
		}
		return document, nil
	}
	switch v := value.(type) {
	case time.Time:
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

// formatTime rewrites a time as SQLite keeps it.
func formatTime(text string) string {
	for _, layout := range []string{"2006-01-02 15:04:05.999999999-07:00", time.RFC3339Nano} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC().Format(timeFormat)
		}
	}
	return text
}
