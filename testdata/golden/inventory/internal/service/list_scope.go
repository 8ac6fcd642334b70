package service

import (
	"context"

	"github.com/cloudforet-io/inventory/internal/core/pipeline"
	"github.com/cloudforet-io/inventory/internal/core/query"
	"github.com/cloudforet-io/inventory/internal/model"
)

// scopeOf is what the caller is confined to. A caller without a domain, such
// as another service with a system token, is not confined.
func scopeOf(ctx context.Context) model.Scope {
	caller := pipeline.TransactionFrom(ctx).Scope
	return model.Scope{DomainID: caller.DomainID, WorkspaceID: caller.WorkspaceID}
}

// equals adds a condition where a request names a value.
func equals(conditions []query.Condition, key, value string) []query.Condition {
	if value == "" {
		return conditions
	}
	return append(conditions, query.Condition{Key: key, Operator: query.Eq, Value: value})
}
