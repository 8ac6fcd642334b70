package upward

import _ "example.com/a/internal/app"
