package httpconnector

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"golang.org/x/net/http/httpguts"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// Settings are an entry of CONNECTORS. What it leaves out is as [Defaults] has it.
type Settings struct {
	URL               string            `mapstructure:"url"`                // below which all paths stand
	Timeout           time.Duration     `mapstructure:"timeout"`            // of a call, all its attempts and pauses
	AttemptTimeout    time.Duration     `mapstructure:"attempt_timeout"`    // of one attempt
	Retries           int               `mapstructure:"retries"`            // attempts after the first
	RetryWait         time.Duration     `mapstructure:"retry_wait"`         // before the second attempt; doubled for each that follows
	RetryWaitMax      time.Duration     `mapstructure:"retry_wait_max"`     // unless the peer asks for more by Retry-After
	MaxBody           int64             `mapstructure:"max_body"`           // bytes of an answer
	Headers           map[string]string `mapstructure:"headers"`            // of every call
	IdempotencyHeader string            `mapstructure:"idempotency_header"` // that carries an IdempotencyKey
	Auth              Auth              `mapstructure:"auth"`
	Breaker           Breaker           `mapstructure:"breaker"`
}

// Auth says how calls authenticate. Secrets need not stand in the configuration: an
// IMPORT of a file with ?key=CONNECTORS.PaymentConnector.auth.password brings one.
type Auth struct {
	Type string `mapstructure:"type"` // none, bearer, basic, client_credentials

	Token     string `mapstructure:"token"`      // bearer
	TokenFile string `mapstructure:"token_file"` // bearer: holds the token, and is read for every call

	Username string `mapstructure:"username"` // basic
	Password string `mapstructure:"password"` // basic

	URL          string            `mapstructure:"url"`           // client_credentials: where tokens are got
	ClientID     string            `mapstructure:"client_id"`     // client_credentials
	ClientSecret string            `mapstructure:"client_secret"` // client_credentials
	Scopes       []string          `mapstructure:"scopes"`        // client_credentials
	Params       map[string]string `mapstructure:"params"`        // client_credentials: more of the request, such as audience
	Style        string            `mapstructure:"style"`         // client_credentials: where ID and secret go: header, params; empty: found out
}

// Breaker says when a peer is left alone.
type Breaker struct {
	Failures int           `mapstructure:"failures"` // attempts in a row that failed; 0: never
	Open     time.Duration `mapstructure:"open"`     // how long it is left alone, before one call is tried
}

// The types of Auth.
const (
	None              = "none"
	Bearer            = "bearer"
	Basic             = "basic"
	ClientCredentials = "client_credentials"
)

// Defaults are the settings that hold where an entry says nothing.
func Defaults() Settings {
	return Settings{
		Timeout: 30 * time.Second, AttemptTimeout: 10 * time.Second,
		Retries: 3, RetryWait: 200 * time.Millisecond, RetryWaitMax: 5 * time.Second,
		MaxBody: 10 << 20, IdempotencyHeader: "Idempotency-Key",
		Auth:    Auth{Type: None},
		Breaker: Breaker{Failures: 5, Open: 30 * time.Second},
	}
}

const maxRetries = 10

// read makes settings of an entry; key is where it stands. What is wrong is an error
// that names the key.
func read(key string, entry map[string]any) (Settings, error) {
	s := Defaults()
	var found mapstructure.Metadata
	decoder, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		Result: &s, Metadata: &found, DecodeHook: mapstructure.StringToTimeDurationHookFunc(),
	})
	if err != nil {
		return s, fmt.Errorf("read %s: %w", key, err)
	}
	if err := decoder.Decode(entry); err != nil {
		return s, apierror.Configuration(key, plain(err))
	}
	if len(found.Unused) > 0 {
		slices.Sort(found.Unused)
		return s, apierror.Configuration(key+"."+found.Unused[0], "there is no such setting")
	}
	for _, f := range s.faults() {
		if f.wrong {
			return s, apierror.Configuration(key+"."+f.key, f.reason)
		}
	}
	return s, nil
}

// plain takes the values out of an error of the decoder's, which may be secrets.
func plain(err error) string {
	text := err.Error()
	if at := strings.LastIndex(text, ", value: "); at >= 0 {
		text = text[:at]
	}
	return strings.Join(strings.Fields(text), " ")
}

type rule struct {
	wrong       bool
	key, reason string
}

// faults are all that may be wrong with settings, in the order in which it is told.
func (s Settings) faults() []rule {
	all := []rule{
		{s.URL == "", "url", "it is missing"},
		{!isAddress(s.URL), "url", "it must be an address such as https://api.example.com/v1, without a user, a query or a fragment"},
		{s.Timeout <= 0, "timeout", "it must be a duration such as 30s"},
		{s.AttemptTimeout <= 0, "attempt_timeout", "it must be a duration such as 10s"},
		{s.Retries < 0 || s.Retries > maxRetries, "retries", fmt.Sprintf("it must be a number from 0 to %d", maxRetries)},
		{s.RetryWait <= 0, "retry_wait", "it must be a duration such as 200ms"},
		{s.RetryWaitMax < s.RetryWait, "retry_wait_max", "it must not be less than retry_wait"},
		{s.MaxBody <= 0, "max_body", "it must be a number of bytes above 0"},
		{!httpguts.ValidHeaderFieldName(s.IdempotencyHeader), "idempotency_header", "it must be the name of a header"},
		{s.Breaker.Failures < 0, "breaker.failures", "it must be 0 or more"},
		{s.Breaker.Failures > 0 && s.Breaker.Open <= 0, "breaker.open", "it must be a duration such as 30s"},
	}
	for name, value := range s.Headers {
		all = append(all,
			rule{!httpguts.ValidHeaderFieldName(name), "headers." + name, "it is no name of a header"},
			rule{!httpguts.ValidHeaderFieldValue(value), "headers." + name, "its value cannot be sent in a header"},
			rule{http.CanonicalHeaderKey(name) == "Authorization" && s.Auth.Type != None, "headers." + name, "auth sets this header, too"},
		)
	}
	return append(all, s.Auth.faults()...)
}

func (a Auth) faults() []rule {
	all := []rule{{
		!slices.Contains([]string{None, Bearer, Basic, ClientCredentials}, a.Type),
		"auth.type", "it must be one of none, bearer, basic, client_credentials",
	}}
	for _, f := range []struct {
		key, of string
		set     bool
	}{
		{"token", Bearer, a.Token != ""},
		{"token_file", Bearer, a.TokenFile != ""},
		{"username", Basic, a.Username != ""},
		{"password", Basic, a.Password != ""},
		{"url", ClientCredentials, a.URL != ""},
		{"client_id", ClientCredentials, a.ClientID != ""},
		{"client_secret", ClientCredentials, a.ClientSecret != ""},
		{"scopes", ClientCredentials, len(a.Scopes) > 0},
		{"params", ClientCredentials, len(a.Params) > 0},
		{"style", ClientCredentials, a.Style != ""},
	} {
		all = append(all, rule{f.set && a.Type != f.of, "auth." + f.key, "it belongs to the type " + f.of + ", and auth.type is " + a.Type})
	}
	switch a.Type {
	case Bearer:
		all = append(all, rule{(a.Token == "") == (a.TokenFile == ""), "auth.token", "one of token and token_file is required"})
	case Basic:
		all = append(all, rule{a.Username == "", "auth.username", "it is missing"})
	case ClientCredentials:
		all = append(all,
			rule{!isAddress(a.URL), "auth.url", "it must be the address where tokens are got, such as https://login.example.com/oauth/token"},
			rule{a.ClientID == "", "auth.client_id", "it is missing"},
			rule{a.ClientSecret == "", "auth.client_secret", "it is missing"},
			rule{!slices.Contains([]string{"", "header", "params"}, a.Style), "auth.style", "it must be header or params"},
		)
	}
	return all
}

func isAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" &&
		u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

// key is where a setting stands in the configuration.
func (c *Client) key(setting string) string {
	return strings.TrimSuffix("CONNECTORS."+c.name+"."+setting, ".")
}

func (c *Client) misconfigured(setting, reason string) error {
	return apierror.Configuration(c.key(setting), reason)
}
