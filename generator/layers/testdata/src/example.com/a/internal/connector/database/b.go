package database

import _ "database/sql"
