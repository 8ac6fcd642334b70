package grpc

import (
	_ "example.com/a/internal/connector/database" // want `interface imports connector; it may import handler, model, core, since an interface calls handlers, which authenticate`
	_ "example.com/a/internal/handler"
	s "example.com/a/internal/service" // want `interface imports service; it may import handler, model, core`
)

var _ = s.Name
