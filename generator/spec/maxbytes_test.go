package spec_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestMaxBytesAsAFlag goes the whole way: text, Field, text.
func TestMaxBytesAsAFlag(t *testing.T) {
	t.Parallel()
	f, err := spec.ParseField("data:struct:max_bytes=1000000:number=2")
	require.NoError(t, err)
	assert.Equal(t, 1_000_000, f.MaxBytes)
	assert.Equal(t, "data:struct:max_bytes=1000000:number=2", f.Form())
	for text, message := range map[string]string{
		"data:struct:max_bytes=0":              "no number of 1 or more",
		"data:struct:max_bytes=many":           "no number of 1 or more",
		"data:struct:max_bytes=9:max_bytes=10": "one too many",
		"size:int:max_bytes=9":                 "no length to limit",
		"data:struct:max_bytes=999999999":      "write 1 to 15728640",
	} {
		_, err := spec.ParseField(text)
		assert.ErrorContains(t, err, message, text)
	}
}
