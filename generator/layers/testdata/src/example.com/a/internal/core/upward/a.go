package upward

import _ "example.com/a/internal/model" // want `core imports model; it may import no other layer`
