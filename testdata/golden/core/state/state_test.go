package state_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/state"
)

func orders() state.Transitions {
	return state.Transitions{Key: "state", Next: map[string][]string{
		"PENDING": {"PAID", "CANCELLED"},
		"PAID":    {"CANCELLED"},
	}}
}

func TestMove(t *testing.T) {
	for _, move := range [][2]string{{"PENDING", "PAID"}, {"PENDING", "CANCELLED"}, {"PAID", "CANCELLED"}, {"PAID", "PAID"}, {"CANCELLED", "CANCELLED"}} {
		assert.NoError(t, orders().Move(move[0], move[1]), move)
	}
	for _, move := range [][2]string{{"PAID", "PENDING"}, {"CANCELLED", "PAID"}, {"PENDING", "LOST"}, {"", "PAID"}, {"PENDING", ""}} {
		assert.Equal(t, "ERROR_INVALID_TRANSITION", apierror.From(orders().Move(move[0], move[1])).Code, move)
	}
}

func ExampleTransitions_Move() {
	fmt.Println(orders().Move("PAID", "PENDING"))
	// Output: ERROR_INVALID_TRANSITION: State cannot change. (key = state, from = PAID, to = PENDING)
}
