package handler

import (
	_ "example.com/a/internal/manager" // want `handler imports manager; it may import service, model, core`
	_ "example.com/a/internal/service"
)

// Name is used.
const Name = "handler"
