package service

import (
	"github.com/cloudforet-io/spacegen/core/apivalue"
	"github.com/cloudforet-io/spacegen/core/query"
	"google.golang.org/protobuf/types/known/structpb"
)

// statInfo is the answer of every stat call: the rows as results and, when the
// query asked for a page of them, how many there are in all. The rows of a
// distinct query are plain values.
func statInfo(q query.StatQuery, rows []map[string]any, total int) (*structpb.Struct, error) {
	results := make([]any, 0, len(rows))
	for _, row := range rows {
		if q.Distinct != "" {
			results = append(results, row[q.Distinct])
			continue
		}
		results = append(results, row)
	}
	info := map[string]any{"results": results}
	if q.Page.Limit > 0 {
		info["total_count"] = total
	}
	return apivalue.FromStruct(info)
}

// analyzeInfo is the answer of every analyze call: the rows as results and, when the query
// asked for a page of them, whether there are more.
func analyzeInfo(q query.AnalyzeQuery, rows []map[string]any, more bool) (*structpb.Struct, error) {
	results := make([]any, len(rows))
	for i, row := range rows {
		results[i] = row
	}
	info := map[string]any{"results": results}
	if q.Page.Limit > 0 {
		info["more"] = more
	}
	return apivalue.FromStruct(info)
}
