package spec

import (
	"errors"
	"fmt"
	"strings"

	"github.com/robfig/cron/v3"
)

// checkRule wants five cron fields, without the shortcuts and time zones that
// the parser knows beside them.
func checkRule(rule string) error {
	if n := len(strings.Fields(rule)); n != 5 {
		return fmt.Errorf("it has %d fields", n)
	}
	if strings.ContainsAny(rule, "@=\n\r") {
		return errors.New("only fields are known, no shortcuts and no time zone")
	}
	_, err := cron.ParseStandard(rule)
	return err
}
