package database

import (
	"context"
	"fmt"
	"time"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/uptrace/bun"

	"github.com/cloudforet-io/identity/internal/model"
)

// SignIn is the repository of sign-ins. All replicas of the service share it.
type SignIn struct{ db *database.DB }

// NewSignIn makes the repository of sign-ins in db.
func NewSignIn(db *database.DB) *SignIn { return &SignIn{db: db} }

// Find gives, by key, what has not expired.
func (s *SignIn) Find(ctx context.Context, now time.Time, keys ...string) (map[string]model.SignIn, error) {
	var found []model.SignIn
	err := s.db.Conn(ctx).NewSelect().Model(&found).Where("key IN (?)", bun.List(keys)).Where("expires_at > ?", now).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for failed sign-ins: %w", err)
	}
	byKey := make(map[string]model.SignIn, len(found))
	for _, one := range found {
		byKey[one.Key] = one
	}
	return byKey, nil
}

// Take notes that somebody tries again, in one step: of many who do so at once,
// one succeeds.
func (s *SignIn) Take(ctx context.Context, seen model.SignIn, now time.Time) (done bool, err error) {
	result, err := s.db.Conn(ctx).NewUpdate().Model((*model.SignIn)(nil)).Set("tried_at = ?", now).
		Where("key = ?", seen.Key).Where("failures = ?", seen.Failures).Where("tried_at = ?", seen.TriedAt).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("take the turn to sign in: %w", err)
	}
	changed, err := result.RowsAffected()
	return changed == 1, err
}

// Count counts an attempt before its password is compared, as long as fewer than
// limit have failed or are being compared: of many at once, no more than that are.
func (s *SignIn) Count(ctx context.Context, key string, limit int, now, expires time.Time) (done bool, err error) {
	tried := &model.SignIn{Key: key, Failures: 1, TriedAt: now, ExpiresAt: expires}
	result, err := s.db.Conn(ctx).NewInsert().Model(tried).On("CONFLICT (key) DO UPDATE").
		Set("failures = sign_in.failures + 1").Set("tried_at = excluded.tried_at").
		Where("sign_in.failures < ?", limit).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("count an attempt to sign in: %w", err)
	}
	changed, err := result.RowsAffected()
	return changed == 1, err
}

// Uncount takes back what Count counted, of an attempt that did not fail.
func (s *SignIn) Uncount(ctx context.Context, key string) error {
	_, err := s.db.Conn(ctx).NewUpdate().Model((*model.SignIn)(nil)).Set("failures = failures - 1").
		Where("key = ?", key).Where("failures > 0").Exec(ctx)
	if err != nil {
		return fmt.Errorf("take back an attempt to sign in: %w", err)
	}
	return nil
}

// Sweep removes what has expired.
func (s *SignIn) Sweep(ctx context.Context, now time.Time) error {
	if _, err := s.db.Conn(ctx).NewDelete().Model((*model.SignIn)(nil)).Where("expires_at <= ?", now).Exec(ctx); err != nil {
		return fmt.Errorf("forget expired sign-ins: %w", err)
	}
	return nil
}

// Fail counts a failure. What is counted expires at the time that the first one
// gave.
func (s *SignIn) Fail(ctx context.Context, key string, now, expires time.Time) error {
	failed := &model.SignIn{Key: key, Failures: 1, TriedAt: now, ExpiresAt: expires}
	_, err := s.db.Conn(ctx).NewInsert().Model(failed).On("CONFLICT (key) DO UPDATE").
		Set("failures = sign_in.failures + 1").Set("tried_at = excluded.tried_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("count a failed sign-in: %w", err)
	}
	return nil
}

// Forget removes what is kept by a key.
func (s *SignIn) Forget(ctx context.Context, key string) error {
	if _, err := s.db.Conn(ctx).NewDelete().Model((*model.SignIn)(nil)).Where("key = ?", key).Exec(ctx); err != nil {
		return fmt.Errorf("forget failed sign-ins: %w", err)
	}
	return nil
}

// Remember keeps a key, with no failures, until it expires.
func (s *SignIn) Remember(ctx context.Context, key string, now, expires time.Time) error {
	kept := &model.SignIn{Key: key, TriedAt: now, ExpiresAt: expires}
	_, err := s.db.Conn(ctx).NewInsert().Model(kept).On("CONFLICT (key) DO UPDATE").Set("expires_at = excluded.expires_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("remember a sign-in: %w", err)
	}
	return nil
}
