package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"

	api "example.com/shop/gen/go/spaceone/api/shop/v1"
	"example.com/shop/internal/model"
)

// Cancel answers Order.cancel. Of two calls at once, the second finds the order cancelled.
func (s *Order) Cancel(ctx context.Context, req *api.CancelOrderRequest) (*api.OrderInfo, error) {
	item, err := s.items.GetForUpdate(ctx, scopeOf(ctx), req.GetOrderId())
	if err != nil {
		return nil, err
	}
	was := apirecord.Copy(item)
	if was.State == "CANCELLED" {
		return nil, apierror.Transition("state", was.State, was.State)
	}
	if err := model.OrderStateTransitions().Move(was.State, "CANCELLED"); err != nil {
		return nil, err
	}
	item.State = "CANCELLED"
	if reason := req.GetReason(); reason != "" {
		item.Note = reason
	}
	if err := s.save(ctx, was, item); err != nil {
		return nil, err
	}
	return orderInfo(item)
}
