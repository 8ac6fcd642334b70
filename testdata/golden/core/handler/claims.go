package handler

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/lestrrat-go/jwx/v3/jws"
)

// audience is one name; the standard allows a list, of which the first counts.
type audience string

// UnmarshalJSON takes a name or a list of names.
func (a *audience) UnmarshalJSON(text []byte) error {
	var list []string
	if err := json.Unmarshal(text, &list); err == nil {
		if len(list) > 0 {
			*a = audience(list[0])
		}
		return nil
	}
	return json.Unmarshal(text, (*string)(a))
}

// clone gives claims of which nothing is shared that a caller could change.
func (c *claims) clone() *claims {
	own := *c
	own.Permissions, own.Projects, own.UserGroups = slices.Clone(c.Permissions), slices.Clone(c.Projects), slices.Clone(c.UserGroups)
	own.InjectedParams = maps.Clone(c.InjectedParams)
	return &own
}

// decode reads what a token says, without checking who says it.
func decode(token []byte) (*jws.Message, *claims, error) {
	message, err := jws.Parse(token)
	if err != nil {
		return nil, nil, err
	}
	c := new(claims)
	return message, c, json.Unmarshal(message.Payload(), c)
}
