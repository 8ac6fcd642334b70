package service

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/apirecord"

	api "example.com/shop/gen/go/spaceone/api/shop/v1"
	"example.com/shop/internal/model"
)

// Pay answers Order.pay. The order's identifier is the key of the payment: if the call ends
// before the commit, the next one pays nothing twice.
func (s *Order) Pay(ctx context.Context, req *api.PayOrderRequest) (*api.OrderInfo, error) {
	item, err := s.items.GetForUpdate(ctx, scopeOf(ctx), req.GetOrderId())
	if err != nil {
		return nil, err
	}
	was := apirecord.Copy(item)
	if err := model.OrderStateTransitions().Move(was.State, "PAID"); err != nil {
		return nil, err
	}
	if was.State == "PAID" {
		return orderInfo(item)
	}
	if err := s.means.Payment.Charge(ctx, item.OrderID, req.GetCard(), item.Total); err != nil {
		return nil, err
	}
	item.State = "PAID"
	if err := s.save(ctx, was, item); err != nil {
		return nil, err
	}
	return orderInfo(item)
}
