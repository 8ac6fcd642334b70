// Package regions is what the hand-written servers have in common: the statements, and
// the ways between rows, requests and messages.
package regions

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
)

// MaxConnections is how many connections each server has to PostgreSQL: as many as an
// emitted one by default.
const MaxConnections = 20

const columns = `region_id, name, region_code, provider, tags, domain_id, workspace_id, created_at, updated_at, _version`

// The statements.
const (
	Get = `SELECT ` + columns + ` FROM region WHERE domain_id = $1 AND workspace_id = $2 AND region_id = $3`

	Create = `INSERT INTO region (` + columns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, 1) RETURNING ` + columns

	Update = `UPDATE region SET name = COALESCE($4, name), region_code = COALESCE($5, region_code),
		provider = COALESCE($6, provider), tags = COALESCE($7, tags), updated_at = $8, _version = _version + 1
		WHERE domain_id = $1 AND workspace_id = $2 AND region_id = $3 RETURNING ` + columns

	of    = ` FROM region WHERE domain_id = $1 AND workspace_id = $2 AND provider = $3`
	Count = `SELECT COUNT(*)` + of
	Page  = `SELECT ` + columns + of + ` ORDER BY region_id COLLATE "C" ASC NULLS FIRST,
		domain_id COLLATE "C" ASC NULLS FIRST, workspace_id COLLATE "C" ASC NULLS FIRST LIMIT $4 OFFSET $5`
)

// A Row is a region as it is stored.
type Row struct {
	RegionID    string    `db:"region_id"`
	Name        string    `db:"name"`
	RegionCode  string    `db:"region_code"`
	Provider    string    `db:"provider"`
	Tags        []byte    `db:"tags"`
	DomainID    string    `db:"domain_id"`
	WorkspaceID string    `db:"workspace_id"`
	CreatedAt   time.Time `db:"created_at"`
	UpdatedAt   time.Time `db:"updated_at"`
	Version     int64     `db:"_version"`
}

// Targets are where the columns are scanned to.
func (r *Row) Targets() []any {
	return []any{
		&r.RegionID, &r.Name, &r.RegionCode, &r.Provider, &r.Tags,
		&r.DomainID, &r.WorkspaceID, &r.CreatedAt, &r.UpdatedAt, &r.Version,
	}
}

// Info is the row as the API shows it.
func (r *Row) Info() (*api.RegionInfo, error) {
	var tags *structpb.Struct
	if r.Tags != nil {
		var values map[string]any
		if err := json.Unmarshal(r.Tags, &values); err != nil {
			return nil, err
		}
		var err error
		if tags, err = structpb.NewStruct(values); err != nil {
			return nil, err
		}
	}
	return &api.RegionInfo{
		RegionId: r.RegionID, Name: r.Name, RegionCode: r.RegionCode, Provider: r.Provider, Tags: tags,
		DomainId: r.DomainID, WorkspaceId: r.WorkspaceID, CreatedAt: text(r.CreatedAt), UpdatedAt: text(r.UpdatedAt),
	}, nil
}

func text(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// A Scope is whose regions a call is about.
type Scope struct{ Domain, Workspace string }

// ScopeOf reads the scope in the metadata of a call.
func ScopeOf(ctx context.Context) (Scope, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	domain, workspace := md.Get("x_domain_id"), md.Get("x_workspace_id")
	if len(domain) == 0 || len(workspace) == 0 {
		return Scope{}, status.Error(codes.InvalidArgument, "x_domain_id and x_workspace_id are required")
	}
	return Scope{domain[0], workspace[0]}, nil
}

// Of are the arguments of Get.
func (s Scope) Of(req *api.RegionRequest) ([]any, error) {
	if req.GetRegionId() == "" {
		return nil, status.Error(codes.InvalidArgument, "region_id is required")
	}
	return []any{s.Domain, s.Workspace, req.GetRegionId()}, nil
}

// New are the arguments of Create.
func (s Scope) New(req *api.CreateRegionRequest) ([]any, error) {
	if req.GetName() == "" || req.GetRegionCode() == "" {
		return nil, status.Error(codes.InvalidArgument, "name and region_code are required")
	}
	tags, err := jsonOf(req.GetTags())
	if err != nil {
		return nil, err
	}
	return []any{newID(), req.GetName(), req.GetRegionCode(), req.GetProvider(), tags, s.Domain, s.Workspace, now()}, nil
}

// Change are the arguments of Update.
func (s Scope) Change(req *api.UpdateRegionRequest) ([]any, error) {
	if req.GetRegionId() == "" {
		return nil, status.Error(codes.InvalidArgument, "region_id is required")
	}
	tags, err := jsonOf(req.GetTags())
	if err != nil {
		return nil, err
	}
	return []any{s.Domain, s.Workspace, req.GetRegionId(), req.Name, req.RegionCode, req.Provider, tags, now()}, nil
}

// Select are the arguments of Count, and those of Page: of a query with one filter, the
// provider, and a page.
func (s Scope) Select(req *api.RegionQuery) (count, page []any, err error) {
	filter, p := req.GetQuery().GetFilter(), req.GetQuery().GetPage()
	if len(filter) != 1 || filter[0].GetK() != "provider" || filter[0].GetO() != "eq" || p.GetStart() < 1 || p.GetLimit() < 1 {
		return nil, nil, status.Error(codes.InvalidArgument, "this server knows one query: provider eq, and a page")
	}
	count = []any{s.Domain, s.Workspace, filter[0].GetV().GetStringValue()}
	return count, append(count[:3:3], p.GetLimit(), p.GetStart()-1), nil
}

func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// jsonOf is a struct as JSON; nil: there is none. It is a text, since database/sql takes
// bytes for another type.
func jsonOf(tags *structpb.Struct) (*string, error) {
	if tags == nil {
		return nil, nil
	}
	raw, err := json.Marshal(tags.AsMap())
	if err != nil {
		return nil, err
	}
	text := string(raw)
	return &text, nil
}

// ErrNone is what a caller is told of a region that is not there.
var ErrNone = status.Error(codes.NotFound, "there is no such region")

// newID makes the identifier of a new region.
func newID() string {
	var id [6]byte
	_, _ = rand.Read(id[:]) // it never fails
	return "region-" + hex.EncodeToString(id[:])
}
