package manager

import (
	_ "example.com/a/internal/connector"
	_ "example.com/a/internal/connector/database"
)
