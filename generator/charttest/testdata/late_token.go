package app

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/config"
)

func TestLateToken(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	all := (&App{config: &config.Config{TokenFile: file}}).jobs()
	require.NotEmpty(t, all)
	for _, want := range []string{"", "first", "second"} {
		if want != "" {
			require.NoError(t, os.WriteFile(file, []byte(want), 0o600))
		}
		for _, job := range all {
			tasks, err := job.Create(t.Context(), time.Now())
			require.NoError(t, err)
			require.NotEmpty(t, tasks, job.Name)
			for _, task := range tasks {
				assert.Equal(t, want, task.Stages[0].Metadata["token"], job.Name)
			}
		}
	}
}
