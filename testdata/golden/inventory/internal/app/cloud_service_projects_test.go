package app_test

import (
	"context"
	"testing"

	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/projecttest"
	"google.golang.org/grpc"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/connector/database"
	"github.com/cloudforet-io/inventory/internal/handler/guard"
	"github.com/cloudforet-io/inventory/internal/model"
	"github.com/cloudforet-io/inventory/internal/service"
)

// cloudServiceProjects is the contract of what belongs to projects, for cloud services.
func cloudServiceProjects() projecttest.Contract {
	return projecttest.Contract{
		Migrations: database.Migrations,
		Service:    api.CloudService_ServiceDesc.ServiceName,
		ID:         "cloud_service_id",
		New: func(t *testing.T, db *core.DB, p *pipeline.Pipeline, on grpc.ServiceRegistrar) projecttest.Items {
			t.Helper()
			managers := managersOn(t, db)
			api.RegisterCloudServiceServer(on, struct {
				api.UnsafeCloudServiceServer
				*guard.CloudService
			}{CloudService: guard.NewCloudService(p, service.NewCloudService(managers))})
			return projecttest.Items{
				Create: func(ctx context.Context, project string) (string, error) {
					item := &model.CloudService{ProjectID: project, DomainID: projecttest.Domain, WorkspaceID: projecttest.Workspace}
					err := managers.CloudService.Create(ctx, item)
					return item.CloudServiceID, err
				},
				Project: func(ctx context.Context, id string) (string, error) {
					item, err := managers.CloudService.Get(ctx, model.Scope{}, id)
					if err != nil {
						return "", err
					}
					return item.ProjectID, nil
				},
			}
		},
	}
}

func TestCloudServiceIsKeptWithinProjects(t *testing.T) { cloudServiceProjects().Test(t) }
