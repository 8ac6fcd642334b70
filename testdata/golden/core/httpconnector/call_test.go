package httpconnector_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/httpconnector"
)

func TestWhatIsSent(t *testing.T) {
	message, err := structpb.NewStruct(map[string]any{"n": 1})
	require.NoError(t, err)
	for name, test := range map[string]struct {
		call  func(c *httpconnector.Client) error
		line  string
		kind  string
		body  string
		extra map[string]string // headers
	}{
		"JSON": {
			call: func(c *httpconnector.Client) error { return c.Post(t.Context(), "/things", thing{Name: "y"}, nil) },
			line: "POST /v1/things", kind: "application/json", body: `{"name":"y"}`,
			extra: map[string]string{"X-Team": "shop", "Accept": "application/json"},
		},
		"a message": {
			call: func(c *httpconnector.Client) error { return c.Put(t.Context(), "things", message, nil) },
			line: "PUT /v1/things", kind: "application/json", body: `{"n":1}`,
		},
		"a form": {
			call: func(c *httpconnector.Client) error {
				return c.Post(t.Context(), "/things", url.Values{"a": {"1 2"}}, nil)
			},
			line: "POST /v1/things", kind: "application/x-www-form-urlencoded", body: "a=1+2",
		},
		"raw": {
			call: func(c *httpconnector.Client) error {
				return c.Patch(t.Context(), "/things", httpconnector.Raw{ContentType: "text/csv", Data: []byte("a,b")}, nil)
			},
			line: "PATCH /v1/things", kind: "text/csv", body: "a,b",
		},
		"path, query and header": {
			call: func(c *httpconnector.Client) error {
				return c.Delete(t.Context(), "/things/{id}/parts/{part}", nil,
					httpconnector.Param("id", "a/b c"), httpconnector.Param("part", "ü"),
					httpconnector.Query(url.Values{"force": {"yes"}}), httpconnector.Header("If-Match", "3"))
			},
			line: "DELETE /v1/things/a%2Fb%20c/parts/%C3%BC?force=yes", extra: map[string]string{"If-Match": "3"},
		},
		"the address itself": {
			call: func(c *httpconnector.Client) error { return c.Head(t.Context(), "", nil) },
			line: "HEAD /v1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t, answers(200))
			c := client(t, settings(p.url+"/v1/", map[string]any{"headers": map[string]any{"X-Team": "shop"}}))
			require.NoError(t, test.call(c))
			req, body := p.last(t)
			assert.Equal(t, test.line, req.Method+" "+req.RequestURI)
			assert.Equal(t, test.kind, req.Header.Get("Content-Type"))
			assert.Equal(t, test.body, strings.ReplaceAll(body, " ", ""))
			for header, want := range test.extra {
				assert.Equal(t, want, req.Header.Get(header))
			}
		})
	}
}

func TestCallsThatCannotBeMade(t *testing.T) {
	p := newPeer(t, answers(200))
	c := client(t, settings(p.url, nil))
	for name, test := range map[string]struct {
		path string
		opts []httpconnector.Option
		body any
		want string
	}{
		"a parameter is missing":   {path: "/things/{id}", want: "no Param gives it"},
		"a parameter is empty":     {path: "/things/{id}", opts: []httpconnector.Option{httpconnector.Param("id", "")}, want: "ERROR_REQUIRED_PARAMETER"},
		"a parameter leads upward": {path: "/things/{id}", opts: []httpconnector.Option{httpconnector.Param("id", "..")}, want: "leads to another path"},
		"a parameter too many":     {path: "/things", opts: []httpconnector.Option{httpconnector.Param("id", "1")}, want: "has no {id}"},
		"a query in the path":      {path: "/things?a=1", want: "give it by Query"},
		"an empty key":             {path: "/things", opts: []httpconnector.Option{httpconnector.IdempotencyKey("")}, want: "idempotency key"},
		"a header of two lines":    {path: "/things", opts: []httpconnector.Option{httpconnector.Header("X-A", "1\r\nX-B: 2")}, want: "X-A"},
		"a body that is no JSON":   {path: "/things", body: make(chan int), want: "write the body"},
	} {
		err := c.Post(t.Context(), test.path, test.body, nil, test.opts...)
		assert.ErrorContains(t, err, test.want, name)
	}
	assert.Empty(t, p.asked())
}

func TestWhatIsRead(t *testing.T) {
	p := newPeer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", "3")
		_, _ = io.WriteString(w, `{"name": "x"}`)
	})
	c := client(t, settings(p.url, nil))
	var text []byte
	require.NoError(t, c.Get(t.Context(), "/", &text))
	assert.JSONEq(t, `{"name": "x"}`, string(text))
	var answer httpconnector.Answer
	require.NoError(t, c.Get(t.Context(), "/", &answer))
	assert.Equal(t, "3", answer.Header.Get("ETag"))
	assert.Equal(t, 200, answer.Status)
	message := new(structpb.Struct)
	require.NoError(t, c.Get(t.Context(), "/", message))
	assert.Equal(t, map[string]any{"name": "x"}, message.AsMap())
	err := c.Get(t.Context(), "/", new([]int))
	assert.Equal(t, codes.Internal, apierror.From(err).Status)
	assert.Contains(t, apierror.From(err).Message, "cannot be read")

	empty := newPeer(t, answers(http.StatusNoContent))
	got := thing{Name: "as it was"}
	require.NoError(t, client(t, settings(empty.url, nil)).Get(t.Context(), "/", &got))
	assert.Equal(t, "as it was", got.Name)
}

func TestAnAnswerMayNotBeTooLarge(t *testing.T) {
	p := newPeer(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `"0123456789"`) })
	var text string
	require.NoError(t, client(t, settings(p.url, map[string]any{"max_body": 12})).Get(t.Context(), "/", &text))
	err := client(t, settings(p.url, map[string]any{"max_body": 11})).Get(t.Context(), "/", &text)
	assert.Contains(t, apierror.From(err).Message, "max_body")
	assert.Len(t, p.asked(), 2, "no attempt makes it shorter")
}

func TestErrorsTellWhatThePeerSaidAndNoSecrets(t *testing.T) {
	p := newPeer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"reason": "card expired", "sent": {"Authorization": "Bearer abcdef", "client_secret": "other"},
			"note": "abcdef", "key": "key-1234"}`+strings.Repeat("!", 5000))
	})
	c := client(t, settings(p.url, map[string]any{
		"auth": map[string]any{"type": "bearer", "token": "abcdef"}, "headers": map[string]any{"X-Api-Key": "key-1234"},
	}))
	err := c.Post(t.Context(), "/cards/{id}", nil, nil, httpconnector.Param("id", "c-1"), httpconnector.Query(url.Values{"pin": {"9999"}}))
	fault := apierror.From(err)
	assert.Equal(t, codes.InvalidArgument, fault.Status)
	assert.Equal(t, "Another service failed. (connector = PaymentConnector, reason = 400 Bad Request)", fault.Message)
	log := fault.Cause.Error()
	assert.Contains(t, log, `POST /cards/{id}: the peer answered 400 Bad Request: {"reason": "card expired"`)
	for _, secret := range []string{"abcdef", "other", "key-1234", "9999"} {
		assert.NotContains(t, log, secret)
	}
	assert.Less(t, len(log), 600)
	var peer *httpconnector.PeerError
	require.ErrorAs(t, err, &peer)
	assert.Equal(t, 400, peer.Status)
	assert.Contains(t, string(peer.Body), "card expired")
}

func TestNobodyAnswers(t *testing.T) {
	c := client(t, settings("http://127.0.0.1:1/x", map[string]any{"retries": 1}))
	fault := apierror.From(c.Get(t.Context(), "/", nil, httpconnector.Query(url.Values{"pin": {"9999"}})))
	assert.Equal(t, codes.Unavailable, fault.Status)
	assert.Contains(t, fault.Message, "cannot be reached")
	assert.NotContains(t, fault.Cause.Error(), "9999")
}

func TestConfigurationIsChecked(t *testing.T) {
	const key = "CONNECTORS.PaymentConnector"
	at := func(more map[string]any) map[string]any { return settings("https://api.example.com", more) }
	auth := func(a map[string]any) map[string]any { return at(map[string]any{"auth": a}) }
	for name, test := range map[string]struct {
		entry map[string]any
		want  string
	}{
		"no url":             {map[string]any{"retries": 2}, key + ".url, reason = it is missing"},
		"no address":         {settings("api.example.com", nil), key + ".url"},
		"a password in it":   {settings("https://me:pw@api.example.com", nil), key + ".url"},
		"unknown":            {at(map[string]any{"retires": 3}), key + ".retires, reason = there is no such setting"},
		"unknown, deeper":    {auth(map[string]any{"tokn": "x"}), key + ".auth.tokn"},
		"no duration":        {at(map[string]any{"timeout": "soon"}), key},
		"no time":            {at(map[string]any{"timeout": "0s"}), key + ".timeout"},
		"too many retries":   {at(map[string]any{"retries": 100}), key + ".retries"},
		"less than at least": {at(map[string]any{"retry_wait": "1m"}), key + ".retry_wait_max"},
		"no header":          {at(map[string]any{"headers": map[string]any{"a b": "c"}}), key + ".headers.a b"},
		"two of a header": {at(map[string]any{
			"headers": map[string]any{"authorization": "x"}, "auth": map[string]any{"type": "bearer", "token": "y"},
		}), key + ".headers.authorization"},
		"no such type":   {auth(map[string]any{"type": "digest"}), key + ".auth.type"},
		"no token":       {auth(map[string]any{"type": "bearer"}), key + ".auth.token"},
		"two tokens":     {auth(map[string]any{"type": "bearer", "token": "a", "token_file": "b"}), key + ".auth.token"},
		"of another":     {auth(map[string]any{"type": "bearer", "token": "a", "password": "b"}), key + ".auth.password"},
		"of none":        {auth(map[string]any{"token": "a"}), key + ".auth.token"},
		"no user":        {auth(map[string]any{"type": "basic", "password": "b"}), key + ".auth.username"},
		"no token url":   {auth(map[string]any{"type": "client_credentials", "client_id": "a", "client_secret": "b"}), key + ".auth.url"},
		"no secret":      {auth(map[string]any{"type": "client_credentials", "client_id": "a", "url": "https://x"}), key + ".auth.client_secret"},
		"no such style":  {auth(map[string]any{"type": "client_credentials", "client_id": "a", "client_secret": "b", "url": "https://x", "style": "body"}), key + ".auth.style"},
		"breaker":        {at(map[string]any{"breaker": map[string]any{"open": "-1s"}}), key + ".breaker.open"},
		"secret of type": {auth(map[string]any{"type": "bearer", "token": []any{"hidden-1"}}), key},
	} {
		t.Run(name, func(t *testing.T) {
			c := httpconnector.New(httpconnector.Options{Name: "PaymentConnector", Config: &config.Config{
				Connectors: map[string]map[string]any{"PaymentConnector": test.entry},
			}})
			err := c.Check()
			require.ErrorContains(t, err, test.want)
			assert.NotContains(t, err.Error(), "hidden-1")
			assert.Equal(t, "ERROR_CONFIGURATION", apierror.From(err).Code)
			assert.True(t, errors.Is(c.Get(t.Context(), "/", nil), err), "and calls say the same")
		})
	}
}

func TestAClientThatIsNotConfiguredFailsWhenItIsUsed(t *testing.T) {
	c := httpconnector.New(httpconnector.Options{Name: "PaymentConnector", Config: &config.Config{}})
	require.NoError(t, c.Check())
	assert.ErrorContains(t, c.Get(t.Context(), "/", nil), "CONNECTORS.PaymentConnector.url")
	require.NoError(t, c.Close())
}
