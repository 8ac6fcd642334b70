package database

import (
	"fmt"
	"slices"
	"strings"
	"time"

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
	found, err := c.conditions(c.keyword(keyword))
	if err != nil {
		return expression{}, err
	}
	if one = append(one, found...); len(one) > 0 {
		all = append(all, joined(" OR ", one...))
	}
	return joined(" AND ", all...), nil
}

// keyword looks for each word of a text in each of the schema's keyword fields.
func (c compiler) keyword(text string) []query.Condition {
	var words []any
	for _, word := range strings.Fields(text) {
		words = append(words, word)
	}
	if len(words) == 0 {
		return nil
	}
	var found []query.Condition
	for _, key := range c.schema.Keyword {
		found = append(found, query.Condition{Key: key, Operator: query.ContainIn, Value: words})
	}
	if len(found) == 0 { // nowhere to look
		found = []query.Condition{{Key: c.schema.ID, Operator: query.In, Value: []any{}}}
	}
	return found
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
	if err := checkValue(condition); err != nil {
		return expression{}, err
	}
	op, negated := negation(condition.Operator)
	value := condition.Value
	if value == nil && (op == query.Gte || op == query.Lte) {
		op = query.Eq // as null is at least, and at most, itself
	}
	if !ofTexts(op) {
		value = numeric(field, value)
	}
	var e expression
	if field.JSON() {
		e, err = c.documentCondition(field, path, condition.Key, op, value)
	} else {
		e, err = c.compares(field, c.column(field), op, value)
	}
	if err == nil && negated {
		e = e.not()
	}
	return e, err
}

// compares is a condition on a column of a field's type, or on what is as good as one.
func (c compiler) compares(field query.Field, column string, op query.Operator, value any) (expression, error) {
	if field.Type == query.Bytes && op != query.Exists && (op != query.Eq || value != nil) {
		return expression{}, onlyThere(field.Name)
	}
	switch op {
	case query.Eq:
		return c.equal(field, column, value)
	case query.In:
		return c.in(field, column, value)
	case query.Gt, query.Gte, query.Lt, query.Lte:
		if text, ok := value.(string); ok && field.Type == query.Date {
			at, err := parseTime(field.Name, text)
			return compareDays(column, op, at), err
		}
		typed, ok, err := typed(field, value)
		if err != nil || !ok {
			return never(), err
		}
		return sqlf(c.ordered(field.Type, column)+" "+sign(op)+" ?", typed), nil
	case query.Contain:
		return c.contains(field, column, value)
	case query.ContainIn:
		return c.anyOf(field, column, value, c.contains)
	case query.Regex:
		return c.matches(field, column, value)
	case query.RegexIn:
		return c.anyOf(field, column, value, c.matches)
	case query.Match:
		return never(), nil // only the elements of lists match
	case query.Exists:
		missing, err := c.equal(field, column, nil)
		return wanted(missing.not(), value), err
	case query.DatetimeGt, query.DatetimeGte, query.DatetimeLt, query.DatetimeLte,
		query.TimediffGt, query.TimediffGte, query.TimediffLt, query.TimediffLte:
		return c.timeCondition(field, column, op, value)
	default:
		return expression{}, unsupported(op, field.Name)
	}
}

// ofTexts reports whether an operator compares texts alone.
func ofTexts(op query.Operator) bool {
	return op == query.Contain || op == query.ContainIn || op == query.Regex || op == query.RegexIn
}

func isText(typ query.Type) bool { return typ == query.String || typ == query.Enum }

func unsupported(op query.Operator, key string) error {
	return apierror.Query("The operator %q is not supported. (key = %s)", op, key)
}

// ordered is a column in an order that both engines agree on: text by bytes.
func (c compiler) ordered(typ query.Type, column string) string {
	if c.postgres() && isText(typ) {
		return column + ` COLLATE "C"`
	}
	return c.exact(typ, column)
}

// exact is a column whose values are equal if they are the same number.
func (c compiler) exact(typ query.Type, column string) string {
	if !c.postgres() && isExact(typ) {
		return column + decimalCollated
	}
	return column
}

// equal holds for a value of the field's type. None is equal to one of another type.
func (c compiler) equal(field query.Field, column string, value any) (expression, error) {
	switch {
	case value == nil && isText(field.Type):
		return sqlf("(" + column + " IS NULL OR " + column + " = '')"), nil
	case value == nil && field.Type == query.Bytes:
		return sqlf("(" + column + " IS NULL OR length(" + column + ") = 0)"), nil
	case value == nil:
		return sqlf(column + " IS NULL"), nil
	}
	typed, ok, err := typed(field, value)
	if err != nil || !ok {
		return never(), err
	}
	return sqlf(c.exact(field.Type, column)+" = ?", typed), nil
}

// in holds for one of a list of values.
func (c compiler) in(field query.Field, column string, value any) (expression, error) {
	var values []any
	var alternatives []expression
	for _, v := range listOf(value) {
		if v == nil {
			missing, err := c.equal(field, column, nil)
			if err != nil {
				return expression{}, err
			}
			alternatives = append(alternatives, missing)
			continue
		}
		typed, ok, err := typed(field, v)
		if err != nil {
			return expression{}, err
		}
		if ok {
			values = append(values, typed)
		}
	}
	if len(values) > 0 {
		alternatives = append(alternatives, sqlf(c.exact(field.Type, column)+" IN ").thenAll(inList(values)))
	}
	if len(alternatives) == 0 {
		return never(), nil
	}
	return joined(" OR ", alternatives...), nil
}

// anyOf holds if it does for one of a list of values.
func (c compiler) anyOf(field query.Field, column string, value any, one func(query.Field, string, any) (expression, error)) (expression, error) {
	var alternatives []expression
	for _, v := range listOf(value) {
		e, err := one(field, column, v)
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

func (c compiler) contains(field query.Field, column string, value any) (expression, error) {
	text, err := textOf(field.Name, query.Contain, value)
	if err != nil || !isText(field.Type) {
		return never(), err
	}
	return c.textContains(column, text), nil
}

func (c compiler) textContains(text, part string) expression {
	if c.postgres() {
		return sqlf("strpos(lower("+text+"), lower(?)) > 0", part)
	}
	return sqlf("instr(fold("+text+"), fold(?)) > 0", part)
}

func (c compiler) matches(field query.Field, column string, value any) (expression, error) {
	pattern, err := textOf(field.Name, query.Regex, value)
	if err != nil {
		return expression{}, err
	}
	if !isText(field.Type) {
		_, err := parsePattern(pattern)
		return never(), err
	}
	return c.textMatches(column, pattern)
}

func (c compiler) textMatches(text, pattern string) (expression, error) {
	parsed, err := parsePattern(pattern)
	if err != nil {
		return expression{}, err
	}
	if c.postgres() {
		return sqlf(fmt.Sprintf("left(%s, %d) ~ ?", text, patternReach), parsed.postgres), nil
	}
	return sqlf("regexp(?, "+text+")", pattern), nil
}

// textOf is the value of what only texts are asked for.
func textOf(key string, op query.Operator, value any) (string, error) {
	text, ok := value.(string)
	if !ok {
		return "", apierror.Query("The value of %s is a text. (key = %s)", op, key)
	}
	return clean(key, text)
}

func (c compiler) timeCondition(field query.Field, column string, op query.Operator, value any) (expression, error) {
	text, ok := value.(string)
	if !ok || field.Type != query.Timestamp && field.Type != query.Date {
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
	if field.Type == query.Date {
		return compareDays(column, op, at), nil
	}
	return sqlf(column+" "+sign(op)+" ?", at), nil
}

// compareDays compares days, which begin at midnight, with a time.
func compareDays(column string, op query.Operator, at time.Time) expression {
	than := sign(op)
	if !isDay(at) { // as no day is equal to it, those that are at least it come after its own
		than = map[string]string{">": ">", ">=": ">", "<": "<=", "<=": "<="}[than]
	}
	return sqlf(column+" "+than+" ?", at.UTC().Format(time.DateOnly))
}

// isDay reports whether a time is midnight in UTC.
func isDay(at time.Time) bool { return at.Equal(at.UTC().Truncate(24 * time.Hour)) }

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
