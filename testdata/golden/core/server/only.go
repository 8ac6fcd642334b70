package server

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// asked is what a query wants of each result: the fields that it names or, of a minimal
// one, whatever has a value.
type asked struct {
	Only    []string `json:"only"`
	Minimal bool     `json:"minimal"`
}

func (a asked) part() bool { return len(a.Only) > 0 || a.Minimal }

type askedKey struct{}

// whatIsAsked remembers what the query of a request wants, so that the answer leaves out
// all else. The body was read before.
func whatIsAsked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		parameters := r.URL.Query()
		a := asked{Only: parameters["query.only"], Minimal: parameters.Get("query.minimal") == "true"}
		if r.Body != nil && r.Body != http.NoBody {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				writeDetail(w, http.StatusBadRequest, "ERROR_INVALID_PARAMETER", "The body could not be read.")
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			if bytes.Contains(body, []byte(`"only"`)) || bytes.Contains(body, []byte(`"minimal"`)) {
				var request struct {
					Query asked `json:"query"`
				}
				if json.Unmarshal(body, &request) == nil && request.Query.part() { // what is amiss, decoding says
					a = request.Query
				}
			}
		}
		if a.part() {
			r = r.WithContext(context.WithValue(r.Context(), askedKey{}, a))
		}
		next.ServeHTTP(w, r)
	})
}

// withoutRest leaves out of the results of an answer the empty fields that nobody asked for.
func withoutRest(marshal protojson.MarshalOptions) func(context.Context, proto.Message) (any, error) {
	return func(ctx context.Context, m proto.Message) (any, error) {
		a, ok := ctx.Value(askedKey{}).(asked)
		if !ok {
			return m, nil
		}
		text, err := marshal.Marshal(m)
		if err != nil {
			return nil, err
		}
		answer := map[string]json.RawMessage{}
		if !bytes.HasPrefix(text, []byte("{")) {
			return m, nil
		}
		if err := json.Unmarshal(text, &answer); err != nil {
			return nil, err
		}
		fields := m.ProtoReflect().Descriptor().Fields()
		for i := range fields.Len() {
			f := fields.Get(i)
			if !f.IsList() || f.Message() == nil || f.Message().FullName() == "google.protobuf.Struct" {
				continue
			}
			list := m.ProtoReflect().Get(f).List()
			results := make([]map[string]json.RawMessage, list.Len())
			if json.Unmarshal(answer[string(f.Name())], &results) != nil {
				continue // of values that are no objects
			}
			for j, result := range results {
				one := list.Get(j).Message()
				for k := range f.Message().Fields().Len() {
					member := f.Message().Fields().Get(k)
					if name := string(member.Name()); nothing(one, member) && !a.names(name) {
						delete(result, name)
					}
				}
			}
			if answer[string(f.Name())], err = json.Marshal(results); err != nil {
				return nil, err
			}
		}
		return answer, nil
	}
}

// nothing reports whether a field is as if it had not been read: it is empty, or a decimal
// of nothing.
func nothing(m protoreflect.Message, f protoreflect.FieldDescriptor) bool {
	return !m.Has(f) || f.Kind() == protoreflect.StringKind && !f.IsList() && m.Get(f).String() == "0"
}

// names reports whether a field, or something in it, was asked for by name.
func (a asked) names(field string) bool {
	return slices.ContainsFunc(a.Only, func(key string) bool {
		first, _, _ := strings.Cut(key, ".")
		return first == field
	})
}
