package service

import (
	_ "example.com/a/internal/connector" // want `service imports connector; it may import manager, model, core`
	_ "example.com/a/internal/manager"
	_ "example.com/a/internal/tools"
)

// Name is used.
const Name = "service"
