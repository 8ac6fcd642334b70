package service

import (
	"context"
	"fmt"
	"slices"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/money"
	"github.com/cloudforet-io/spacegen/core/reference"
	"github.com/cloudforet-io/spacegen/core/rule"
	"github.com/shopspring/decimal"

	"example.com/shop/internal/model"
)

// OrderRules are what holds for orders beyond spacegen.yaml: an order takes its products
// from the stock, at their price, and gives them back when it is cancelled or expires.
type OrderRules struct {
	rule.None[model.Order] // the rules that are not written

	means Means // managers and other services, to ask them
}

// NewOrderRules makes the rules of orders.
func NewOrderRules(means Means) *OrderRules { return &OrderRules{means: means} }

// BeforeCreate takes what is ordered from the stock, and computes the total.
func (r *OrderRules) BeforeCreate(ctx context.Context, item *model.Order) error {
	prices, err := r.move(ctx, item.Items, -1)
	if err != nil {
		return err
	}
	total := decimal.Zero
	for i := range item.Items {
		line := &item.Items[i]
		line.Price = prices[line.ProductID]
		if line.Price.Currency != item.Items[0].Price.Currency {
			return apierror.Invalid(fmt.Sprintf("items[%d].product_id", i), "it is sold in "+line.Price.Currency+", and other items are not")
		}
		total = total.Add(line.Price.Amount.Mul(decimal.NewFromInt32(line.Quantity)))
	}
	item.Total = money.Money{Amount: total, Currency: item.Items[0].Price.Currency}
	return nil
}

// BeforeUpdate gives back what an order that ends had taken. What was ordered stays as it is.
func (r *OrderRules) BeforeUpdate(ctx context.Context, was, item *model.Order) error {
	if !slices.Equal(lines(was), lines(item)) {
		return apierror.Invalid("items", "an order stays as it was placed: cancel it, and place another")
	}
	ended := item.State == "CANCELLED" || item.State == "EXPIRED"
	if item.State == was.State || !ended {
		return nil
	}
	_, err := r.move(ctx, item.Items, +1)
	return err
}

// lines are what was ordered, to compare it.
func lines(order *model.Order) []string {
	var all []string
	for _, line := range order.Items {
		all = append(all, fmt.Sprint(line.ProductID, line.Quantity))
	}
	return all
}

// move changes the stock of what is ordered, and gives the prices. Products are locked in
// the order of their identifiers, so that no two orders wait for each other.
func (r *OrderRules) move(ctx context.Context, items []model.OrderItem, sign int32) (map[string]money.Money, error) {
	wanted := map[string]int32{}
	for i := range items {
		if items[i].Quantity == 0 {
			items[i].Quantity = 1
		}
		wanted[items[i].ProductID] += items[i].Quantity
	}
	prices := map[string]money.Money{}
	for _, id := range sortedKeys(wanted) {
		product, err := r.means.Product.GetForUpdate(ctx, scopeOf(ctx), id)
		if err := reference.Check("items.product_id", id, err); err != nil {
			return nil, err
		}
		if product.Stock += sign * wanted[id]; product.Stock < 0 {
			return nil, apierror.Invalid("items", fmt.Sprintf("there are %d of %s left", product.Stock+wanted[id], product.Sku))
		}
		if err := r.means.Product.Update(ctx, scopeOf(ctx), product, "stock"); err != nil {
			return nil, err
		}
		prices[id] = product.Price
	}
	return prices, nil
}

func sortedKeys(m map[string]int32) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
