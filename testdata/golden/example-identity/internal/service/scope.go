package service

import (
	"cmp"
	"context"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"

	"github.com/cloudforet-io/identity/internal/model"
)

// domainScope is the domain that a call is about: the caller's, or the one that
// the platform itself names. Users belong to a domain whatever workspace the call
// is about, and are told from each other within it only, so that there has to be
// one.
func domainScope(ctx context.Context, named string) (model.Scope, error) {
	scope := model.Scope{DomainID: cmp.Or(pipeline.TransactionFrom(ctx).Scope.DomainID, named)}
	if scope.DomainID == "" {
		return scope, apierror.Required("domain_id")
	}
	return scope, nil
}
