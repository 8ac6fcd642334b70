// Package assettest is a plugin for tests, that finds what it is told to.
package assettest

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	pluginpb "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/plugin"
)

// A Plugin does as the options of its calls say: it finds what stands under
// "answers", each as a resource_type and a resource, or else a state and a
// message, and ends as "end" says: with "error", by "die" or "never". With
// "refuse" it verifies nothing, and with "keeps" it does not say that what it does not find
// is gone.
type Plugin struct {
	pluginpb.UnimplementedCollectorServer
	Die func() // ends the program that the plugin is
}

// NewServer makes a gRPC server that serves the plugin.
func (p *Plugin) NewServer() *grpc.Server {
	s := grpc.NewServer()
	pluginpb.RegisterCollectorServer(s, p)
	return s
}

// Init says what the plugin can do.
func (p *Plugin) Init(_ context.Context, req *pluginpb.InitRequest) (*pluginpb.PluginInfo, error) {
	features := []any{"garbage_collection"}
	if req.GetOptions().GetFields()["keeps"].GetBoolValue() {
		features = []any{}
	}
	metadata, err := structpb.NewStruct(map[string]any{
		"supported_resource_type": []any{"inventory.CloudService", "inventory.Region"}, "supported_features": features,
	})
	return &pluginpb.PluginInfo{Metadata: metadata}, err
}

// Verify refuses if it is told to.
func (p *Plugin) Verify(_ context.Context, req *pluginpb.VerifyRequest) (*emptypb.Empty, error) {
	if why := req.GetOptions().GetFields()["refuse"].GetStringValue(); why != "" {
		return nil, status.Error(codes.InvalidArgument, "ERROR_INVALID_PARAMETER: "+why)
	}
	return &emptypb.Empty{}, nil
}

// Collect finds what it is told to.
func (p *Plugin) Collect(req *pluginpb.CollectRequest, stream grpc.ServerStreamingServer[pluginpb.ResourceInfo]) error {
	options := req.GetOptions().GetFields()
	for _, value := range options["answers"].GetListValue().GetValues() {
		answer := value.GetStructValue().GetFields()
		if err := stream.Send(&pluginpb.ResourceInfo{
			State:        pluginpb.ResourceInfo_State(pluginpb.ResourceInfo_State_value[answer["state"].GetStringValue()]),
			Message:      answer["message"].GetStringValue(),
			ResourceType: answer["resource_type"].GetStringValue(),
			Resource:     answer["resource"].GetStructValue(),
		}); err != nil {
			return err
		}
	}
	switch options["end"].GetStringValue() {
	case "error":
		return status.Error(codes.PermissionDenied, "ERROR_PERMISSION_DENIED: the key is locked")
	case "die":
		time.Sleep(100 * time.Millisecond) // what was sent is on its way
		p.Die()
	case "never":
		<-stream.Context().Done()
	}
	return nil
}

// Service is an answer: a cloud service of this name.
func Service(id string) map[string]any {
	return map[string]any{"state": "SUCCESS", "resource_type": "inventory.CloudService", "resource": map[string]any{
		"name": "the " + id, "cloud_service_type": "Server", "ip_addresses": []any{"10.0.0.1"},
		"data": map[string]any{"size": 3.0}, "reference": map[string]any{"resource_id": id},
	}}
}

// Region is an answer: a region of this code.
func Region(code string) map[string]any {
	return map[string]any{"state": "SUCCESS", "resource_type": "inventory.Region", "resource": map[string]any{"region_code": code}}
}

// Options are those of a plugin that finds answers and ends so.
func Options(end string, answers ...map[string]any) map[string]any {
	list := make([]any, len(answers))
	for i, answer := range answers {
		list[i] = answer
	}
	return map[string]any{"answers": list, "end": end}
}
