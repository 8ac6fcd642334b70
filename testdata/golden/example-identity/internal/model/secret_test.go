package model_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/model"
)

func TestSecretsAreNotShown(t *testing.T) {
	domain := model.Domain{Name: "acme", PrivateKey: "confidential"}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "domain", domain, "key", domain.PrivateKey)
	text, err := json.Marshal(domain)
	require.NoError(t, err)
	for _, shown := range []string{
		fmt.Sprint(domain.PrivateKey), fmt.Sprintf("%v %+v %#v", domain, domain, domain), string(text), log.String(),
	} {
		assert.NotContains(t, shown, "confidential")
		assert.Contains(t, shown, "********")
	}
	assert.Equal(t, "confidential", domain.PrivateKey.Reveal())
}
