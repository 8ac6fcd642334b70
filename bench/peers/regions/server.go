package regions

import (
	"context"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
)

// A Store runs statements, by whatever means a server is made with.
type Store interface {
	// One gives the only row of a statement; ErrNone: there is none.
	One(ctx context.Context, statement string, args ...any) (*Row, error)
	// All gives all rows of a statement.
	All(ctx context.Context, statement string, args ...any) ([]*Row, error)
	// Number gives the one number of a statement.
	Number(ctx context.Context, statement string, args ...any) (int32, error)
}

// A Server answers the calls that are compared, each by as few statements as it takes.
type Server struct {
	api.UnimplementedRegionServer
	Store Store
}

// Get gives one region.
func (s *Server) Get(ctx context.Context, req *api.RegionRequest) (*api.RegionInfo, error) {
	scope, err := ScopeOf(ctx)
	if err != nil {
		return nil, err
	}
	args, err := scope.Of(req)
	if err != nil {
		return nil, err
	}
	return s.one(ctx, Get, args)
}

// Create stores a new region.
func (s *Server) Create(ctx context.Context, req *api.CreateRegionRequest) (*api.RegionInfo, error) {
	scope, err := ScopeOf(ctx)
	if err != nil {
		return nil, err
	}
	args, err := scope.New(req)
	if err != nil {
		return nil, err
	}
	return s.one(ctx, Create, args)
}

// Update changes what the request sets.
func (s *Server) Update(ctx context.Context, req *api.UpdateRegionRequest) (*api.RegionInfo, error) {
	scope, err := ScopeOf(ctx)
	if err != nil {
		return nil, err
	}
	args, err := scope.Change(req)
	if err != nil {
		return nil, err
	}
	return s.one(ctx, Update, args)
}

func (s *Server) one(ctx context.Context, statement string, args []any) (*api.RegionInfo, error) {
	row, err := s.Store.One(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	return row.Info()
}

// List gives a page of regions, and how many there are.
func (s *Server) List(ctx context.Context, req *api.RegionQuery) (*api.RegionsInfo, error) {
	scope, err := ScopeOf(ctx)
	if err != nil {
		return nil, err
	}
	counted, paged, err := scope.Select(req)
	if err != nil {
		return nil, err
	}
	answer := &api.RegionsInfo{}
	if answer.TotalCount, err = s.Store.Number(ctx, Count, counted...); err != nil {
		return nil, err
	}
	rows, err := s.Store.All(ctx, Page, paged...)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		info, err := row.Info()
		if err != nil {
			return nil, err
		}
		answer.Results = append(answer.Results, info)
	}
	return answer, nil
}
