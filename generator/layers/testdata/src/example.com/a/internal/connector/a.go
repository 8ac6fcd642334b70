package connector

import _ "example.com/a/internal/connector/database"
