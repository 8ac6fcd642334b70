package render

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/spacegen/generator/protofile"
)

func TestMethodDocLines(t *testing.T) {
	for doc, want := range map[string][]string{
		"":                                   {"Issue answers Ticket.issue."},
		"Issue makes a ticket.":              {"Issue makes a ticket."},
		"Issues a ticket.\nOnce.":            {"Issue issues a ticket.", "Once."},
		"Tickets are issued at the barrier.": {"Issue answers Ticket.issue.", "", "Tickets are issued at the barrier."},
		"a ticket, please":                   {"Issue answers Ticket.issue.", "", "a ticket, please"},
	} {
		m := &Method{Method: &protofile.Method{Name: "issue", Doc: doc}, Go: "Issue", service: &Service{Proto: "Ticket"}}
		assert.Equal(t, want, m.DocLines(), doc)
	}
}
