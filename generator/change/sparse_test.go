package change

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestStepsWaitForASparseCheckout: go mod tidy takes what is not there for what
// nobody needs.
func TestStepsWaitForASparseCheckout(t *testing.T) {
	all := Steps{SkipGit: true}
	steps, notes := all.wait(nil)
	assert.Equal(t, all, steps)
	assert.Empty(t, notes)
	steps, notes = all.wait(map[string]bool{"internal/x.go": true})
	assert.Equal(t, Steps{SkipProto: true, SkipTidy: true, SkipGit: true}, steps)
	assert.Equal(t, []string{"1 files lie outside of your sparse checkout; run 'spacegen proto' and 'go mod tidy' where all is checked out"}, notes)
}
