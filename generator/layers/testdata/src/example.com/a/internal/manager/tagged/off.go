//go:build never

package tagged

import _ "example.com/a/internal/handler" // a driver leaves it out; TestCheck has one that is found
