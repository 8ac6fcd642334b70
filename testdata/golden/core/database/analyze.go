package database

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// Analyze computes an analysis. Of a page of its rows, more says whether others follow.
// The database's maximum holds as it does in List.
func (s *Store[T]) Analyze(ctx context.Context, scope []query.Condition, q query.AnalyzeQuery) (rows []map[string]any, more bool, err error) {
	stat, err := s.compiler.analysis(q)
	if err != nil {
		return nil, false, err
	}
	if err := affordableStat(stat); err != nil {
		return nil, false, err
	}
	r, err := s.start(scope, stat)
	if err != nil {
		return nil, false, err
	}
	if r, err = s.compiler.through(r, stat.Aggregate); err != nil {
		return nil, false, err
	}
	limit := s.db.limit(q.Page)
	if r, err = s.compiler.cut(r, limit+1, q.Page.Offset()); err != nil {
		return nil, false, err
	}
	if rows, err = s.rows(ctx, r); err != nil {
		return nil, false, err
	}
	switch {
	case len(rows) <= limit:
		return rows, false, nil
	case q.Page.Limit == 0:
		return nil, false, apierror.Query("There are more than %d results: ask for them by page, of %d at most, or for fewer by a filter.", limit, limit)
	default:
		return rows[:limit], true, nil
	}
}

// analysis writes an analysis as a statistic.
func (c compiler) analysis(q query.AnalyzeQuery) (query.StatQuery, error) {
	out := query.StatQuery{Filter: q.Filter, FilterOr: q.FilterOr, Keyword: q.Keyword}
	if q.Unwind != nil {
		out.Aggregate = append(out.Aggregate, query.Stage{Unwind: q.Unwind})
	}
	group := &query.Group{Keys: slices.Clone(q.GroupBy), Fields: q.Fields}
	if q.Granularity != "" || q.Start != "" || q.End != "" {
		field, _, err := c.find(c.dateKey())
		if err != nil {
			return query.StatQuery{}, apierror.Query("%s has no time to analyze by.", c.schema.Table)
		}
		period, err := periods(q, field)
		if err != nil {
			return query.StatQuery{}, err
		}
		out.Filter = slices.Concat(out.Filter, period)
		if q.Granularity != "" {
			group.Keys = append(group.Keys, query.GroupKey{Key: field.Name, Name: "date", DateFormat: dateFormats[q.Granularity]})
		}
	}
	out.Aggregate = append(out.Aggregate, query.Stage{Group: group})
	if len(q.Select) > 0 {
		out.Aggregate = append(out.Aggregate, query.Stage{Project: &query.Project{Fields: q.Select, ExcludeKeys: true}})
	}
	order := slices.Clone(q.Sort)
	if len(q.FieldGroup) > 0 {
		gathered, err := fieldGroup(q, group)
		if err != nil {
			return query.StatQuery{}, err
		}
		out.Aggregate = append(out.Aggregate, query.Stage{Group: gathered})
		for i, key := range order {
			if slices.ContainsFunc(gathered.Fields, func(f query.GroupField) bool { return f.Name == totalOf+key.Key }) {
				order[i].Key = totalOf + key.Key
			}
		}
	}
	if len(order) > 0 {
		out.Aggregate = append(out.Aggregate, query.Stage{Sort: order})
	}
	return out, nil
}

// totalOf is in front of the name of a field whose values were gathered: their total.
const totalOf = "_total_"

// fieldGroup gathers, for the keys that are no field group, the values of the others in
// lists, each with its total.
func fieldGroup(q query.AnalyzeQuery, group *query.Group) (*query.Group, error) {
	for _, name := range q.FieldGroup {
		switch {
		case strings.HasPrefix(name, totalOf):
			return nil, apierror.Invalid("field_group", "a name must not begin with "+totalOf)
		case !slices.ContainsFunc(group.Keys, func(k query.GroupKey) bool { return k.Name == name }):
			return nil, apierror.Invalid("field_group", name+" is not in group_by")
		}
	}
	out := &query.Group{}
	for _, key := range group.Keys {
		if !slices.Contains(q.FieldGroup, key.Name) {
			out.Keys = append(out.Keys, query.GroupKey{Key: key.Name, Name: key.Name})
		}
	}
	for _, field := range q.Fields {
		if op, ok := totals[field.Operator]; ok {
			out.Fields = append(out.Fields, query.GroupField{Key: field.Name, Name: totalOf + field.Name, Operator: op})
		}
		parts := []query.SubField{{Key: field.Name, Name: "value"}}
		for _, name := range q.FieldGroup {
			parts = append(parts, query.SubField{Key: name, Name: name})
		}
		out.Fields = append(out.Fields, query.GroupField{Name: field.Name, Operator: "push", Fields: parts})
	}
	return out, nil
}

// totals are the operators by which what operators computed is put together.
var totals = map[string]string{"count": "sum", "sum": "sum", "average": "average", "max": "max", "min": "min"} //nolint:gochecknoglobals // a table

// dateFormats are how periods are written.
var dateFormats = map[query.Granularity]string{query.Daily: "%Y-%m-%d", query.Monthly: "%Y-%m", query.Yearly: "%Y"} //nolint:gochecknoglobals // a table

// dateKey is the key of the time that an analysis has periods of.
func (c compiler) dateKey() string {
	if c.schema.Date != "" {
		return c.schema.Date
	}
	return "created_at"
}

// periods are the conditions for the first and the last period.
func periods(q query.AnalyzeQuery, field query.Field) ([]query.Condition, error) {
	var out []query.Condition
	for _, bound := range []struct {
		key, text string
		op        query.Operator
	}{{"start", q.Start, query.Gte}, {"end", q.End, query.Lt}} {
		if bound.text == "" {
			continue
		}
		at, err := period(bound.key, bound.text)
		if err != nil {
			return nil, err
		}
		value := at.Format(time.RFC3339)
		if field.Type != query.Timestamp {
			value = at.Format(time.DateOnly)
		}
		out = append(out, query.Condition{Key: field.Name, Operator: bound.op, Value: value})
	}
	return out, nil
}

// period is the beginning of a period or, of the last one, of what follows it.
func period(key, text string) (time.Time, error) {
	for layout, next := range map[string][3]int{"2006": {1, 0, 0}, "2006-01": {0, 1, 0}, time.DateOnly: {0, 0, 1}} {
		at, err := time.Parse(layout, text)
		switch {
		case err != nil:
			continue
		case key == "end":
			at = at.AddDate(next[0], next[1], next[2])
		}
		return at, dated(key, at)
	}
	return time.Time{}, apierror.InvalidType(key, "YYYY, YYYY-MM or YYYY-MM-DD")
}
