package database

import (
	"strings"

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
	maxOperands     = 500 // of all computations of a stage together
	maxWords        = 100 // of a keyword
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
			switch condition.Operator {
			case query.Regex, query.RegexIn:
				b.patternBytes += size(condition.Value)
			case query.Match: // each member is a condition of its own
				if err := b.spendMatch(condition); err != nil {
					return err
				}
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

func (b *budget) spendMatch(condition query.Condition) error {
	members, _ := condition.Value.(map[string]any)
	for name, value := range members {
		conditions, err := memberConditions(condition.Key, name, value)
		if err != nil {
			return err
		}
		if err := b.spend(conditions); err != nil {
			return err
		}
	}
	return nil
}

// spendWords counts what a keyword is: a condition for each of its words.
func (b *budget) spendWords(keyword string) error {
	words := len(strings.Fields(keyword))
	if words > maxWords {
		return apierror.Query("A keyword has at most %d words, and this one has %d.", maxWords, words)
	}
	b.conditions, b.values = b.conditions+words, b.values+words
	return nil
}

// affordable refuses a query that asks for too much at once.
func affordable(q query.Query) error {
	if len(q.Sort) > maxSortKeys {
		return apierror.Query("A query sorts by at most %d keys.", maxSortKeys)
	}
	var b budget
	if err := b.spendWords(q.Keyword); err != nil {
		return err
	}
	if q.Unwind != nil {
		if err := b.spend(q.Unwind.Filter); err != nil {
			return err
		}
	}
	return b.spend(q.Filter, q.FilterOr)
}

// affordableStat refuses a statistic that asks for too much at once.
func affordableStat(q query.StatQuery) error {
	var b budget
	if err := b.spendWords(q.Keyword); err != nil {
		return err
	}
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
		if p := stage.Project; p != nil {
			if len(p.Fields) > maxGroupFields {
				return apierror.Query("aggregate.project has at most %d fields.", maxGroupFields)
			}
			n := 0
			for _, f := range p.Fields {
				n += operands(f.Operand)
			}
			if n > maxOperands {
				return apierror.Query("The computations of aggregate.project have at most %d operands.", maxOperands)
			}
		}
	}
	return nil
}

// operands is how many a computation has in all.
func operands(o query.Operand) int {
	n := 1
	for _, one := range o.Operands {
		n += operands(one)
	}
	return n
}
