package tables

import (
	_ "database/sql"
)
