package upward

import (
	below "example.com/a/internal/handler" // want `manager imports handler; it may import connector, model, core`
	. "example.com/a/internal/service"     // want `manager imports service; it may import connector, model, core`
)

var (
	_ = Name
	_ = below.Name
)
