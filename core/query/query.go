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

// Page is a part of the results.
type Page struct {
	Start int `json:"start"` // counted from 1; 0 is 1
	Limit int `json:"limit"` // 0 is all
}

// Offset is how many results come before the page.
func (p Page) Offset() int { return max(p.Start-1, 0) }

// Unwind makes one row for each element of a list.
type Unwind struct {
	Path   string
	Filter []Condition // on the elements
}

// Query asks for resources.
type Query struct {
	Filter    []Condition // all hold
	FilterOr  []Condition // one holds, if there is any
	Keyword   string
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
	DateFormat string // of a time, such as %Y-%m
}

// GroupField is computed over the rows of a group.
type GroupField struct {
	Key        string
	Name       string
	Operator   string // count, sum, average, max, min, push, add_to_set
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

// Project chooses and renames values.
type Project struct{ Fields []SubField }
