package connector

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/config"
)

// decode reads JSON-like values, such as an answer, into a type.
func decode(from, into any) error {
	text, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// setting reads a setting of the configuration into a type, and refuses what
// the type does not know: a name that is misspelt would say nothing.
func setting(key string, from, into any) error {
	text, err := json.Marshal(from)
	if err != nil {
		return apierror.Configuration(key, err.Error())
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return apierror.Configuration(key, err.Error())
	}
	return nil
}

// text reads a setting that is a text.
func text(c *config.Config, key string) string {
	if value := c.Value(key); value != nil {
		return fmt.Sprint(value)
	}
	return ""
}
