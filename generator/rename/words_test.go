package rename_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/rename"
)

func TestWords(t *testing.T) {
	const before = "a := Order{\n\tNote:       n,\n\tPriceCents: req.GetPriceCents(), // price_cents\n}\nif a.PriceCents == 0 {\n\treturn Required(\"price_cents\")\n}\n"
	after := strings.NewReplacer("PriceCents", "Price", "price_cents", "price").Replace(before)
	n := rename.Of(naming.New("price_cents"), naming.New("price"))
	for _, tt := range []struct{ name, text, want string }{
		{"as it was rendered", before, after},
		{"aligned otherwise", strings.ReplaceAll(before, "Note:       ", "Note: "), strings.ReplaceAll(after, "Note:       ", "Note: ")},
		{"within a line that was edited", strings.Replace(before, "req.GetPriceCents()", "min(req.GetPriceCents(), most)", 1), strings.Replace(after, "req.GetPrice()", "min(req.GetPrice(), most)", 1)},
		{"beside lines that were added", strings.Replace(before, "if a.", "log(PriceCents)\nif a.", 1), strings.Replace(after, "if a.", "log(PriceCents)\nif a.", 1)},
		{"what people took out is nowhere", "a := Order{}\n", "a := Order{}\n"},
		{"nothing is left", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			edits := n.Words([]byte(before), []byte(after), []byte(tt.text))
			assert.Equal(t, tt.want, string(rename.Apply([]byte(tt.text), edits)))
		})
	}
	assert.Empty(t, n.Words([]byte(before), []byte(before), []byte(before)))
	// A name that is a word of Go's, too, is renamed where it was rendered, and nowhere else.
	n = rename.Of(naming.New("name"), naming.New("title"))
	fields, renamed := `{Name: "name", Type: query.String}, {Name: "code"}`, `{Name: "title", Type: query.String, Alias: "name"}, {Name: "code"}`
	text := `{Name: "name", Type: query.String, Mine: "name"}, {Name: "code"}`
	assert.Equal(t, `{Name: "title", Type: query.String, Mine: "name"}, {Name: "code"}`, string(rename.Apply([]byte(text), n.Words([]byte(fields), []byte(renamed), []byte(text)))))
}
