package model_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/identity/internal/model"
)

func TestTokenTimes(t *testing.T) {
	times := model.TokenTimes{Access: time.Minute, AccessMax: time.Hour, Refresh: time.Hour, RefreshMax: 2 * time.Hour}
	for asked, want := range map[int32]time.Duration{0: time.Minute, 30: 30 * time.Second, 3600: time.Hour, 1<<31 - 1: time.Hour} {
		assert.Equal(t, want, times.AccessFor(asked), asked)
	}
	for set, want := range map[int64]time.Duration{0: time.Hour, 60: time.Hour, 5400: 90 * time.Minute, 1 << 20: 2 * time.Hour} {
		assert.Equal(t, want, times.RefreshFor(&model.User{RoleType: model.DomainAdmin, RefreshTimeout: set}), set)
		assert.Equal(t, time.Hour, times.RefreshFor(&model.User{RoleType: model.RoleUser, RefreshTimeout: set}), set)
	}
}
