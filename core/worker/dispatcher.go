package worker

import (
	"context"
	"fmt"
	"strings"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/queue"
)

// Method is what a stage can call.
type Method func(ctx context.Context, params map[string]any) error

// Dispatcher finds the method of a stage: that of a service under the name of
// its resource, as in "Region.sync", that of a manager under the manager's, as
// in "RegionManager.sync". Stages may call them Region or RegionService, and
// Region or RegionManager.
type Dispatcher map[string]Method

// Run calls the method that the stage names. A stage that names none is an
// error that trying again does not cure.
func (d Dispatcher) Run(ctx context.Context, stage queue.Stage) error {
	method, ok := d[key(stage)]
	if !ok {
		return apierror.NotImplemented(fmt.Sprintf("%s %s.%s", stage.Locator, stage.Name, stage.Method))
	}
	return method(ctx, arguments(stage))
}

func key(stage queue.Stage) string {
	name := stage.Name
	if stage.Locator == queue.LocatorManager {
		name = strings.TrimSuffix(name, "Manager") + "Manager"
	} else if short := strings.TrimSuffix(name, "Service"); short != "" {
		name = short
	}
	return name + "." + stage.Method
}

// arguments takes the request out of the object {"params": request}, in which
// clients of the Python framework wrap it for services.
func arguments(stage queue.Stage) map[string]any {
	if stage.Locator == queue.LocatorService && len(stage.Params) == 1 {
		if request, ok := stage.Params["params"].(map[string]any); ok {
			return request
		}
	}
	return stage.Params
}
