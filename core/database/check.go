package database

import (
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// checkValue refuses a value of another form than its operator takes.
func checkValue(c query.Condition) error {
	_, list := c.Value.([]any)
	switch c.Operator {
	case query.In, query.NotIn, query.ContainIn, query.NotContainIn, query.RegexIn:
		if !list {
			return apierror.New(codes.InvalidArgument, "ERROR_OPERATOR_LIST_VALUE_TYPE", "The value of %s is a list. (key = %s)", c.Operator, c.Key)
		}
		return nil
	case query.Eq, query.Not: // a list is equal to a list
		return nil
	}
	if list {
		return apierror.New(codes.InvalidArgument, "ERROR_OPERATOR_VALUE_TYPE", "The value of %s is no list. (key = %s)", c.Operator, c.Key)
	}
	switch c.Operator {
	case query.Exists:
		if _, ok := c.Value.(bool); !ok {
			return apierror.New(codes.InvalidArgument, "ERROR_OPERATOR_BOOLEAN_TYPE", "The value of %s is true or false. (key = %s)", c.Operator, c.Key)
		}
	case query.Match:
		if _, ok := c.Value.(map[string]any); !ok {
			return apierror.New(codes.InvalidArgument, "ERROR_OPERATOR_DICT_VALUE_TYPE", "The value of %s is a map. (key = %s)", c.Operator, c.Key)
		}
	}
	return nil
}

// listOf is the value of an operator that takes a list, which was checked.
func listOf(value any) []any {
	list, _ := value.([]any)
	return list
}
