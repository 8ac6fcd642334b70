package manager

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protojson"

	pluginpb "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/plugin"
	"github.com/cloudforet-io/inventory/internal/model"
)

// Found is one answer of a plugin: a cloud service, a region or why there is
// neither. One that has nothing is of a type that is not kept.
type Found struct {
	CloudService *model.CloudService
	Region       *model.Region
	Failure      string
}

// A foundResource is what plugins say of a cloud service or a region.
type foundResource struct {
	Name              string         `json:"name"`
	Provider          string         `json:"provider"`
	CloudServiceGroup string         `json:"cloud_service_group"`
	CloudServiceType  string         `json:"cloud_service_type"`
	RegionCode        string         `json:"region_code"`
	Account           string         `json:"account"`
	InstanceType      string         `json:"instance_type"`
	InstanceSize      float64        `json:"instance_size"`
	IPAddresses       []string       `json:"ip_addresses"`
	Data              map[string]any `json:"data"`
	Tags              map[string]any `json:"tags"`
	Reference         struct {
		ResourceID   string `json:"resource_id"`
		ExternalLink string `json:"external_link"`
	} `json:"reference"`
}

// foundIn reads an answer of a collector's plugin.
func foundIn(info *pluginpb.ResourceInfo, collector *model.Collector) Found {
	switch info.GetState() {
	case pluginpb.ResourceInfo_FAILURE, pluginpb.ResourceInfo_TIMEOUT:
		return Found{Failure: cmp.Or(info.GetMessage(), "the plugin says "+info.GetState().String())}
	}
	found, err := keptOf(info, collector)
	if err != nil {
		return Found{Failure: fmt.Sprintf("%s: %v", cmp.Or(info.GetResourceType(), "an answer without a type"), err)}
	}
	return found
}

func keptOf(info *pluginpb.ResourceInfo, collector *model.Collector) (Found, error) {
	var r foundResource
	text, err := protojson.Marshal(info.GetResource())
	if err != nil {
		return Found{}, err
	}
	switch info.GetResourceType() {
	case "":
		return Found{}, errors.New("no resource_type")
	case "inventory.CloudService", "inventory.Region":
		if err := json.Unmarshal(text, &r); err != nil {
			return Found{}, err
		}
	default:
		return Found{}, nil
	}
	r.Provider = cmp.Or(r.Provider, collector.Provider)
	if info.GetResourceType() == "inventory.Region" {
		return r.region(collector)
	}
	return r.cloudService(collector)
}

func (r foundResource) region(collector *model.Collector) (Found, error) {
	if r.RegionCode == "" {
		return Found{}, errors.New("no region_code")
	}
	return Found{Region: &model.Region{
		Name: cmp.Or(r.Name, r.RegionCode), RegionCode: r.RegionCode, Provider: r.Provider, Tags: r.Tags,
		DomainID: collector.DomainID, WorkspaceID: collector.WorkspaceID,
	}}, nil
}

func (r foundResource) cloudService(collector *model.Collector) (Found, error) {
	if r.Reference.ResourceID == "" {
		return Found{}, errors.New("no reference.resource_id")
	}
	return Found{CloudService: &model.CloudService{
		Name: cmp.Or(r.Name, r.Reference.ResourceID), ResourceID: r.Reference.ResourceID, ExternalLink: r.Reference.ExternalLink,
		Provider: r.Provider, CloudServiceGroup: r.CloudServiceGroup, CloudServiceType: r.CloudServiceType,
		RegionCode: r.RegionCode, Account: r.Account, InstanceType: r.InstanceType, InstanceSize: r.InstanceSize,
		IPAddresses: r.IPAddresses, Data: r.Data, Tags: r.Tags, CollectorID: collector.CollectorID,
		DomainID: collector.DomainID, WorkspaceID: collector.WorkspaceID,
	}}, nil
}
