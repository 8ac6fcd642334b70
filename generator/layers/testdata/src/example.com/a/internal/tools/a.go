package tools

import (
	_ "database/sql" // want `a package beside the layers imports database/sql, a driver; drivers belong into connectors`

	_ "example.com/a/internal/connector" // want `a package beside the layers imports connector; it may import model, core, since what it imports, every layer reaches by it`
	_ "example.com/a/internal/model"
)
