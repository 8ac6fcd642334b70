package service

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/query"

	"example.com/shop/internal/model"
)

// patience is how long an order waits for its payment.
const patience = 24 * time.Hour

// OrderExpireTask is what the task Order.expire is told. It lies in the queue as JSON.
type OrderExpireTask struct {
	Due time.Time `json:"due"` // when its scheduler fired
}

// NewOrderExpireTask is what the task is told by a scheduler that fires.
func NewOrderExpireTask(fire time.Time) OrderExpireTask { return OrderExpireTask{Due: fire} }

// Expire lets orders expire that were not paid in time. Done again, it finds none.
func (s *Order) Expire(ctx context.Context, told OrderExpireTask) error {
	var late []string
	unpaid := query.Query{Filter: []query.Condition{
		{Key: "state", Operator: query.Eq, Value: "PENDING"},
		{Key: "created_at", Operator: query.DatetimeLt, Value: told.Due.Add(-patience).Format(time.RFC3339)},
	}}
	if err := s.items.Each(ctx, scopeOf(ctx), unpaid, func(item *model.Order) error {
		late = append(late, item.OrderID)
		return nil
	}); err != nil {
		return err
	}
	for _, id := range late {
		item, err := s.items.GetForUpdate(ctx, scopeOf(ctx), id)
		if err != nil {
			return err
		}
		was := apirecord.Copy(item)
		if was.State != "PENDING" {
			continue // somebody paid meanwhile
		}
		item.State = "EXPIRED"
		if err := s.save(ctx, was, item); err != nil {
			return err
		}
	}
	return nil
}
