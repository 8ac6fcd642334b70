package httpconnector

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// transport adds to each attempt what proves who calls.
func (a Auth) transport(next http.RoundTripper, t *tokens) http.RoundTripper {
	switch a.Type {
	case Bearer:
		return authenticated{next: next, header: a.bearer}
	case Basic:
		return authenticated{next: next, header: func(req *http.Request) error {
			req.SetBasicAuth(a.Username, a.Password)
			return nil
		}}
	case ClientCredentials:
		return renewing{next: next, tokens: t}
	default:
		return next
	}
}

// bearer reads a token that stands in a file for each call: it may be renewed.
func (a Auth) bearer(req *http.Request) error {
	token := a.Token
	if a.TokenFile != "" {
		text, err := os.ReadFile(a.TokenFile)
		if err != nil {
			return &tokenError{err: fmt.Errorf("read auth.token_file: %w", err)}
		}
		if token = strings.TrimSpace(string(text)); token == "" {
			return &tokenError{err: errors.New("read auth.token_file: it is empty")}
		}
	}
	req.Header.Set("Authorization", "Bearer "+token)
	return nil
}

// authenticated sets a header.
type authenticated struct {
	next   http.RoundTripper
	header func(*http.Request) error
}

func (a authenticated) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	if err := a.header(req); err != nil {
		return nil, err
	}
	return a.next.RoundTrip(req)
}

// renewing authenticates by a token that is got for the purpose. One that the peer
// refuses is replaced, once: it may have been revoked before its time. The peer has done
// nothing then, so that any call may be made again.
type renewing struct {
	next   http.RoundTripper
	tokens *tokens
}

func (r renewing) RoundTrip(req *http.Request) (*http.Response, error) {
	token, fresh, err := r.tokens.get(req.Context())
	if err != nil {
		return nil, err
	}
	res, err := r.with(token, req)
	if err != nil || res.StatusCode != http.StatusUnauthorized || fresh {
		return res, err
	}
	r.tokens.drop(token)
	if token, _, err = r.tokens.get(req.Context()); err != nil {
		return nil, errors.Join(err, res.Body.Close())
	}
	if req.GetBody != nil {
		if req.Body, err = req.GetBody(); err != nil {
			return nil, errors.Join(err, res.Body.Close())
		}
	}
	if err := res.Body.Close(); err != nil {
		return nil, err
	}
	return r.with(token, req)
}

func (r renewing) with(token *oauth2.Token, req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	token.SetAuthHeader(req)
	return r.next.RoundTrip(req)
}

// tokens hold the token that is used, and get another when its time is up. Whoever needs
// one waits for whoever gets it already, as long as his context lasts.
type tokens struct {
	config *clientcredentials.Config
	client *http.Client
	turn   chan struct{}
	token  *oauth2.Token
}

func (c *Client) tokens(network http.RoundTripper) *tokens {
	a := c.settings.Auth
	params := url.Values{}
	for name, value := range a.Params {
		params.Set(name, value)
	}
	style := map[string]oauth2.AuthStyle{"header": oauth2.AuthStyleInHeader, "params": oauth2.AuthStyleInParams}[a.Style]
	return &tokens{
		config: &clientcredentials.Config{
			ClientID: a.ClientID, ClientSecret: a.ClientSecret, TokenURL: a.URL,
			Scopes: a.Scopes, EndpointParams: params, AuthStyle: style,
		},
		client: &http.Client{
			Transport: traced(c.name+" token", bounded{next: network, limit: maxToken}), CheckRedirect: stay,
		},
		turn: make(chan struct{}, 1),
	}
}

const maxToken = 1 << 20 // bytes of the answer that holds one

// get gives the token, and whether it was got just now.
func (t *tokens) get(ctx context.Context) (*oauth2.Token, bool, error) {
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return nil, false, ctx.Err()
	}
	if t.token.Valid() {
		return t.token, false, nil
	}
	token, err := t.config.Token(context.WithValue(ctx, oauth2.HTTPClient, t.client))
	if err != nil {
		return nil, false, &tokenError{err: err}
	}
	t.token = token
	return token, true, nil
}

// drop has the next call get another token.
func (t *tokens) drop(refused *oauth2.Token) {
	t.turn <- struct{}{}
	defer func() { <-t.turn }()
	if t.token == refused {
		t.token = nil
	}
}

// A tokenError is that there is no token to call with.
type tokenError struct{ err error }

// Error leaves out what the peer answered, where it may have repeated what it was sent.
func (e *tokenError) Error() string {
	var answer *oauth2.RetrieveError
	if !errors.As(e.err, &answer) {
		return "get a token: " + withoutAddress(e.err).Error()
	}
	if answer.ErrorCode == "" {
		return "get a token: the server answered " + answer.Response.Status
	}
	return "get a token: the server answered " + answer.Response.Status + ": " + answer.ErrorCode
}

func (e *tokenError) Unwrap() error { return e.err }

// transient reports whether it may be cured by waiting.
func (e *tokenError) transient() bool {
	var answer *oauth2.RetrieveError
	if errors.As(e.err, &answer) {
		return answer.Response.StatusCode >= 500 || answer.Response.StatusCode == http.StatusTooManyRequests
	}
	var network *url.Error
	return errors.As(e.err, &network) || errors.Is(e.err, io.ErrUnexpectedEOF)
}
