package upward

import _ "example.com/a/internal/connector" // want `model imports connector; it may import core`
