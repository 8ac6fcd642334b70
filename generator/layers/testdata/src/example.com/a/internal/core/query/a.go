package query

import model "example.com/a/internal/plain" // want `core imports internal/plain; it may import nothing of the repository but itself, since core knows nothing of the service`

var _ = model.X
