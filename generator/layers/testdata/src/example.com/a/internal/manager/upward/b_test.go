package upward_test

import _ "example.com/a/internal/interface/grpc"
