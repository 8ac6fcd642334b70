package model

import _ "example.com/a/internal/core/query"
