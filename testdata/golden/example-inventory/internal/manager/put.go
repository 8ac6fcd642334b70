package manager

import (
	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// put changes what is there or, if there is nothing, creates it. Where somebody
// else creates it in between, that is changed.
func put(change func() (found bool, err error), create func() error) (created bool, err error) {
	if found, err := change(); found || err != nil {
		return false, err
	}
	err = create()
	if err == nil {
		return true, nil
	}
	if apierror.IsTaken(err) {
		if found, failed := change(); found || failed != nil {
			return false, failed
		}
	}
	return false, err
}

// ownedBy are the conditions of what belongs to exactly this domain and
// workspace, and has a value.
func ownedBy(domainID, workspaceID, key, value string) []query.Condition {
	return []query.Condition{
		{Key: "domain_id", Operator: query.Eq, Value: domainID},
		{Key: "workspace_id", Operator: query.Eq, Value: workspaceID},
		{Key: key, Operator: query.Eq, Value: value},
	}
}
