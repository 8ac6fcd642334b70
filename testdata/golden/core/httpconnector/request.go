package httpconnector

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// An Option is what a call has beside path and body.
type Option func(*request)

// Param replaces a name in braces of the path: Param("order_id", id) for
// "/v1/orders/{order_id}". The value is escaped; one that would lead elsewhere, such as
// "..", is an error.
func Param(name, value string) Option { return func(r *request) { r.params[name] = value } }

// Query is what follows the path after a question mark.
func Query(values url.Values) Option { return func(r *request) { r.query = values } }

// Header sets a header.
func Header(name, value string) Option { return func(r *request) { r.set(name, value) } }

// IdempotencyKey names a call, so that the peer does it once however often it arrives.
// The key stays the same over the attempts of a call; if it is made of what the call is
// for, such as the ID of an order, it does so over the attempts of a task as well.
func IdempotencyKey(key string) Option {
	return func(r *request) {
		r.named = true
		r.set(r.idempotency, key)
		if key == "" {
			r.fail(apierror.Required("idempotency key"))
		}
	}
}

// Raw is a body that is sent as it is.
type Raw struct {
	ContentType string
	Data        []byte
}

// A request is a call before it is made.
type request struct {
	method, path string // path as it was asked for, with names in braces
	url          *url.URL
	params       map[string]string
	query        url.Values
	header       http.Header
	body         []byte
	idempotency  string // the name of its header
	named        bool   // it carries one
	err          error  // the first thing that is wrong with it
}

func (c *Client) request(method, path string, body any, opts []Option) (*request, error) {
	r := &request{
		method: method, path: path, params: map[string]string{}, idempotency: c.settings.IdempotencyHeader,
		header: http.Header{"Accept": {"application/json"}},
	}
	for name, value := range c.settings.Headers {
		r.header.Set(name, value)
	}
	if err := r.encode(body); err != nil {
		return nil, err
	}
	for _, set := range opts {
		set(r)
	}
	if r.err != nil {
		return nil, r.err
	}
	return r, r.locate(c.base)
}

func (r *request) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *request) set(name, value string) {
	if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
		r.fail(apierror.Invalid(name, "it cannot be sent as a header"))
		return
	}
	r.header.Set(name, value)
}

// encode writes the body.
func (r *request) encode(body any) (err error) {
	kind := "application/json"
	switch body := body.(type) {
	case nil:
		return nil
	case Raw:
		kind, r.body = body.ContentType, body.Data
	case url.Values:
		kind, r.body = "application/x-www-form-urlencoded", []byte(body.Encode())
	case proto.Message:
		r.body, err = protojson.Marshal(body)
	default:
		r.body, err = json.Marshal(body)
	}
	if err != nil {
		return fmt.Errorf("write the body: %w", err)
	}
	if r.body == nil {
		r.body = []byte{}
	}
	r.header.Set("Content-Type", kind)
	return nil
}

// locate makes the address of base, path and parameters.
func (r *request) locate(base *url.URL) error {
	unused := maps.Clone(r.params)
	var wrong error
	escaped := names().ReplaceAllStringFunc(r.path, func(name string) string {
		name = strings.Trim(name, "{}")
		value, ok := r.params[name]
		delete(unused, name)
		switch {
		case !ok:
			wrong = errors.Join(wrong, fmt.Errorf("the path has {%s}, and no Param gives it", name))
		case value == "":
			wrong = errors.Join(wrong, apierror.Required(name))
		case value == "." || value == "..":
			wrong = errors.Join(wrong, apierror.Invalid(name, "it leads to another path"))
		}
		return url.PathEscape(value)
	})
	for _, name := range slices.Sorted(maps.Keys(unused)) {
		wrong = errors.Join(wrong, fmt.Errorf("the path has no {%s} for a Param", name))
	}
	if strings.ContainsAny(r.path, "?#") {
		wrong = errors.Join(wrong, errors.New("the path holds a query; give it by Query"))
	}
	if wrong != nil {
		return wrong
	}
	at := *base
	at.RawQuery = r.query.Encode()
	full := strings.TrimSuffix(base.EscapedPath(), "/")
	if rest := strings.TrimPrefix(escaped, "/"); rest != "" || full == "" {
		full += "/" + rest
	}
	plain, err := url.PathUnescape(full)
	if err != nil {
		return fmt.Errorf("the path is not escaped as it ought to be: %w", err)
	}
	at.Path, at.RawPath = plain, full
	r.url = &at
	return nil
}

func names() *regexp.Regexp { return regexp.MustCompile(`\{[^{}/]*\}`) }

// A call is what those who make a request need to know of it.
type call struct {
	method, path string
	repeatable   bool
	caller       context.Context //nolint:containedctx // to tell whose patience ended
}

type callKey struct{}

func callOf(ctx context.Context) call {
	c, _ := ctx.Value(callKey{}).(call)
	return c
}

// call tells what a request is; caller is the context of who asked for it.
func (r *request) call(caller context.Context) call {
	idempotent := slices.Contains([]string{
		http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace, http.MethodPut, http.MethodDelete,
	}, r.method)
	return call{method: r.method, path: r.path, repeatable: idempotent || r.named, caller: caller}
}

// An Answer is what a peer said.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// answerOf reads an answer, of which the transport has bounded the body.
func answerOf(res *http.Response) (*Answer, error) {
	body, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	return &Answer{Status: res.StatusCode, Header: res.Header, Body: body}, nil
}

// read puts the answer into a value.
func (a *Answer) read(into any) error {
	switch into := into.(type) {
	case nil:
		return nil
	case *Answer:
		*into = *a
		return nil
	case *[]byte:
		*into = a.Body
		return nil
	}
	if a.Status == http.StatusNoContent {
		return nil
	}
	var err error
	if message, ok := into.(proto.Message); ok {
		err = protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(a.Body, message)
	} else {
		err = json.Unmarshal(a.Body, into)
	}
	if err != nil {
		return &unreadable{answer: a, err: err}
	}
	return nil
}
