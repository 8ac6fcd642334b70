package grpc

import (
	_ "example.com/a/internal/connector/database" // want `interface imports connector; it may import handler, service, model, core`
	_ "example.com/a/internal/handler"
	s "example.com/a/internal/service"
)

var _ = s.Name
