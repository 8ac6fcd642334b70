package generator_test

import (
	"reflect"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestFieldsGuide holds docs/fields.md to the code: it has every type and every key of a
// field, and its examples are read.
func TestFieldsGuide(t *testing.T) {
	t.Parallel()
	guide := string(read(t, "../docs/fields.md"))
	for _, typ := range spec.FieldTypes() {
		assert.Contains(t, guide, "\n| `"+string(typ)+"` |", "a type")
	}
	for _, format := range spec.Formats() {
		assert.Contains(t, guide, "`"+string(format)+"`", "a format")
	}
	for _, action := range spec.OnDeletes() {
		assert.Contains(t, guide, "`"+string(action)+"`", "what on_delete says")
	}
	for field := range reflect.TypeFor[spec.Field]().Fields() {
		if key := field.Tag.Get("yaml"); key != "name" && key != "type" && key != "repeated" {
			assert.Regexp(t, "\n\\|[^|]*`"+key+"`[^|]*\\|", guide, "a key")
		}
	}
	examples := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(guide, -1)
	require.NotEmpty(t, examples)
	for _, example := range examples {
		_, err := spec.Parse("docs/fields.md", []byte("name: shop\n"+example[1]))
		assert.NoError(t, err)
	}
	for _, form := range regexp.MustCompile(`spacegen add field \w+ '([^']+)'`).FindAllStringSubmatch(guide, -1) {
		_, err := spec.ParseField(form[1])
		assert.NoError(t, err)
	}
}
