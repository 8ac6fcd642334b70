package driven

import (
	_ "database/sql"        // want `service imports database/sql, a driver; drivers belong into connectors`
	_ "database/sql/driver" // want `service imports database/sql, a driver`

	_ "example.com/a/cmd/a/wire" // want `service imports cmd; it may import manager, model, core, since a service calls managers`
	_ "example.com/a/internal/applied"
	_ "example.com/a/pkg/tunnel" // the tunnel itself is what is reported
)
