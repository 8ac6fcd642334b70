package generator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/progress"
	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A StepError is a step that failed. The repository stands; Remedy is the
// command that does what the step would have done.
type StepError struct {
	Step   string
	Remedy string
	Err    error
}

func (e *StepError) Error() string { return fmt.Sprintf("%s: %v", e.Step, e.Err) }

// Unwrap gives what went wrong.
func (e *StepError) Unwrap() error { return e.Err }

// Finish makes code of the protos, tidies go.mod and makes the repository at
// dir one of git's. told hears of each step as it begins. A step that
// fails ends it, with a *StepError.
func (g *Generator) Finish(ctx context.Context, s *spec.Spec, dir string, steps change.Steps, told progress.Func) error {
	if !s.Kind.Layered() {
		steps.SkipProto = true
	}
	if !steps.SkipProto {
		if err := protocode.Make(ctx, s, dir, told); err != nil {
			return &StepError{"generate code from proto/", "spacegen proto", err}
		}
	}
	published, ok := s.Framework.Published()
	if ok && !steps.SkipTidy {
		// No template knows its sums. By itself, since tidy says of each package that it
		// failed.
		named := published.String()
		ended := told("go mod download " + named)
		err := run(ctx, dir, "go", "mod", "download", named)
		ended()
		if err != nil {
			return &StepError{"fetch the framework " + named, "go mod tidy", err}
		}
		_, err = os.Stat(filepath.Join(dir, protocode.Folder))
		ok = err == nil
	}
	if !steps.SkipTidy && (!steps.SkipProto || ok) { // tidy reads what the protos became
		ended := told("go mod tidy")
		err := run(ctx, dir, "go", "mod", "tidy")
		ended()
		if err != nil {
			return &StepError{"tidy go.mod", "go mod tidy", err}
		}
	}
	if !steps.SkipGit {
		if err := initGit(ctx, dir, told); err != nil {
			return &StepError{"make a git repository", "git init", err}
		}
	}
	return nil
}

// initGit makes a repository of dir unless it lies in one already, as a
// service in a monorepo does. spacegen never commits.
func initGit(ctx context.Context, dir string, told progress.Func) error {
	if in, err := repository.InGit(ctx, dir); err != nil || in {
		return err
	}
	defer told("git init")()
	return run(ctx, dir, "git", "init", "--quiet", "--initial-branch=main")
}

// run runs a command in dir; an error ends with what it said.
func run(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off") // a workspace around it has no part in this
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err := cmd.Run()
	if err == nil {
		return nil
	}
	if said := strings.TrimSpace(stderr.String()); said != "" {
		err = errors.Join(err, errors.New(said))
	}
	return fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
}
