package handler

import (
	"context"
	"encoding/json"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// mutation writes into every request what its caller is confined to, over
// whatever the request said.
type mutation struct{}

// NewMutation makes the platform's mutation handler. It has no options.
func NewMutation(options map[string]any, _ Deps) (pipeline.MutationHandler, error) {
	return mutation{}, Read(options, &struct{}{})
}

// Request sets domain_id, workspace_id for owners and members of one,
// user_projects for members, user_id where the call is about its caller, and
// the token's injected parameters, each if the request has such a field. A system
// administrator says himself which domain his call is for.
func (mutation) Request(_ context.Context, t *pipeline.Transaction, req proto.Message) error {
	caller := t.Identity
	if caller == nil || req == nil {
		return nil
	}
	switch caller.RoleType {
	case systemToken:
		if caller.DomainID != "" {
			setText(req, "domain_id", caller.DomainID)
		}
		if caller.WorkspaceID != "" {
			setText(req, "workspace_id", caller.WorkspaceID)
		}
	case domainAdmin, user:
		setText(req, "domain_id", caller.DomainID)
	case workspaceOwner:
		setText(req, "domain_id", caller.DomainID)
		setText(req, "workspace_id", caller.WorkspaceID)
	case workspaceMember:
		setText(req, "domain_id", caller.DomainID)
		setText(req, "workspace_id", caller.WorkspaceID)
		setTexts(req, "user_projects", caller.Projects)
		t.Filled("user_projects") // by which the store confines the call, whatever the method does
	}
	if t.ForceUserID {
		setText(req, "domain_id", caller.DomainID)
		setText(req, "user_id", caller.Audience)
	}
	return inject(req, caller.InjectedParams)
}

// Response leaves the response as it is.
func (mutation) Response(context.Context, *pipeline.Transaction, proto.Message) error { return nil }

func setText(req proto.Message, name protoreflect.Name, value string) {
	m := req.ProtoReflect()
	field := m.Descriptor().Fields().ByName(name)
	if field != nil && field.Kind() == protoreflect.StringKind && !field.IsList() && !field.IsMap() {
		m.Set(field, protoreflect.ValueOfString(value))
	}
}

func setTexts(req proto.Message, name protoreflect.Name, values []string) {
	m := req.ProtoReflect()
	field := m.Descriptor().Fields().ByName(name)
	if field == nil || field.Kind() != protoreflect.StringKind || !field.IsList() {
		return
	}
	list := m.NewField(field).List()
	for _, value := range values {
		list.Append(protoreflect.ValueOfString(value))
	}
	m.Set(field, protoreflect.ValueOfList(list))
}

// inject sets parameters of any type. One that the request lacks is left out,
// one of another type than the request's field is an error of the token's.
func inject(req proto.Message, params map[string]any) error {
	m := req.ProtoReflect()
	for name, value := range params {
		field := m.Descriptor().Fields().ByName(protoreflect.Name(name))
		if field == nil {
			continue
		}
		text, err := json.Marshal(map[string]any{name: value})
		if err != nil {
			return apierror.InvalidType(name, field.Kind().String())
		}
		part := m.New()
		if err := protojson.Unmarshal(text, part.Interface()); err != nil {
			return apierror.InvalidType(name, field.Kind().String())
		}
		if part.Has(field) {
			m.Set(field, part.Get(field))
		} else {
			m.Clear(field) // an empty value is one, too
		}
	}
	return nil
}
