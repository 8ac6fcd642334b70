package database

import (
	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// What one query may ask for. Each condition is looked at for every row, and each
// value of a list is, too.
const (
	maxConditions   = 5_000
	maxValues       = 10_000
	maxPatternBytes = 10_000 // of all regular expressions together
	maxSortKeys     = 30
	maxStages       = 50
	maxUnwinds      = 4 // each multiplies the rows
	maxGroupFields  = 100
)

// patternReach is how many characters of a text a regular expression is tried on: the first.
const patternReach = 1 << 14

// A budget is what a query has asked for so far.
type budget struct{ conditions, values, patternBytes int }

func (b *budget) spend(lists ...[]query.Condition) error {
	for _, list := range lists {
		for _, condition := range list {
			b.conditions++
			b.values++
			if values, ok := condition.Value.([]any); ok {
				b.values += len(values) - 1
			}
			if condition.Operator == query.Regex || condition.Operator == query.RegexIn {
				b.patternBytes += size(condition.Value)
			}
		}
	}
	switch {
	case b.conditions > maxConditions:
		return apierror.Query("A query has at most %d conditions, and this one has %d.", maxConditions, b.conditions)
	case b.values > maxValues:
		return apierror.Query("The conditions of a query have at most %d values, and these have %d: ask in parts.", maxValues, b.values)
	case b.patternBytes > maxPatternBytes:
		return apierror.Query("The patterns of a query have at most %d bytes in all, and these have %d.", maxPatternBytes, b.patternBytes)
	default:
		return nil
	}
}

// affordable refuses a query that asks for too much at once.
func affordable(q query.Query) error {
	if len(q.Sort) > maxSortKeys {
		return apierror.Query("A query sorts by at most %d keys.", maxSortKeys)
	}
	return new(budget).spend(q.Filter, q.FilterOr)
}

// affordableStat refuses a statistic that asks for too much at once.
func affordableStat(q query.StatQuery) error {
	var b budget
	if err := b.spend(q.Filter, q.FilterOr); err != nil {
		return err
	}
	if len(q.Aggregate) > maxStages {
		return apierror.Query("aggregate has at most %d stages.", maxStages)
	}
	unwinds := 0
	for _, stage := range q.Aggregate {
		if len(stage.Sort) > maxSortKeys {
			return apierror.Query("A statistic sorts by at most %d keys.", maxSortKeys)
		}
		if stage.Unwind != nil {
			if unwinds++; unwinds > maxUnwinds {
				return apierror.Query("aggregate has at most %d stages that unwind.", maxUnwinds)
			}
			if err := b.spend(stage.Unwind.Filter); err != nil {
				return err
			}
		}
		if g := stage.Group; g != nil {
			if len(g.Keys)+len(g.Fields) > maxGroupFields {
				return apierror.Query("aggregate.group has at most %d keys and fields.", maxGroupFields)
			}
			for _, field := range g.Fields {
				if len(field.Fields) > maxGroupFields {
					return apierror.Query("%s of aggregate.group has at most %d fields. (name = %s)", field.Operator, maxGroupFields, field.Name)
				}
				if err := b.spend(field.Conditions); err != nil {
					return err
				}
			}
		}
		if p := stage.Project; p != nil && len(p.Fields) > maxGroupFields {
			return apierror.Query("aggregate.project has at most %d fields.", maxGroupFields)
		}
	}
	return nil
}
