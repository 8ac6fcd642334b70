package service

import (
	"context"
	"maps"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/schema"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/plugin-asset/gen/go/spaceone/api/inventory/plugin"
	"github.com/cloudforet-io/plugin-asset/internal/manager"
)

// errorResource is the type of what is told of a resource that can't be read.
const errorResource = "inventory.ErrorResource"

// options are what people set when they make a collector of this plugin.
type options struct {
	Types      []string `json:"cloud_service_types"`
	RegionCode string   `json:"region_code"`
}

// secretData is what opens the account that is collected.
type secretData struct {
	AccountID string `json:"account_id"`
}

// Collector is the service Collector of the API: it tells the inventory what
// this machine is made of.
type Collector struct {
	machine manager.Machine
	schemas schema.Set
}

// NewCollector makes the service.
func NewCollector(m manager.Managers) *Collector {
	return &Collector{machine: m.Machine, schemas: newSchemas()}
}

// Init says what the plugin can do and what it wants to be told. Options are
// not complete yet when it is called, so they are not looked at.
func (s *Collector) Init(context.Context, *api.InitRequest) (*api.PluginInfo, error) {
	metadata, err := structpb.NewStruct(map[string]any{
		"supported_resource_type": []any{manager.RegionType, manager.CloudServiceTypeType, manager.CloudServiceType},
		"supported_features":      []any{"garbage_collection"},
		"supported_schedules":     []any{"hours"},
		"filter_format":           []any{},
	})
	if err != nil {
		return nil, err
	}
	maps.Copy(metadata.GetFields(), s.schemas.Metadata().GetFields())
	return &api.PluginInfo{Metadata: metadata}, nil
}

// Verify refuses options and secrets that a collection could not work with.
func (s *Collector) Verify(ctx context.Context, req *api.VerifyRequest) (*emptypb.Empty, error) {
	if _, err := s.wanted(req.GetOptions(), req.GetSecretData()); err != nil {
		return nil, err
	}
	if err := s.machine.Check(ctx); err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, nil
}

// Collect tells of resources, one by one, as they are found. It goes no faster
// than its caller reads, and ends when he is gone.
func (s *Collector) Collect(ctx context.Context, req *api.CollectRequest, stream grpc.ServerStreamingServer[api.ResourceInfo]) error {
	wanted, err := s.wanted(req.GetOptions(), req.GetSecretData())
	if err != nil {
		return err
	}
	var filter, share manager.Selection
	if err := s.schemas.Read("filter", req.GetFilter(), &filter); err != nil {
		return err
	}
	if err := s.schemas["filter"].Read("task_options", req.GetTaskOptions(), &share); err != nil {
		return err
	}
	wanted.Selections = append(wanted.Selections, filter, share)
	for resource, failed := range s.machine.Resources(ctx, wanted) {
		info, err := resourceInfo(ctx, resource, failed)
		if err != nil {
			return err
		}
		if err := stream.Send(info); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// wanted reads what is to be collected.
func (s *Collector) wanted(o, secret *structpb.Struct) (w manager.Wanted, err error) {
	var said options
	var opened secretData
	if err := s.schemas.Read("options", o, &said); err != nil {
		return w, err
	}
	if err := s.schemas.Read("secret_data", secret, &opened); err != nil {
		return w, err
	}
	return manager.Wanted{
		Selections: []manager.Selection{{Types: said.Types}}, RegionCode: said.RegionCode, Account: opened.AccountID,
	}, nil
}

// resourceInfo is a resource as the inventory is told of it, or of what is wrong
// with it. Why it can't be read is for the plugin's own log.
func resourceInfo(ctx context.Context, r manager.Resource, failed error) (*api.ResourceInfo, error) {
	if failed != nil {
		pipeline.TransactionFrom(ctx).Log.WarnContext(ctx, "a resource can't be read", "error", failed)
		resource, err := structpb.NewStruct(map[string]any{
			"resource_type": r.Type, "cloud_service_group": r.Fields["cloud_service_group"],
			"cloud_service_type": r.Fields["cloud_service_type"], "reference": r.Fields["reference"],
		})
		return &api.ResourceInfo{
			State: api.ResourceInfo_FAILURE, ResourceType: errorResource, Resource: resource,
			Message: "The resource can't be read; the log of the plugin says why.",
		}, err
	}
	resource, err := structpb.NewStruct(r.Fields)
	if err != nil {
		return nil, err
	}
	unique := make([]any, len(r.Unique))
	for i, field := range r.Unique {
		unique[i] = field
	}
	rules, err := structpb.NewStruct(map[string]any{"1": unique})
	return &api.ResourceInfo{
		State: api.ResourceInfo_SUCCESS, ResourceType: r.Type, MatchRules: rules, Resource: resource,
	}, err
}
