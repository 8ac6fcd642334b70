// Package upward lies below its layer, so that climbing makes no cycle.
package upward

import (
	_ "example.com/a/internal/app"            // want `handler imports app; it may import service, model, core`
	_ "example.com/a/internal/interface/grpc" // want `handler imports interface; it may import service, model, core`
)
