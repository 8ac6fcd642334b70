// Package validation holds requests to the rules that their protos have, in the options of
// buf.validate. What a request breaks comes back field by field: as google.rpc.BadRequest
// by gRPC, under violations by REST.
package validation

import (
	"errors"
	"fmt"
	"strings"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// A Validator checks requests. It may be used by several goroutines.
type Validator struct{ rules protovalidate.Validator }

// New makes a validator for the requests of all services that the program has code for.
// Their rules are read now: one that cannot be read, such as a pattern with a mistake, is
// an error here and not in the first call.
func New() (*Validator, error) {
	var requests []proto.Message
	var err error
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			for j := range file.Services().Get(i).Methods().Len() {
				input := file.Services().Get(i).Methods().Get(j).Input()
				typ, fault := protoregistry.GlobalTypes.FindMessageByName(input.FullName())
				if fault != nil {
					err = fmt.Errorf("find the request %s: %w", input.FullName(), fault)
					return false
				}
				requests = append(requests, typ.Zero().Interface())
			}
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	return Of(requests...)
}

// Of is New for the requests given.
func Of(requests ...proto.Message) (*Validator, error) {
	rules, err := protovalidate.New()
	if err != nil {
		return nil, fmt.Errorf("read the rules of requests: %w", err)
	}
	v := &Validator{rules}
	for _, request := range requests {
		if err := v.readable(request); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// readable reports rules that cannot be read. They are read when they are first used.
func (v *Validator) readable(request proto.Message) error {
	var compilation *protovalidate.CompilationError
	if err := v.rules.Validate(request.ProtoReflect().New().Interface()); errors.As(err, &compilation) {
		return fmt.Errorf("read the rules of %s: %w", request.ProtoReflect().Descriptor().FullName(), err)
	}
	return nil
}

// Check gives ERROR_INVALID_PARAMETER, or ERROR_REQUIRED_PARAMETER if the first fault is
// that something is missing, with all fields of the request that break a rule.
func (v *Validator) Check(request proto.Message) error {
	err := v.rules.Validate(request)
	if err == nil {
		return nil
	}
	var broken *protovalidate.ValidationError
	if !errors.As(err, &broken) || len(broken.Violations) == 0 {
		return fmt.Errorf("check %s: %w", request.ProtoReflect().Descriptor().FullName(), err)
	}
	violations := make([]apierror.Violation, len(broken.Violations))
	for i, one := range broken.Violations {
		violations[i] = apierror.Violation{
			Field: protovalidate.FieldPathString(one.Proto.GetField()), Rule: one.Proto.GetRuleId(), Description: describe(one),
		}
	}
	first := violations[0]
	fault := apierror.Invalid(first.Field, first.Description)
	if first.Rule == "required" {
		fault = apierror.Required(first.Field)
	}
	return fault.With(violations...)
}

// describe says what is wrong, as a clause: "must be at most 3 characters".
func describe(one *protovalidate.Violation) string {
	if text := one.Proto.GetMessage(); text != "" {
		return strings.TrimSuffix(text, ".")
	}
	return "breaks the rule " + one.Proto.GetRuleId()
}
