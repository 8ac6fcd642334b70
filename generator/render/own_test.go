package render

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/protofile"
)

// A method that was added is answered in one place: a file of its own, unless it stands
// elsewhere already.
func TestWhereAddedMethodsAreAnswered(t *testing.T) {
	const service, guard = "internal/service", "internal/handler/guard"
	for name, c := range map[string]struct {
		standing           map[string]string
		own, placed, guard bool
	}{
		"nowhere yet":                 {nil, true, false, true},
		"in its own file":             {map[string]string{service + ".Order.Cancel": service + "/order_cancel_method.go", guard + ".Order.Cancel": guard + "/order.go"}, true, false, true},
		"where it once was rendered":  {map[string]string{service + ".Order.Cancel": service + "/order.go"}, false, true, true},
		"in a file of somebody's own": {map[string]string{service + ".Order.Cancel": service + "/cancelling.go", guard + ".Order.Cancel": guard + "/cancelling.go"}, false, false, false},
	} {
		m := &Method{Method: &protofile.Method{Name: "cancel"}, Go: "Cancel", service: &Service{Proto: "Order"}}
		r := &Resource{Name: naming.New("Order"), Extra: []*Method{m}, standing: c.standing}
		assert.Equal(t, c.own, len(r.Own()) == 1, name)
		assert.Equal(t, c.placed, len(r.ExtraIn(service)) == 1, name)
		assert.Equal(t, c.guard, len(r.ExtraIn(guard)) == 1, name)
	}
}
