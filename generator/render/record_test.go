package render

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/schema"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Records of old say of migrations what those say themselves. They are read without that;
// what nobody knows is refused.
func TestReadRecordOfOld(t *testing.T) {
	const old = `package: acme.v1
resources:
  - message: acme.v1.TicketInfo
    table: ticket
    columns:
      - {name: plate, number: 2, type: string, since: 3, unique: [3, 5, 7]}
      - {name: tags, number: 3, type: struct, repeated: true, since: 1, gone: true}
    renames:
      - {from: licence, to: plate, since: 4}
`
	r, err := readRecord([]byte(old))
	require.NoError(t, err)
	assert.Equal(t, []recordedResource{{Message: "acme.v1.TicketInfo", Table: "ticket", Columns: []schema.Known{
		{Name: "plate", Number: 2, Type: spec.String, Unique: true}, {Name: "tags", Number: 3, Type: spec.Struct, Repeated: true, Gone: true},
	}}}, r.Resources)

	_, err = readRecord([]byte(old + "    colour: red\n"))
	assert.ErrorContains(t, err, "field colour not found")
}
