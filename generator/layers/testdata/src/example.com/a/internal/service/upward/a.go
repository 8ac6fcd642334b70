package upward

import (
	_ "example.com/a/internal/handler"        // want `service imports handler; it may import manager, model, core`
	_ "example.com/a/internal/interface/grpc" // want `service imports interface; it may import manager, model, core`
)
