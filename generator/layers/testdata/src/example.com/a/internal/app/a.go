package app

import (
	_ "example.com/a/internal/connector"
	_ "example.com/a/internal/interface/grpc"
)
