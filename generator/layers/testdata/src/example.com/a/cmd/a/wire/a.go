// Package wire lies among the commands, which put everything together.
package wire

import (
	_ "database/sql"

	_ "example.com/a/internal/connector"
)
