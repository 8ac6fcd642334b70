package database

import (
	_ "example.com/a/internal/core/query"
	_ "example.com/a/internal/model"
)
