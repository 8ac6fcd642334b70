package query

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// FromMessage reads a Query message of the API. Both versions of it are
// understood, spaceone.api.core.v1 and v2. No message is no query.
func FromMessage(m proto.Message) (Query, error) {
	if none(m) {
		return Query{}, nil
	}
	if q, ok := read(m); ok {
		return q, nil
	}
	text, err := encode(m)
	if err != nil {
		return Query{}, err
	}
	return Parse(text)
}

// StatFromMessage reads a StatisticsQuery message of the API, as FromMessage.
func StatFromMessage(m proto.Message) (StatQuery, error) {
	text, err := encode(m)
	if err != nil || text == nil {
		return StatQuery{}, err
	}
	return ParseStat(text)
}

// none reports whether there is no message.
func none(m proto.Message) bool { return m == nil || reflect.ValueOf(m).IsNil() }

func encode(m proto.Message) ([]byte, error) {
	if none(m) {
		return nil, nil
	}
	text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
	if err != nil {
		return nil, apierror.Query("The query holds a value that JSON cannot express: a number that is infinite or none, or text that is not UTF-8.")
	}
	return text, nil
}

// Parse reads the JSON form of a query.
func Parse(text []byte) (Query, error) {
	var in struct {
		Filter    []condition    `json:"filter"`
		FilterOr  []condition    `json:"filter_or"`
		Keyword   string         `json:"keyword"`
		Sort      sortKeys       `json:"sort"`
		Page      Page           `json:"page"`
		Minimal   bool           `json:"minimal"`
		CountOnly bool           `json:"count_only"`
		Only      []string       `json:"only"`
		Unwind    *unwind        `json:"unwind"`
		Lookup    []any          `json:"lookup"`
		AddFields map[string]any `json:"add_fields"`
	}
	if err := decode(text, &in); err != nil {
		return Query{}, err
	}
	if len(in.Lookup) > 0 || len(in.AddFields) > 0 {
		return Query{}, apierror.Query("lookup and add_fields are not supported.")
	}
	q := Query{Keyword: in.Keyword, Sort: in.Sort, Page: in.Page, Minimal: in.Minimal, CountOnly: in.CountOnly, Only: in.Only}
	var err error
	if q.Filter, err = conditions(in.Filter); err != nil {
		return Query{}, err
	}
	if q.FilterOr, err = conditions(in.FilterOr); err != nil {
		return Query{}, err
	}
	q.Unwind, err = in.Unwind.read()
	return q, err
}

// ParseStat reads the JSON form of a statistics query.
func ParseStat(text []byte) (StatQuery, error) {
	var in struct {
		Filter    []condition `json:"filter"`
		FilterOr  []condition `json:"filter_or"`
		Keyword   string      `json:"keyword"`
		Aggregate []stage     `json:"aggregate"`
		Page      Page        `json:"page"`
		Distinct  string      `json:"distinct"`
	}
	if err := decode(text, &in); err != nil {
		return StatQuery{}, err
	}
	q := StatQuery{Keyword: in.Keyword, Page: in.Page, Distinct: in.Distinct}
	var err error
	if q.Filter, err = conditions(in.Filter); err != nil {
		return StatQuery{}, err
	}
	if q.FilterOr, err = conditions(in.FilterOr); err != nil {
		return StatQuery{}, err
	}
	for _, s := range in.Aggregate {
		read, err := s.read()
		if err != nil {
			return StatQuery{}, err
		}
		q.Aggregate = append(q.Aggregate, read)
	}
	return q, nil
}

func decode(text []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return misread(err, "query")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return apierror.Query("The query has more text behind its end.")
	}
	return nil
}

// condition is a Condition as callers write it: every part has a short name.
type condition struct {
	Key      string          `json:"key"`
	K        string          `json:"k"`
	Value    json.RawMessage `json:"value"`
	V        json.RawMessage `json:"v"`
	Operator Operator        `json:"operator"`
	O        Operator        `json:"o"`
}

func conditions(in []condition) ([]Condition, error) {
	var out []Condition
	for _, c := range in {
		read := Condition{Key: either(c.Key, c.K), Operator: either(c.Operator, c.O)}
		if read.Key == "" {
			return nil, apierror.Query("A condition has no key.")
		}
		if read.Operator == "" {
			read.Operator = Eq
		}
		text := c.Value
		if text == nil {
			text = c.V
		}
		if text != nil {
			if err := json.Unmarshal(text, &read.Value); err != nil {
				return nil, misread(err, "value of "+read.Key)
			}
		}
		out = append(out, read)
	}
	return out, nil
}

func either[T ~string](long, short T) T {
	if long != "" {
		return long
	}
	return short
}

// sortKeys takes a list of keys, and version 1's object: one key, or keys.
type sortKeys []Sort

func (s *sortKeys) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		return json.Unmarshal(text, (*[]Sort)(s))
	}
	var one struct {
		Sort
		Keys []Sort `json:"keys"`
	}
	if err := json.Unmarshal(text, &one); err != nil {
		return err
	}
	*s = one.Keys
	if one.Key != "" {
		*s = append([]Sort{one.Sort}, *s...)
	}
	return nil
}

type unwind struct {
	Path   string      `json:"path"`
	Filter []condition `json:"filter"`
}

func (u *unwind) read() (*Unwind, error) {
	if u == nil {
		return nil, nil //nolint:nilnil // no unwind
	}
	filter, err := conditions(u.Filter)
	return &Unwind{Path: u.Path, Filter: filter}, err
}
