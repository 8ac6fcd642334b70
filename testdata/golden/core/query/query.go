// Package query is the query language that all list and stat methods share. Parse and
// FromMessage read a query as callers send it, a Schema says what may be asked of a
// resource, and a Store of package database answers it.
package query

// Operator compares what is stored with a condition's value.
type Operator string

// The operators. Text is compared without regard to case by contain and regex.
const (
	Eq           Operator = "eq"
	Not          Operator = "not"
	In           Operator = "in"
	NotIn        Operator = "not_in"
	Contain      Operator = "contain"
	NotContain   Operator = "not_contain"
	ContainIn    Operator = "contain_in"
	NotContainIn Operator = "not_contain_in"
	Gt           Operator = "gt"
	Gte          Operator = "gte"
	Lt           Operator = "lt"
	Lte          Operator = "lte"
	Exists       Operator = "exists"
	Regex        Operator = "regex"
	RegexIn      Operator = "regex_in"
	DatetimeGt   Operator = "datetime_gt"
	DatetimeGte  Operator = "datetime_gte"
	DatetimeLt   Operator = "datetime_lt"
	DatetimeLte  Operator = "datetime_lte"
	TimediffGt   Operator = "timediff_gt"
	TimediffGte  Operator = "timediff_gte"
	TimediffLt   Operator = "timediff_lt"
	TimediffLte  Operator = "timediff_lte"
	Match        Operator = "match" // an element of a list has all these values
)

// A Condition holds for what is stored under Key. The value is nil, a bool, a
// float64, a string, a list or a map, as JSON has them; other numbers are taken
// too, and for a whole number the text of its digits.
type Condition struct {
	Key      string
	Operator Operator
	Value    any
}

// Sort is one key to sort by.
type Sort struct {
	Key  string `json:"key"`
	Desc bool   `json:"desc"`
}

// Page is a part of the results. Without a limit there is no page, whatever its start.
type Page struct {
	Start int `json:"start"` // counted from 1; 0 is 1
	Limit int `json:"limit"` // 0 is all
}

// Offset is how many results come before the page.
func (p Page) Offset() int {
	if p.Limit == 0 {
		return 0
	}
	return max(p.Start-1, 0)
}

// Unwind makes one row for each element of a list.
type Unwind struct {
	Path   string
	Filter []Condition // on the rows that it makes
}

// Query asks for resources.
type Query struct {
	Filter    []Condition // all hold
	FilterOr  []Condition // one holds, if there is any
	Keyword   string      // words, each one more alternative to FilterOr in any field of Schema.Keyword
	Sort      []Sort
	Page      Page
	Minimal   bool
	CountOnly bool
	Only      []string
	Unwind    *Unwind
}

// StatQuery asks for a computation over resources: the stages of Aggregate in
// order, or the values of Distinct.
type StatQuery struct {
	Filter    []Condition
	FilterOr  []Condition
	Keyword   string
	Aggregate []Stage
	Page      Page
	Distinct  string
}

// A Stage is one step of a computation; exactly one of its parts is set.
type Stage struct {
	Unwind  *Unwind
	Group   *Group
	Count   *Count
	Sort    []Sort
	Project *Project
	Limit   *int
	Skip    *int
}

// Group makes one row for each combination of keys.
type Group struct {
	Keys   []GroupKey
	Fields []GroupField
}

// GroupKey is a value that rows of a group share.
type GroupKey struct {
	Key        string
	Name       string
	DateFormat string // of a time: such as %Y-%m, or year, month or day for a number
}

// GroupField is computed over the rows of a group.
type GroupField struct {
	Key        string
	Name       string
	Operator   string // count, sum, average, max, min, first, last, push, add_to_set, merge_objects
	Fields     []SubField
	Conditions []Condition // rows for which they don't hold count as zero
}

// SubField is a part of what push gathers.
type SubField struct {
	Key  string
	Name string
}

// Count makes one row that holds the number of rows.
type Count struct{ Name string }

// Project chooses, renames and computes values. The keys of the last group stay beside
// them unless ExcludeKeys says otherwise.
type Project struct {
	Fields      []ProjectField
	ExcludeKeys bool
}

// ProjectField is the value of a key or, with an operator, of a computation.
type ProjectField struct {
	Name string
	Operand
}

// An Operand is what a computation works on; the first part that is set counts:
// Operator over Key or over Operands, Key alone, Number.
type Operand struct {
	Operator string // of Key: size, sum, array_to_object, object_to_array; of Operands: add, subtract, multiply, divide
	Operands []Operand
	Key      string
	Number   float64
}

// Granularity is the length of the periods that an analysis has rows for.
type Granularity string

// The granularities.
const (
	Daily   Granularity = "DAILY"
	Monthly Granularity = "MONTHLY"
	Yearly  Granularity = "YEARLY"
)

// AnalyzeQuery asks for an analysis: rows grouped by keys and perhaps by the periods of a
// time, with values computed over them.
type AnalyzeQuery struct {
	GroupBy     []GroupKey
	Fields      []GroupField
	Select      []ProjectField // what of the result is wanted; empty is all
	FieldGroup  []string       // names of GroupBy whose values are gathered into lists instead
	Filter      []Condition
	FilterOr    []Condition
	Keyword     string
	Sort        []Sort
	Page        Page
	Unwind      *Unwind
	Granularity Granularity
	Start       string // the first year, month or day: 2026, 2026-11 or 2026-11-30
	End         string // the last one
}
