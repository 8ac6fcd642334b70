package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/prompt"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// answerSchema is the version of the form of all that --json prints. It is raised when a
// key goes or gets another meaning; new keys may come at any time.
const answerSchema = 1

// An answer is what a command prints with --json: one document on stdout, of the same
// form for a success and for a failure.
type answer struct {
	io.Writer `json:"-"` // stdout, for what is no report, such as help

	Schema int     `json:"schema"`
	Status int     `json:"status"` // the exit status
	Result any     `json:"result"` // what the command reports; null: it came to none
	Errors []fault `json:"errors"` // why the status is not 0, each thing by itself
}

// A fault is one thing that is wrong, where it stands, and what to do about it.
type fault struct {
	Code    string `json:"code"` // see coded
	Message string `json:"message"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`   // from 1
	Column  int    `json:"column,omitempty"` // from 1
	Path    string `json:"path,omitempty"`   // in spacegen.yaml, such as resources[0].name, or the flag
	Fix     string `json:"fix,omitempty"`

	Valid []string `json:"valid,omitempty"` // the answers that there are
}

// printJSON writes a report in JSON. With --json it is the result of the answer, which is
// printed at the end.
func printJSON(w io.Writer, report any) error {
	if a, ok := w.(*answer); ok {
		a.Result = report
		return nil
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(report)
}

// answering makes stdout an answer if the arguments ask for JSON.
func answering(args []string, std *stdio) *answer {
	if end := slices.Index(args, "--"); end >= 0 {
		args = args[:end]
	}
	if !slices.ContainsFunc(args, asksForJSON) {
		return nil
	}
	a := &answer{Writer: std.out, Schema: answerSchema, Errors: []fault{}}
	std.out = a
	return a
}

// asksForJSON reports whether an argument is the flag --json, in one of the forms that
// flags have.
func asksForJSON(arg string) bool {
	value, given := strings.CutPrefix(arg, "--json=")
	on, err := strconv.ParseBool(value)
	return arg == "--json" || given && err == nil && on
}

// end prints the answer, but of a command that had nothing to say, such as --help.
func (a *answer) end(status int, err error) error {
	if a.Result == nil && err == nil {
		return nil
	}
	a.Status = status
	if err != nil {
		a.Errors = faults(err)
	}
	return printJSON(a.Writer, a)
}

// The codes of faults that this file names; the others are in coded.
const (
	codeFailed = "failed"       // anything else
	codeUsage  = "usage"        // of the command line
	codeSpec   = "invalid_spec" // spacegen.yaml, or a flag that says what stands in it
	codeInput  = "needs_input"  // an answer that has no default is missing
)

// coded are the errors that a program may want to tell from others.
func coded() []struct {
	code string
	is   func(error) bool
} {
	is := func(target error) func(error) bool {
		return func(err error) bool { return errors.Is(err, target) }
	}
	return []struct {
		code string
		is   func(error) bool
	}{
		{"interrupted", func(err error) bool { return errors.Is(err, prompt.ErrInterrupted) || errors.Is(err, context.Canceled) }},
		{"conflicts", is(errConflicts)},
		{"drift", is(errDrift)},
		{"faults", is(errFaults)},
		{codeInput, as[missingError]},
		{codeUsage, isUsage},
		{"invalid_name", as[*naming.Error]},
		{"no_repository", is(repository.ErrNoProject)},
		{"occupied", is(repository.ErrOccupied)},
		{"pending", is(repository.ErrPending)},
		{"behind", is(change.ErrBehind)},
		{"uncommitted", as[*change.UncommittedError]},
		{"plan_differs", as[*change.PlanError]},
		{"step_failed", as[*generator.StepError]},
		{"git", func(err error) bool { return errors.Is(err, merge.ErrNoGit) || as[*repository.NoAnswerError](err) }},
	}
}

// as reports whether an error is, or wraps, one of a type.
func as[T error](err error) bool {
	var target T
	return errors.As(err, &target)
}

// faults takes an error apart: each problem of spacegen.yaml is one, with its place; all
// else is one.
func faults(err error) []fault {
	var all []fault
	for _, p := range problems(err) {
		all = append(all, fault{Code: codeSpec, Message: p.Message, File: p.File, Line: p.Line, Column: p.Column, Path: p.Path, Fix: p.Fix})
	}
	var lacks missingError
	if errors.As(err, &lacks) {
		for _, m := range lacks {
			all = append(all, fault{Code: codeInput, Message: m.message, Path: m.flag, Fix: m.fix, Valid: m.valid})
		}
	}
	if len(all) > 0 {
		return all
	}
	f := fault{Code: codeFailed, Message: err.Error()}
	for _, known := range coded() {
		if known.is(err) {
			f.Code = known.code
			break
		}
	}
	if step := (*generator.StepError)(nil); errors.As(err, &step) {
		f.Fix = step.Remedy
	}
	return []fault{f}
}

// problems are those of a Spec that an error holds, in their order.
func problems(err error) []spec.Problem {
	switch e := err.(type) { //nolint:errorlint // the tree is walked here
	case spec.Problem:
		return []spec.Problem{e}
	case interface{ Unwrap() []error }:
		var all []spec.Problem
		for _, one := range e.Unwrap() {
			all = append(all, problems(one)...)
		}
		return all
	case interface{ Unwrap() error }:
		return problems(e.Unwrap())
	default:
		return nil
	}
}
