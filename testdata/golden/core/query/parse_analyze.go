package query

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// AnalyzeFromMessage reads an AnalyzeQuery or TimeSeriesAnalyzeQuery message of the API,
// as FromMessage.
func AnalyzeFromMessage(m proto.Message) (AnalyzeQuery, error) {
	text, err := encode(m)
	if err != nil {
		return AnalyzeQuery{}, err
	}
	if text == nil {
		text = []byte("{}")
	}
	return ParseAnalyze(text)
}

// ParseAnalyze reads the JSON form of an analysis.
func ParseAnalyze(text []byte) (AnalyzeQuery, error) {
	var in struct {
		GroupBy     []json.RawMessage          `json:"group_by"`
		Fields      map[string]analyzeField    `json:"fields"`
		Select      map[string]json.RawMessage `json:"select"`
		FieldGroup  []string                   `json:"field_group"`
		Filter      []condition                `json:"filter"`
		FilterOr    []condition                `json:"filter_or"`
		Keyword     string                     `json:"keyword"`
		Sort        sortKeys                   `json:"sort"`
		Page        Page                       `json:"page"`
		Unwind      *unwind                    `json:"unwind"`
		Granularity Granularity                `json:"granularity"`
		Start       string                     `json:"start"`
		End         string                     `json:"end"`
		Lookup      []any                      `json:"lookup"`
		AddFields   map[string]any             `json:"add_fields"`
	}
	if err := decode(text, &in); err != nil {
		return AnalyzeQuery{}, err
	}
	switch {
	case len(in.Lookup) > 0 || len(in.AddFields) > 0:
		return AnalyzeQuery{}, apierror.Query("lookup and add_fields are not supported.")
	case len(in.Fields) == 0:
		return AnalyzeQuery{}, apierror.Required("fields")
	case !slices.Contains([]Granularity{"", "GRANULARITY_NONE", Daily, Monthly, Yearly}, in.Granularity):
		return AnalyzeQuery{}, apierror.Invalid("granularity", "it is DAILY, MONTHLY or YEARLY")
	case in.Granularity == "GRANULARITY_NONE":
		in.Granularity = ""
	}
	q := AnalyzeQuery{
		FieldGroup: in.FieldGroup, Keyword: in.Keyword, Sort: in.Sort, Page: in.Page,
		Granularity: in.Granularity, Start: in.Start, End: in.End,
	}
	var err error
	if q.Filter, err = conditions(in.Filter); err != nil {
		return AnalyzeQuery{}, err
	}
	if q.FilterOr, err = conditions(in.FilterOr); err != nil {
		return AnalyzeQuery{}, err
	}
	if q.Unwind, err = in.Unwind.read(); err != nil {
		return AnalyzeQuery{}, err
	}
	for _, text := range in.GroupBy {
		key, err := groupBy(text)
		if err != nil {
			return AnalyzeQuery{}, err
		}
		q.GroupBy = append(q.GroupBy, key)
	}
	for _, name := range slices.Sorted(maps.Keys(in.Fields)) {
		field, err := in.Fields[name].read(name)
		if err != nil {
			return AnalyzeQuery{}, err
		}
		q.Fields = append(q.Fields, field)
	}
	for _, name := range slices.Sorted(maps.Keys(in.Select)) {
		chosen, err := operand(in.Select[name], name, 0)
		if err != nil {
			return AnalyzeQuery{}, err
		}
		q.Select = append(q.Select, ProjectField{Name: name, Operand: chosen})
	}
	return q, nil
}

// groupBy reads a key to group by: its text, whose last part is its name, or both.
func groupBy(text json.RawMessage) (GroupKey, error) {
	var key string
	if json.Unmarshal(text, &key) == nil {
		return GroupKey{Key: key, Name: key[strings.LastIndexByte(key, '.')+1:]}, nil
	}
	var both groupKey
	if err := decode(text, &both); err != nil {
		return GroupKey{}, err
	}
	f := both.read()
	if f.Key == "" || either(both.Name, both.N) == "" {
		return GroupKey{}, apierror.Invalid("group_by", "each is a key, or has a key and a name")
	}
	return GroupKey{Key: f.Key, Name: f.Name, DateFormat: both.DateFormat}, nil
}

// analyzeField is a field of an analysis, as callers write it below its name.
type analyzeField struct {
	Key        string          `json:"key"`
	K          string          `json:"k"`
	Operator   string          `json:"operator"`
	O          string          `json:"o"`
	Fields     json.RawMessage `json:"fields"`
	Conditions []condition     `json:"conditions"`
	DataType   string          `json:"data_type"` // what is no list and what is one are told apart anyway
}

func (f analyzeField) read(name string) (GroupField, error) {
	out := GroupField{Name: name, Key: either(f.Key, f.K), Operator: either(f.Operator, f.O)}
	var err error
	if out.Fields, err = subFields(f.Fields, name); err != nil {
		return GroupField{}, err
	}
	switch {
	case out.Operator == "":
		return GroupField{}, apierror.Required("query.fields." + name + ".operator")
	case out.Operator == "count":
		out.Key = ""
	case out.Operator == "push" && out.Key == "" && len(out.Fields) == 0:
		return GroupField{}, apierror.Required("query.fields." + name + ".fields")
	case out.Operator != "push" && out.Key == "":
		return GroupField{}, apierror.Required("query.fields." + name + ".key")
	}
	out.Conditions, err = conditions(f.Conditions)
	return out, err
}

// subFields reads what push gathers: a map of names to keys, or a list of keys with names.
func subFields(text json.RawMessage, name string) ([]SubField, error) {
	if text == nil {
		return nil, nil
	}
	var keys map[string]string
	if json.Unmarshal(text, &keys) == nil {
		var out []SubField
		for _, name := range slices.Sorted(maps.Keys(keys)) {
			out = append(out, SubField{Key: keys[name], Name: name})
		}
		return out, nil
	}
	var list []named
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, misread(err, "fields of "+name)
	}
	var out []SubField
	for _, one := range list {
		out = append(out, one.read())
	}
	return out, nil
}
