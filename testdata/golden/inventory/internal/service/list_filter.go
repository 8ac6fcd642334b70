package service

import "github.com/cloudforet-io/spacegen/core/query"

// equals adds a condition where a request names a value.
func equals(conditions []query.Condition, key, value string) []query.Condition {
	if value == "" {
		return conditions
	}
	return append(conditions, query.Condition{Key: key, Operator: query.Eq, Value: value})
}
