package report

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/gosource"
	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// undone finds the tasks of schedulers that no method of the service layer does.
func undone(p *repository.Project, s *spec.Spec) ([]Finding, error) {
	if !s.Has(spec.SchedulerServer) {
		return nil, nil
	}
	written, err := gosource.Methods(p.FS())
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for name := range written {
		known[strings.ToLower(name)] = true // a service of the API may be cased otherwise in Go
	}
	var problems spec.Problems
	for i, job := range s.Schedulers {
		service, method, _ := strings.Cut(job.Task, ".")
		typ, does := naming.New(service).Pascal(), naming.New(method).Pascal()
		if job.Task == "" || known[strings.ToLower(typ+"."+does)] {
			continue
		}
		problems = append(problems, spec.Problem{
			Path: fmt.Sprintf("schedulers[%d].task", i),
			Message: fmt.Sprintf("nobody does the task %s: internal/service has no method %s of %s; write it, or bring it back by 'spacegen update --restore \"internal/service/*_task.go\"'",
				job.Task, does, typ),
		})
	}
	if len(problems) == 0 {
		return nil, nil
	}
	text, err := fs.ReadFile(p.FS(), spec.FileName)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, problem := range problems.In(spec.FileName, text) {
		findings = append(findings, Finding{RuleTask, spec.FileName, problem.Line, problem.Message, false})
	}
	return findings, nil
}
