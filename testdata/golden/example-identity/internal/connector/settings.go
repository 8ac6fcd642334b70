package connector

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/go-viper/mapstructure/v2"

	"github.com/cloudforet-io/identity/internal/model"
)

// Settings are what the configuration says of tokens, and of where services are.
type Settings struct {
	Tokens    model.TokenTimes
	Endpoints []model.Endpoint
	Err       error // why they can't be had
}

// NewSettings makes the connector.
func NewSettings(d Deps) *Settings {
	s, err := ReadSettings(d.Config)
	s.Err = err
	return &s
}

// ReadSettings reads IDENTITY, ENDPOINTS and INTERNAL_ENDPOINTS of the configuration; without one they are as
// usual.
func ReadSettings(c *config.Config) (s Settings, err error) {
	times := struct {
		Token      int `mapstructure:"token_timeout"`
		TokenMax   int `mapstructure:"token_max_timeout"`
		Refresh    int `mapstructure:"refresh_timeout"`
		RefreshMax int `mapstructure:"admin_refresh_max_timeout"`
	}{1800, 604800, 10800, 2419200}
	if c != nil {
		identity, _ := c.Value("IDENTITY").(map[string]any)
		if err := mapstructure.WeakDecode(identity["token"], &times); err != nil {
			return s, apierror.Configuration("IDENTITY.token", err.Error())
		}
		if s.Endpoints, err = endpointsOf(c); err != nil {
			return s, err
		}
	}
	if times.Token <= 0 || times.Refresh <= 0 || times.TokenMax < times.Token || times.RefreshMax < times.Refresh {
		return s, apierror.Configuration("IDENTITY.token", "times are seconds above 0, and the longest are no shorter than the usual ones")
	}
	s.Tokens = model.TokenTimes{
		Access: seconds(times.Token), AccessMax: seconds(times.TokenMax),
		Refresh: seconds(times.Refresh), RefreshMax: seconds(times.RefreshMax),
	}
	return s, nil
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// endpointsOf gives what ENDPOINTS lists, or else maps, with the other endpoint that
// INTERNAL_ENDPOINTS may give a service.
func endpointsOf(c *config.Config) ([]model.Endpoint, error) {
	found, err := readEndpoints(c.Value("PUBLIC_ENDPOINTS")) // ENDPOINTS, if that is a list
	if err == nil && len(found) == 0 {
		found, err = readEndpoints(c.Value("ENDPOINTS"))
	}
	if err != nil {
		return nil, err
	}
	internal, err := readEndpoints(c.Value("INTERNAL_ENDPOINTS"))
	if err != nil {
		return nil, err
	}
	for _, one := range internal {
		at := slices.IndexFunc(found, func(e model.Endpoint) bool { return e.Service == one.Service })
		if at < 0 {
			found, at = append(found, model.Endpoint{Service: one.Service, Name: one.Name}), len(found)
		}
		found[at].InternalEndpoint = cmp.Or(one.InternalEndpoint, one.Endpoint)
	}
	return found, nil
}

// readEndpoints takes a list of services with what is known of each, or a map of
// endpoints by the names of services.
func readEndpoints(value any) (found []model.Endpoint, err error) {
	byName, ok := value.(map[string]any)
	if !ok {
		if err := mapstructure.Decode(value, &found); err != nil {
			return nil, apierror.Configuration("ENDPOINTS", err.Error())
		}
		return found, nil
	}
	for service, endpoint := range byName {
		text, ok := endpoint.(string)
		if !ok {
			return nil, apierror.Configuration("ENDPOINTS", service+" has no text as its endpoint")
		}
		found = append(found, model.Endpoint{Service: service, Name: service, Endpoint: text, InternalEndpoint: text})
	}
	slices.SortFunc(found, func(a, b model.Endpoint) int { return strings.Compare(a.Service, b.Service) })
	return found, nil
}
