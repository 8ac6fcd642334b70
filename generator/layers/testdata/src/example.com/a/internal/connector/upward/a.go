package upward

import _ "example.com/a/internal/manager" // want `connector imports manager; it may import model, core`
