package skip

import _ "example.com/a/internal/manager" // want `interface imports manager; it may import handler, model, core`
