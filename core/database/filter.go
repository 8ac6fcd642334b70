package database

import (
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// A clock tells the time that relative times are relative to.
type clock func() time.Time

// negations are the operators that hold where another one doesn't.
func negation(op query.Operator) (query.Operator, bool) {
	switch op {
	case query.Not:
		return query.Eq, true
	case query.NotIn:
		return query.In, true
	case query.NotContain:
		return query.Contain, true
	case query.NotContainIn:
		return query.ContainIn, true
	default:
		return op, false
	}
}

// where is everything that a row must meet; empty if that is nothing.
func (c compiler) where(scope, filter, filterOr []query.Condition, keyword string) (expression, error) {
	all, err := c.conditions(slices.Concat(scope, filter))
	if err != nil {
		return expression{}, err
	}
	one, err := c.conditions(filterOr)
	if err != nil {
		return expression{}, err
	}
	if len(one) > 0 {
		all = append(all, joined(" OR ", one...))
	}
	if keyword != "" {
		var found []expression
		for _, key := range c.schema.Keyword {
			e, err := c.condition(query.Condition{Key: key, Operator: query.Contain, Value: keyword})
			if err != nil {
				return expression{}, err
			}
			found = append(found, e)
		}
		if len(found) == 0 {
			found = []expression{never()}
		}
		all = append(all, joined(" OR ", found...))
	}
	return joined(" AND ", all...), nil
}

func (c compiler) conditions(list []query.Condition) ([]expression, error) {
	var out []expression
	for _, condition := range list {
		e, err := c.condition(condition)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

func (c compiler) condition(condition query.Condition) (expression, error) {
	field, path, err := c.find(condition.Key)
	if err != nil {
		return expression{}, err
	}
	op, negated := negation(condition.Operator)
	value := numeric(field, condition.Value)
	var e expression
	if field.JSON() {
		e, err = c.documentCondition(field, path, condition.Key, op, value)
	} else {
		e, err = c.columnCondition(field, op, value)
	}
	if err == nil && negated {
		e = e.not()
	}
	return e, err
}

// columnCondition compares a column of its own.
func (c compiler) columnCondition(field query.Field, op query.Operator, value any) (expression, error) {
	column := c.column(field)
	switch op {
	case query.Eq:
		return c.equal(field, value)
	case query.In:
		return c.anyOf(field, op, value, c.equal)
	case query.Gt, query.Gte, query.Lt, query.Lte:
		typed, err := typed(field, value)
		if err != nil {
			return expression{}, err
		}
		return sqlf(c.ordered(field)+" "+sign(op)+" ?", typed), nil
	case query.Contain:
		return c.contains(field, value)
	case query.ContainIn:
		return c.anyOf(field, op, value, c.contains)
	case query.Regex:
		return c.matches(field, value)
	case query.RegexIn:
		return c.anyOf(field, op, value, c.matches)
	case query.Exists:
		wanted, ok := value.(bool)
		if !ok {
			return expression{}, apierror.Query("The value of exists is true or false. (key = %s)", field.Name)
		}
		exists := sqlf(column + " IS NOT NULL")
		if field.Type == query.String || field.Type == query.Enum {
			exists = sqlf("(" + column + " IS NOT NULL AND " + column + " <> '')")
		}
		if !wanted {
			exists = exists.not()
		}
		return exists, nil
	case query.DatetimeGt, query.DatetimeGte, query.DatetimeLt, query.DatetimeLte,
		query.TimediffGt, query.TimediffGte, query.TimediffLt, query.TimediffLte:
		return c.timeCondition(field, op, value)
	default:
		return expression{}, unsupported(op, field.Name)
	}
}

func unsupported(op query.Operator, key string) error {
	return apierror.Query("The operator %q is not supported. (key = %s)", op, key)
}

// ordered is a column in an order that both engines agree on: text by bytes.
func (c compiler) ordered(field query.Field) string {
	if c.postgres() && (field.Type == query.String || field.Type == query.Enum) {
		return c.column(field) + ` COLLATE "C"`
	}
	return c.column(field)
}

func (c compiler) equal(field query.Field, value any) (expression, error) {
	column := c.column(field)
	if value == nil {
		if field.Type == query.String || field.Type == query.Enum {
			return sqlf("(" + column + " IS NULL OR " + column + " = '')"), nil
		}
		return sqlf(column + " IS NULL"), nil
	}
	typed, err := typed(field, value)
	if err != nil {
		return expression{}, err
	}
	return sqlf(column+" = ?", typed), nil
}

// anyOf holds if the operator holds for one of a list of values.
func (c compiler) anyOf(field query.Field, op query.Operator, value any, one func(query.Field, any) (expression, error)) (expression, error) {
	list, ok := value.([]any)
	if !ok {
		return expression{}, apierror.Query("The value of %s is a list. (key = %s)", op, field.Name)
	}
	if op == query.In && len(list) > 0 && !slices.Contains(list, nil) {
		values := make([]any, len(list))
		for i, v := range list {
			var err error
			if values[i], err = typed(field, v); err != nil {
				return expression{}, err
			}
		}
		return sqlf(c.column(field)+" IN (?)", bun.List(values)), nil
	}
	var alternatives []expression
	for _, v := range list {
		e, err := one(field, v)
		if err != nil {
			return expression{}, err
		}
		alternatives = append(alternatives, e)
	}
	if len(alternatives) == 0 {
		return never(), nil
	}
	return joined(" OR ", alternatives...), nil
}

func (c compiler) contains(field query.Field, value any) (expression, error) {
	text, err := textual(field, query.Contain, value)
	if err != nil {
		return expression{}, err
	}
	return c.textContains(c.column(field), text), nil
}

func (c compiler) textContains(text, part string) expression {
	if c.postgres() {
		return sqlf("strpos(lower("+text+"), lower(?)) > 0", part)
	}
	return sqlf("instr(fold("+text+"), fold(?)) > 0", part)
}

func (c compiler) matches(field query.Field, value any) (expression, error) {
	pattern, err := textual(field, query.Regex, value)
	if err != nil {
		return expression{}, err
	}
	return c.textMatches(c.column(field), pattern)
}

func (c compiler) textMatches(text, pattern string) (expression, error) {
	parsed, err := parsePattern(pattern)
	if err != nil {
		return expression{}, apierror.Query("The pattern %q cannot be read: %v", pattern, err)
	}
	if c.postgres() {
		return sqlf(fmt.Sprintf("left(%s, %d) ~ ?", text, patternReach), parsed.postgres()), nil
	}
	return sqlf("regexp(?, "+text+")", pattern), nil
}

// textual checks what only text can be asked.
func textual(field query.Field, op query.Operator, value any) (string, error) {
	if field.Type != query.String && field.Type != query.Enum {
		return "", unsupported(op, field.Name)
	}
	text, ok := value.(string)
	if !ok {
		return "", apierror.Query("The value of %s is a text. (key = %s)", op, field.Name)
	}
	return clean(field.Name, text)
}

func (c compiler) timeCondition(field query.Field, op query.Operator, value any) (expression, error) {
	text, ok := value.(string)
	if !ok || field.Type != query.Timestamp {
		return expression{}, apierror.Query("The operator %s compares a time with a text. (key = %s)", op, field.Name)
	}
	var at time.Time
	var err error
	switch op {
	case query.TimediffGt, query.TimediffGte, query.TimediffLt, query.TimediffLte:
		if at, err = query.Timediff(c.clock(), text); err == nil {
			err = dated(field.Name, at)
		}
	default:
		at, err = parseTime(field.Name, text)
	}
	if err != nil {
		return expression{}, err
	}
	return sqlf(c.column(field)+" "+sign(op)+" ?", at), nil
}

func sign(op query.Operator) string {
	switch op {
	case query.Gt, query.DatetimeGt, query.TimediffGt:
		return ">"
	case query.Gte, query.DatetimeGte, query.TimediffGte:
		return ">="
	case query.Lt, query.DatetimeLt, query.TimediffLt:
		return "<"
	default:
		return "<="
	}
}
