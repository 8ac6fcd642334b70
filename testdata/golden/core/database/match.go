package database

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// matchOperators are the operators that a member of match may have for a value, as the
// original's database has them.
var matchOperators = map[string]query.Operator{ //nolint:gochecknoglobals // a table
	"$eq": query.Eq, "$ne": query.Not, "$in": query.In, "$nin": query.NotIn,
	"$gt": query.Gt, "$gte": query.Gte, "$lt": query.Lt, "$lte": query.Lte, "$exists": query.Exists, "$regex": query.Regex,
}

// elementMatches holds for an object that has all of some values, or values for which
// operators hold. Their names may be paths.
func (c compiler) elementMatches(e string, of query.Field, key string, value any) (expression, error) {
	members, _ := value.(map[string]any)
	if len(members) == 0 {
		return expression{}, apierror.Query("The value of match is a map with at least one member. (key = %s)", key)
	}
	// What is no object has no members.
	object := sqlf("CASE " + e + ".type WHEN 'object' THEN " + e + ".value END")
	if c.postgres() {
		object = sqlf("CASE jsonb_typeof(" + e + ".value) WHEN 'object' THEN " + e + ".value END")
	}
	var all []expression
	for _, name := range slices.Sorted(maps.Keys(members)) {
		path := strings.Split(name, ".")
		if err := checkPath(key+"."+name, path); err != nil {
			return expression{}, err
		}
		if _, ok := of.Below(path); !ok {
			return expression{}, apierror.Query("%s has no key %s.%s.", c.schema.Table, key, name)
		}
		conditions, err := memberConditions(key, name, members[name])
		if err != nil {
			return expression{}, err
		}
		for _, condition := range conditions {
			op, negated := negation(condition.Operator)
			one, err := c.below(object, of, path, condition.Key, op, condition.Value, e+"m")
			if err != nil {
				return expression{}, err
			}
			if negated {
				one = one.not()
			}
			all = append(all, one)
		}
	}
	isObject := sqlf(e + ".type = 'object'")
	if c.postgres() {
		isObject = sqlf("jsonb_typeof(" + e + ".value) = 'object'")
	}
	return joined(" AND ", append([]expression{isObject}, all...)...), nil
}

// memberConditions are what a member of match has to meet: to be a value, or what each
// operator in a map of them says.
func memberConditions(key, name string, value any) ([]query.Condition, error) {
	whole := key + "." + name
	operators, ok := value.(map[string]any)
	if !ok || !slices.ContainsFunc(slices.Collect(maps.Keys(operators)), func(s string) bool { return strings.HasPrefix(s, "$") }) {
		return []query.Condition{{Key: whole, Operator: query.Eq, Value: value}}, nil
	}
	var out []query.Condition
	for _, sign := range slices.Sorted(maps.Keys(operators)) {
		if sign == "$options" && (operators[sign] == "i" || operators[sign] == "") {
			continue // patterns know no case anyway
		}
		op, known := matchOperators[sign]
		if !known {
			return nil, apierror.Query("match knows %v, and not %s. (key = %s)", slices.Sorted(maps.Keys(matchOperators)), sign, whole)
		}
		condition := query.Condition{Key: whole, Operator: op, Value: operators[sign]}
		if err := checkValue(condition); err != nil {
			return nil, err
		}
		out = append(out, condition)
	}
	if len(out) == 0 {
		return nil, apierror.Query("match has no operator for %s.", fmt.Sprint(whole))
	}
	return out, nil
}
