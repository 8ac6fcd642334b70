package tunnel

import _ "example.com/a/internal/service" // want `a package beside the layers imports service; it may import model, core`
