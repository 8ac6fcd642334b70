package apirecord

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// Pages of lists by token (AIP-158).
const (
	defaultPage = 50
	maxPage     = 1000
)

// Filters are the conditions that a request's own fields set: a field that is
// called like one of the schema selects what has its value, a list what has any
// of its values.
func Filters(m proto.Message, schema query.Schema) ([]query.Condition, error) {
	known := map[string]query.Field{}
	for _, f := range schema.Fields {
		known[key(f.Name)] = f
	}
	message := m.ProtoReflect()
	var conditions []query.Condition
	for i := range message.Descriptor().Fields().Len() {
		f := message.Descriptor().Fields().Get(i)
		column, ok := known[fieldKey(f)]
		if !ok || !message.Has(f) || f.IsMap() || f.Message() != nil {
			continue
		}
		value, err := plain(message, f)
		if err != nil {
			return nil, err
		}
		if seconds, ok := value.(int64); ok && column.Type == query.Timestamp {
			value = time.Unix(seconds, 0).UTC().Format(time.RFC3339)
		}
		op := query.Eq
		if f.IsList() {
			op = query.In
		}
		conditions = append(conditions, query.Condition{Key: column.Name, Operator: op, Value: value})
	}
	return conditions, nil
}

// PageOf is the page that a size and a token ask for.
func PageOf(size int, token string) (query.Page, error) {
	switch {
	case size < 0:
		return query.Page{}, apierror.Invalid("page_size", "below 0")
	case size == 0:
		size = defaultPage
	}
	page := query.Page{Start: 1, Limit: min(size, maxPage)}
	if token == "" {
		return page, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil {
		page.Start, err = strconv.Atoi(string(text))
	}
	if err != nil || page.Start < 1 {
		return query.Page{}, apierror.Invalid("page_token", "none that was given out")
	}
	return page, nil
}

// NextToken is the token of what comes after a page with so many results, which
// may be fewer than it asked for; empty after the last.
func NextToken(page query.Page, results, total int) string {
	next := page.Start + results
	if results == 0 || next > total {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(next)))
}

// Order is the order that a text such as "title desc, create_time" asks for
// (AIP-132).
func Order(text string, schema query.Schema) ([]query.Sort, error) {
	if text == "" {
		return nil, nil
	}
	known := map[string]string{}
	for _, f := range schema.Fields {
		known[key(f.Name)] = f.Name
	}
	for usual, column := range times() {
		known[usual] = known[column]
	}
	var order []query.Sort
	for part := range strings.SplitSeq(text, ",") {
		words := strings.Fields(part)
		if len(words) == 0 || len(words) > 2 || len(words) == 2 && words[1] != "desc" && words[1] != "asc" || known[key(words[0])] == "" {
			return nil, apierror.Invalid("order_by", "it is a list of fields, each with desc behind it or not")
		}
		order = append(order, query.Sort{Key: known[key(words[0])], Desc: len(words) == 2 && words[1] == "desc"})
	}
	return order, nil
}
