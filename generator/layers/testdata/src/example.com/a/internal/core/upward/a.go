package upward

import _ "example.com/a/internal/model" // want `core imports model; it may import nothing of the repository but itself`
