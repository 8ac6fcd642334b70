package app_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/plugin/internal/app"
)

func TestNobodyBeyondThisMachineGetsInUnasked(t *testing.T) {
	a := build(t, settings+"HOST: 0.0.0.0\n")
	defer a.Close(t.Context())
	assert.ErrorContains(t, a.Run(t.Context(), app.Names()...), "AUTHENTICATION: none")
}
