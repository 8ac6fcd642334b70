package trial

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestCovering holds the rows against what they promise, and against being too many.
func TestCovering(t *testing.T) {
	all := choices()
	rows := covering(all)
	assert.Equal(t, make([]int, len(all)), rows[0])
	assert.Equal(t, rows, covering(all), "the same every time")
	assert.Less(t, len(rows), 100)
	for a := range all {
		for b := range a {
			for c := range b {
				for x := range all[a] {
					for y := range all[b] {
						for z := range all[c] {
							assert.True(t, slices.ContainsFunc(rows, func(row []int) bool { return row[a] == x && row[b] == y && row[c] == z }),
								"%s, %s, %s", all[a][x].name, all[b][y].name, all[c][z].name)
						}
					}
				}
			}
		}
	}
}

// TestMatrix: each Spec of the matrix is a valid one with a name of its own.
func TestMatrix(t *testing.T) {
	names := map[string]bool{}
	for _, c := range Matrix() {
		assert.False(t, names[c.Name], c.Name)
		names[c.Name] = true
		assert.NoError(t, c.Spec.Validate(), c.Name)
	}
}
