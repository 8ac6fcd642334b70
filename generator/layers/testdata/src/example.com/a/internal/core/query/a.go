package query

import model "example.com/a/internal/tools"

var _ = model.X
