//go:build !never

package tagged

import _ "example.com/a/internal/service" // want `manager imports service; it may import connector, model, core`
