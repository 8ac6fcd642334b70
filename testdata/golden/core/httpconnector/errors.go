package httpconnector

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

const maxPiece = 300 // bytes of an answer that an error shows

// A PeerError is what a peer answered instead of 2xx. It stands behind the error that a
// call returns, where errors.As finds it; callers of the service do not see it.
type PeerError struct {
	Connector string
	Method    string
	Path      string // as it was asked for, with names in braces
	Status    int
	Header    http.Header
	Body      []byte // all of it, secrets and all
	piece     string
}

// Error shows the beginning of the body, without secrets.
func (e *PeerError) Error() string {
	text := fmt.Sprintf("%s %s: the peer answered %d %s", e.Method, e.Path, e.Status, http.StatusText(e.Status))
	if e.piece == "" {
		return text
	}
	return text + ": " + e.piece
}

func (c *Client) refused(r *request, a *Answer) error {
	return &PeerError{
		Connector: c.name, Method: r.method, Path: r.path,
		Status: a.Status, Header: a.Header, Body: a.Body, piece: c.secrets.hide(a.Body),
	}
}

// unreadable: the answer is not what was asked for.
type unreadable struct {
	answer *Answer
	err    error
}

func (e *unreadable) Error() string {
	return fmt.Sprintf("read the answer (%d, %s, %d bytes): %s", e.answer.Status,
		e.answer.Header.Get("Content-Type"), len(e.answer.Body), e.err)
}

func (e *unreadable) Unwrap() error { return e.err }

// explain turns an error into one of the API. Its text, which callers may see, says no
// more than which connector it is of and what the peer's status was.
func (c *Client) explain(ctx context.Context, r *request, err error) error {
	err = withoutAddress(err)
	cause := fmt.Errorf("call %s: %s %s: %w", c.name, r.method, r.path, err)
	var peer *PeerError
	var token *tokenError
	switch {
	case errors.As(err, &peer):
		text := fmt.Sprintf("%d %s", peer.Status, http.StatusText(peer.Status))
		return fault(statusOf(peer.Status), c.name, text).After(retryAfter(peer.Header)).Because(cause)
	case errors.As(err, &token) && !token.transient():
		return fault(codes.Internal, c.name, "it gives no token").Because(cause)
	case callOf(ctx).caller.Err() != nil:
		return apierror.From(fmt.Errorf("%w: %w", cause, callOf(ctx).caller.Err()))
	case errors.Is(err, errOpen):
		return fault(codes.Unavailable, c.name, errOpen.Error()).After(c.settings.Breaker.Open).Because(cause)
	case errors.Is(err, errTooLarge):
		return fault(codes.Internal, c.name, err.Error()).Because(cause)
	case errors.As(err, new(*unreadable)):
		return fault(codes.Internal, c.name, "its answer cannot be read").Because(cause)
	case errors.Is(err, context.DeadlineExceeded):
		return fault(codes.Unavailable, c.name, "it did not answer in time").Because(cause)
	default:
		return fault(codes.Unavailable, c.name, "it cannot be reached").Because(cause)
	}
}

func fault(status codes.Code, name, reason string) *apierror.Error {
	return apierror.New(status, "ERROR_EXTERNAL_API", "Another service failed. (connector = %s, reason = %s)", name, reason)
}

// statusOf is what a peer's status means for who called the service. That the peer does
// not know the service, or lets it do nothing, is no fault of that caller.
func statusOf(status int) codes.Code {
	switch status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return codes.InvalidArgument
	case http.StatusNotFound, http.StatusGone:
		return codes.NotFound
	case http.StatusConflict:
		return codes.Aborted
	case http.StatusPreconditionFailed, http.StatusPaymentRequired:
		return codes.FailedPrecondition
	case http.StatusRequestTimeout, http.StatusTooManyRequests,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return codes.Unavailable
	default:
		return codes.Internal
	}
}

// withoutAddress takes the address out of an error of the client's: its query may hold
// secrets.
func withoutAddress(err error) error {
	for {
		var at *url.Error
		if !errors.As(err, &at) {
			return err
		}
		err = at.Err
	}
}

// secrets are texts that are shown to nobody.
type secrets []string

// secrets are those of the configuration: peers are known to repeat what they were sent.
func (s Settings) secrets() secrets {
	all := secrets{s.Auth.Token, s.Auth.Password, s.Auth.ClientSecret}
	for _, value := range s.Headers {
		all = append(all, value)
	}
	all = slices.DeleteFunc(all, func(text string) bool { return len(text) < 4 })
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}

// hide gives the beginning of a body in one line, without secrets: those of the
// configuration, what stands behind a name such as password, and bearer tokens.
func (s secrets) hide(body []byte) string {
	const hidden = "********"
	text := string(body[:min(len(body), 8*maxPiece)])
	for _, secret := range s {
		text = strings.ReplaceAll(text, secret, hidden)
	}
	text = named().ReplaceAllString(text, "${1}"+hidden)
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	if len(text) > maxPiece {
		text = strings.ToValidUTF8(text[:maxPiece], "") + "…"
	}
	return text
}

// named finds the value behind a name that marks a secret, in JSON, forms and headers.
func named() *regexp.Regexp {
	return regexp.MustCompile(`(?i)((?:password|passwd|passphrase|secret|token|credential|authorization|api[-_]?key|private[-_]?key|cookie)[\w-]*"?\s*[:=]\s*"?(?:bearer |basic )?)[^"&,;}\s]+`)
}
