package service_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/money"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	api "example.com/shop/gen/go/spaceone/api/shop/v1"
	"example.com/shop/internal/connector/database"
	"example.com/shop/internal/handler/guard"
	"example.com/shop/internal/service"
)

// A shop is all services on a database, with a customer and two products in it.
type shop struct {
	guard.Guards

	charged        *[]string // keys and amounts
	customer       string
	book, notebook string
}

// Charge stands in for the payment provider.
func (s shop) Charge(_ context.Context, key, _ string, amount money.Money) error {
	*s.charged = append(*s.charged, key+" "+amount.String())
	return nil
}

// caller is somebody of the shop's domain.
func caller() context.Context {
	return pipeline.WithMetadata(context.Background(), pipeline.Metadata{DomainID: "domain-1", WorkspaceID: "workspace-1"})
}

func onEveryEngine(t *testing.T, test func(t *testing.T, s shop)) {
	t.Helper()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		calls, err := pipeline.New(pipeline.Options{Service: "test", Transactor: db})
		require.NoError(t, err)
		s := shop{charged: new([]string)}
		managers := managersOn(t, db)
		managers.Payment = s
		s.Guards = guard.New(calls, service.New(managers, prometheus.NewRegistry()))
		customer, err := s.Customer.Create(caller(), &api.CreateCustomerRequest{Name: "Ann", Email: "ann@example.com"})
		require.NoError(t, err)
		s.customer = customer.GetCustomerId()
		for sku, id := range map[string]*string{"AB-0001": &s.book, "AB-0002": &s.notebook} {
			product, err := s.Product.Create(caller(), &api.CreateProductRequest{
				Sku: sku, Title: sku, Price: &api.Money{Amount: "12.35", Currency: "EUR"}, Stock: proto.Int32(10),
			})
			require.NoError(t, err)
			*id = product.GetProductId()
		}
		test(t, s)
	})
}

func (s shop) order(items ...*api.OrderInfo_Item) (*api.OrderInfo, error) {
	return s.Order.Create(caller(), &api.CreateOrderRequest{CustomerId: s.customer, Items: items})
}

func (s shop) stock(t *testing.T, id string) int32 {
	t.Helper()
	product, err := s.Product.Get(caller(), &api.ProductRequest{ProductId: id})
	require.NoError(t, err)
	return product.GetStock()
}

func (s shop) state(t *testing.T, id string) api.OrderInfo_State {
	t.Helper()
	order, err := s.Order.Get(caller(), &api.OrderRequest{OrderId: id})
	require.NoError(t, err)
	return order.GetState()
}

func TestAnOrderTakesFromTheStock(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s shop) {
		order, err := s.order(&api.OrderInfo_Item{ProductId: s.book, Quantity: 3}, &api.OrderInfo_Item{ProductId: s.notebook})
		require.NoError(t, err)
		assert.Equal(t, "49.40", order.GetTotal().GetAmount())
		assert.Equal(t, api.OrderInfo_PENDING, order.GetState())
		assert.EqualValues(t, 7, s.stock(t, s.book))

		for why, item := range map[string]*api.OrderInfo_Item{
			"there are 7 of":               {ProductId: s.book, Quantity: 8},
			"items.product_id = product-x": {ProductId: "product-x", Quantity: 1},
		} {
			_, err = s.order(&api.OrderInfo_Item{ProductId: s.notebook, Quantity: 1}, item)
			assert.ErrorContains(t, err, why)
		}
		assert.EqualValues(t, 9, s.stock(t, s.notebook), "what was refused has taken nothing")
		_, err = s.Order.Update(caller(), &api.UpdateOrderRequest{OrderId: order.GetOrderId(), Items: []*api.OrderInfo_Item{{ProductId: s.book, Quantity: 1}}})
		assert.ErrorContains(t, err, "an order stays as it was placed")
	})
}

// Of calls that cancel an order at once, one wins, and the stock comes back once.
func TestCancelAtOnce(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s shop) {
		order, err := s.order(&api.OrderInfo_Item{ProductId: s.book, Quantity: 3})
		require.NoError(t, err)
		errs := make([]error, 4)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() {
				_, errs[i] = s.Order.Cancel(caller(), &api.CancelOrderRequest{OrderId: order.GetOrderId(), Reason: "by mistake"})
			})
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			assert.Equal(t, "ERROR_INVALID_TRANSITION", apierror.From(err).Code, err)
		}
		assert.Equal(t, 1, won)
		assert.EqualValues(t, 10, s.stock(t, s.book))
	})
}

func TestOrdersExpire(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s shop) {
		order, err := s.order(&api.OrderInfo_Item{ProductId: s.book, Quantity: 3})
		require.NoError(t, err)
		nightly := func(in time.Duration) {
			require.NoError(t, s.Order.Expire(caller(), service.NewOrderExpireTask(time.Now().Add(in))))
		}
		nightly(time.Hour)
		assert.Equal(t, api.OrderInfo_PENDING, s.state(t, order.GetOrderId()))
		nightly(25 * time.Hour)
		nightly(25 * time.Hour) // done again, it finds none
		assert.Equal(t, api.OrderInfo_EXPIRED, s.state(t, order.GetOrderId()))
		assert.EqualValues(t, 10, s.stock(t, s.book))
	})
}

func TestAnOrderIsPaidOnce(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s shop) {
		order, err := s.order(&api.OrderInfo_Item{ProductId: s.book, Quantity: 2})
		require.NoError(t, err)
		for range 2 {
			paid, err := s.Order.Pay(caller(), &api.PayOrderRequest{OrderId: order.GetOrderId(), Card: "4111"})
			require.NoError(t, err)
			assert.Equal(t, api.OrderInfo_PAID, paid.GetState())
		}
		assert.Equal(t, []string{order.GetOrderId() + " 24.70 EUR"}, *s.charged)
	})
}
