package service_test

import _ "example.com/a/internal/app"
